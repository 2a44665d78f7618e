package dev.plimsoll.call;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refused by us: the work was not started in this attempt. The message says what refused, why, and when to come back.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class RejectedException extends GuardException {

    private static final long serialVersionUID = 1L;

    private final Rejection.Reason reason;
    private final String gate;
    private final String detail;
    private final long retryAfterNanos;

    /** Takes the parts one by one: a {@link Rejection} that goes nowhere else need never be allocated. */
    RejectedException(
            String dependency,
            String gate,
            Rejection.Reason reason,
            String detail,
            long retryAfterNanos,
            boolean withStack) {
        super(dependency, null, withStack);
        this.reason = reason;
        this.gate = gate;
        this.detail = detail;
        this.retryAfterNanos = retryAfterNanos;
    }

    /**
     * The refusal that an error is, or that it wraps as {@link java.util.concurrent.CompletionException} and its like do, and
     * clients that put what they are thrown into an exception of their own.
     *
     * @param error what a guarded call has thrown
     * @return null when it is no refusal
     */
    public static @Nullable RejectedException in(Throwable error) {
        return StandardClassifier.meant(Objects.requireNonNull(error, "error")) instanceof RejectedException refusal
                ? refusal
                : null;
    }

    /**
     * Why, for programs.
     *
     * @return the gate's reason
     */
    public Rejection.Reason reason() {
        return reason;
    }

    /**
     * Which gate refused.
     *
     * @return "circuit breaker", "bulkhead", …
     */
    public String gate() {
        return gate;
    }

    /**
     * Why, for people.
     *
     * @return the state of the gate and its numbers
     */
    public String detail() {
        return detail;
    }

    /**
     * When asking again makes sense, counted from the refusal.
     *
     * @return empty when nobody knows
     */
    public Optional<Duration> retryAfter() {
        return rejection().retryAfter();
    }

    /**
     * The refusal as a value.
     *
     * @return equal to what the gate answered
     */
    public Rejection rejection() {
        return new Rejection(dependency(), gate, reason, detail, retryAfterNanos);
    }

    @Override
    public String getMessage() {
        String when = retryAfterNanos == Rejection.UNKNOWN
                ? ""
                : String.format(Locale.ROOT, "; try again in %.1f s", Math.ceil(retryAfterNanos / 1e8) / 10);
        return dependency() + ": refused by the " + gate + ", " + detail + when;
    }
}
