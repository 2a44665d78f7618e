package dev.plimsoll.call;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Optional;

/**
 * A gate's no: why, by whom, and when to come back.
 *
 * @param dependency the name of the guard or mechanism
 * @param gate which gate refused, in the field's standard words: "circuit breaker", "bulkhead", …
 * @param reason why, for programs
 * @param detail why, for people: the state and its numbers
 * @param retryAfterNanos when asking again makes sense, in nanoseconds from now; {@link #UNKNOWN} when nobody knows
 */
public record Rejection(String dependency, String gate, Reason reason, String detail, long retryAfterNanos)
        implements Admission {

    /** The value of {@link #retryAfterNanos()} when nobody knows. */
    public static final long UNKNOWN = -1;

    /** Why a gate refused. */
    public enum Reason {
        /** The circuit breaker is open, forced open, or has all its probes under way. */
        CIRCUIT_OPEN,
        /** Every permit of the bulkhead is taken, and so is every place in its queue. */
        BULKHEAD_FULL,
        /** As many calls are under way as the concurrency limit allows at present. */
        CONCURRENCY_LIMIT,
        /** A permit of the bulkhead did not come free within the time that a call may wait. */
        BULKHEAD_TIMEOUT,
        /** The caller already holds a permit of this bulkhead and would wait for itself. */
        REENTRANT,
        /** The rate limiter has no permit now, nor soon enough to wait for it. */
        RATE_LIMITED,
        /** The dependency says that it is full, and the throttle holds a share of the calls back. */
        THROTTLED,
        /** This service has too much to do, and the caller is among those who have to stand back. */
        SHED,
        /** The time was up before the work was started. */
        DEADLINE_EXPIRED,
        /** There was less time left than half of the dependency's answers take. */
        HOPELESS,
        /** The service is draining: it takes no new units of work. */
        DRAINING,
        /** The guards were closed. */
        SHUT_DOWN,
        /** As many keys have a guard of their own as may, and others are refused. */
        KEYS_FULL,
        /** A bounded store of ours, a queue for later or that of results by key, holds as much as it may. */
        STORE_FULL
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException when {@code retryAfterNanos} is neither {@link #UNKNOWN} nor 0 …
     *     {@link Time#LONGEST}
     */
    public Rejection {
        if (retryAfterNanos < UNKNOWN || retryAfterNanos > Time.LONGEST) {
            throw new IllegalArgumentException("retryAfterNanos must be -1 (unknown) or 0 … 2^62: " + retryAfterNanos);
        }
    }

    /**
     * What tells a caller of this refusal; a new one each time.
     *
     * @param withStack whether to fill in a stack trace, which costs a hundred times the rest
     * @return to be thrown
     */
    public RejectedException exception(boolean withStack) {
        return new RejectedException(dependency, gate, reason, detail, retryAfterNanos, withStack);
    }

    /**
     * When asking again makes sense.
     *
     * @return empty when nobody knows
     */
    public Optional<Duration> retryAfter() {
        return retryAfterNanos == UNKNOWN ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
    }
}
