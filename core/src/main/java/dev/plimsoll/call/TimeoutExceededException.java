package dev.plimsoll.call;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Time ran out while the work was running; it may have taken effect. */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
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
    private final boolean inherited;

    /**
     * Made by engines, for a limit that the guard was given itself.
     *
     * @param dependency the guard's name
     * @param limit which limit was hit
     * @param limitNanos how long the work was given, in nanoseconds
     * @param withStack whether to fill in a stack trace
     */
    public TimeoutExceededException(String dependency, Limit limit, long limitNanos, boolean withStack) {
        this(dependency, limit, limitNanos, false, withStack);
    }

    private TimeoutExceededException(
            String dependency, Limit limit, long limitNanos, boolean inherited, boolean withStack) {
        super(dependency, null, withStack);
        this.limit = limit;
        this.limitNanos = limitNanos;
        this.inherited = inherited;
    }

    /**
     * Made by engines, when a deadline around the guard has ended an attempt. The limit is {@link Limit#TOTAL}.
     *
     * @param dependency the guard's name
     * @param leftNanos how much time was left of the deadline when the attempt began, in nanoseconds
     * @param withStack whether to fill in a stack trace
     * @return a new one
     */
    public static TimeoutExceededException byOuterDeadline(String dependency, long leftNanos, boolean withStack) {
        return new TimeoutExceededException(dependency, Limit.TOTAL, leftNanos, true, withStack);
    }

    /**
     * The timeout that an error is, or that it wraps as {@link java.util.concurrent.CompletionException} and its like do, and
     * clients that put what they are thrown into an exception of their own.
     *
     * @param error what a guarded call has thrown
     * @return null when it is no timeout of a guard
     */
    public static @Nullable TimeoutExceededException in(Throwable error) {
        return StandardClassifier.meant(Objects.requireNonNull(error, "error"))
                        instanceof TimeoutExceededException timeout
                ? timeout
                : null;
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
     * @return the limit, not the time it took; of an outer deadline, what was left of it when the attempt began
     */
    public Duration after() {
        return Duration.ofNanos(limitNanos);
    }

    @Override
    public String getMessage() {
        String span = Time.words(after());
        String what = switch (limit) {
            case ATTEMPT -> "the attempt took longer than " + span;
            case TOTAL ->
                inherited
                        ? "the outer deadline ended the attempt " + span + " after it began"
                        : "all attempts together took longer than " + span;
            case HEARTBEAT -> "no sign of life for " + span;
        };
        return dependency() + ": " + what + "; it may have taken effect";
    }
}
