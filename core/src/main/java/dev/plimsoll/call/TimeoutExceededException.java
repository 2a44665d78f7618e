package dev.plimsoll.call;

import java.time.Duration;

/** Time ran out while the work was running; it may have taken effect. */
public final class TimeoutExceededException extends GuardException {

    private static final long serialVersionUID = 1L;

    /** Which limit was hit. */
    public enum Limit {
        /** The attempt timeout: one try took too long. */
        ATTEMPT,
        /** The total timeout or an outer deadline: all tries together took too long. */
        TOTAL,
        /** The work gave no sign of life for too long. */
        HEARTBEAT
    }

    private final Limit limit;
    private final long limitNanos;

    /**
     * Made by engines.
     *
     * @param dependency the guard's name
     * @param limit which limit was hit
     * @param limitNanos how long the work was given, in nanoseconds
     * @param withStack whether to fill in a stack trace
     */
    public TimeoutExceededException(String dependency, Limit limit, long limitNanos, boolean withStack) {
        super(dependency, null, withStack);
        this.limit = limit;
        this.limitNanos = limitNanos;
    }

    /**
     * Which limit was hit.
     *
     * @return attempt, total or heartbeat
     */
    public Limit limit() {
        return limit;
    }

    /**
     * How long the work was given.
     *
     * @return the limit, not the time it took
     */
    public Duration after() {
        return Duration.ofNanos(limitNanos);
    }

    @Override
    public String getMessage() {
        String what = switch (limit) {
            case ATTEMPT -> "the attempt took longer than ";
            case TOTAL -> "all attempts together took longer than ";
            case HEARTBEAT -> "no sign of life for ";
        };
        return dependency() + ": " + what + after().toMillis() + " ms; it may have taken effect";
    }
}
