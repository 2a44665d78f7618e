package dev.plimsoll.call;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link Classifier} says of an outcome: what it means, whether to try again, and when.
 *
 * @param verdict what the outcome means to the gates
 * @param repeat whether the work may be run again
 * @param retryAfterNanos how long the dependency asked to be left alone, in nanoseconds; {@link #NO_HINT} when it did
 *     not say
 * @param pushedBack whether the dependency itself has decided about another attempt, as gRPC's server pushback does: with
 *     a hint, it stands in place of the retry's own pause; without one there is no other attempt
 */
public record Judgement(Verdict verdict, Repeat repeat, long retryAfterNanos, boolean pushedBack) {

    /** The value of {@link #retryAfterNanos()} when the dependency did not say. */
    public static final long NO_HINT = -1;

    /** A good result; run again only where {@code retryOnResult} names it. */
    public static final Judgement SUCCESS = of(Verdict.SUCCESS, Repeat.IF_NAMED);
    /** The caller's mistake: the dependency is alive, and asking again would not help. */
    public static final Judgement CALLERS_MISTAKE = of(Verdict.SUCCESS, Repeat.NEVER);
    /** A failure that is only retried where {@code retryOn} names it. */
    public static final Judgement FAILURE = of(Verdict.FAILURE, Repeat.IF_NAMED);
    /** A failure that idempotent work may be retried after. */
    public static final Judgement TRANSIENT = of(Verdict.FAILURE, Repeat.IF_IDEMPOTENT);
    /** A failure before anything was sent; any work may be retried after it. */
    public static final Judgement UNSENT = of(Verdict.FAILURE, Repeat.ALWAYS);
    /** The dependency is full and did not say for how long. */
    public static final Judgement OVERLOAD = of(Verdict.OVERLOAD, Repeat.IF_IDEMPOTENT);
    /** It ran, says nothing about the dependency, and is not run again. */
    public static final Judgement IGNORED = of(Verdict.IGNORED, Repeat.NEVER);
    /** Another guard refused: nothing was run, this dependency is not to blame. */
    public static final Judgement REFUSED_ELSEWHERE = of(Verdict.IGNORED, Repeat.ALWAYS);
    /** A later gate refused, the work was not started. */
    public static final Judgement NOT_RUN = of(Verdict.NOT_RUN, Repeat.NEVER);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException when {@code retryAfterNanos} is neither {@link #NO_HINT} nor 0 …
     *     {@link Time#LONGEST}, or when there is to be no other attempt and {@code repeat} is not {@link Repeat#NEVER}
     */
    public Judgement {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(repeat, "repeat");
        if (retryAfterNanos < NO_HINT || retryAfterNanos > Time.LONGEST) {
            throw new IllegalArgumentException("retryAfterNanos must be -1 (no hint) or 0 … 2^62: " + retryAfterNanos);
        }
        if (pushedBack && retryAfterNanos == NO_HINT && repeat != Repeat.NEVER) {
            throw new IllegalArgumentException("repeat must be NEVER when pushed back without a hint: " + repeat);
        }
    }

    /**
     * A judgement on which the dependency has no say.
     *
     * @param verdict what the outcome means to the gates
     * @param repeat whether the work may be run again
     * @param retryAfterNanos as above
     */
    public Judgement(Verdict verdict, Repeat repeat, long retryAfterNanos) {
        this(verdict, repeat, retryAfterNanos, false);
    }

    /**
     * A judgement without a hint.
     *
     * @param verdict what the outcome means
     * @param repeat whether to try again
     * @return a judgement whose {@link #retryAfter()} is empty
     */
    public static Judgement of(Verdict verdict, Repeat repeat) {
        return new Judgement(verdict, repeat, NO_HINT);
    }

    /**
     * The same judgement with the wish of the dependency to be left alone for a while.
     *
     * @param hint how long; negative counts as zero
     * @return a new judgement
     */
    public Judgement withRetryAfter(Duration hint) {
        return new Judgement(verdict, repeat, Time.nanos(Objects.requireNonNull(hint, "hint")));
    }

    /**
     * The same judgement after the dependency has said when to try again: it waits exactly that long, with the jitter on
     * top, however long the retry's own pause would be. Whether there is another attempt is for the rest to say.
     *
     * @param wait how long; negative counts as zero
     * @return a new judgement
     */
    public Judgement pushedBack(Duration wait) {
        return new Judgement(verdict, repeat, Time.nanos(Objects.requireNonNull(wait, "wait")), true);
    }

    /**
     * The same judgement after the dependency has asked not to be tried again: no retry's setting overrides it.
     *
     * @return a new judgement that is repeated never and has no hint
     */
    public Judgement pushedBackForGood() {
        return new Judgement(verdict, Repeat.NEVER, NO_HINT, true);
    }

    /**
     * How long the dependency asked to be left alone.
     *
     * @return empty when it did not say
     */
    public Optional<Duration> retryAfter() {
        return retryAfterNanos == NO_HINT ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
    }
}
