package dev.plimsoll.retry;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How often and how soon to try again. An immutable value: each method returns a new one.
 *
 * <p>Naming a retry declares that the work may be repeated; {@link #nonIdempotent()} takes that back. By default it
 * retries what is likely to pass: connections that could not be made, timeouts, I/O errors, and answers that say "I am
 * full". It never retries an {@link Error}, an interruption, a refusal by its own guard, or the caller's own mistake.
 *
 * <p>Defaults: 3 attempts, the first included; a Retry-After of the dependency is obeyed, and one above 300 s ends the
 * call at once. Nothing is checked until the guard is built.
 *
 * <p><b>Threading:</b> immutable; the predicates are called by any number of threads.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Retry {

    private static final int MOST_ATTEMPTS = 1_000_000;
    private static final Duration DEFAULT_CLAMP = Duration.ofMinutes(5);

    private record Settings(
            Backoff backoff,
            int maxAttempts,
            boolean idempotent,
            Duration retryAfterClamp,
            Wanted wanted,
            boolean atEdge,
            List<String> missing) {

        Settings paced(Backoff other) {
            return new Settings(other, maxAttempts, idempotent, retryAfterClamp, wanted, atEdge, missing);
        }

        Settings attempts(int most) {
            return new Settings(backoff, most, idempotent, retryAfterClamp, wanted, atEdge, missing);
        }

        Settings unrepeatable() {
            return new Settings(backoff, maxAttempts, false, retryAfterClamp, wanted, atEdge, missing);
        }

        Settings clamped(Duration clamp) {
            return new Settings(backoff, maxAttempts, idempotent, clamp, wanted, atEdge, missing);
        }

        Settings marked() {
            return new Settings(backoff, maxAttempts, idempotent, retryAfterClamp, wanted, true, missing);
        }

        Settings wanting(Wanted other) {
            return new Settings(backoff, maxAttempts, idempotent, retryAfterClamp, other, atEdge, missing);
        }

        /** Somebody gave nothing where something must be. */
        Settings lacking(String field) {
            List<String> more = new ArrayList<>(missing);
            more.add(field);
            return new Settings(backoff, maxAttempts, idempotent, retryAfterClamp, wanted, atEdge, List.copyOf(more));
        }
    }

    private final Settings settings;

    private Retry(Settings settings) {
        this.settings = settings;
    }

    /**
     * Tries again with these pauses.
     *
     * @param backoff how long to pause before each retry
     * @return 3 attempts with those pauses
     */
    public static Retry of(Backoff backoff) {
        return backoff == null
                ? of(Backoff.none()).lacking("backoff")
                : new Retry(new Settings(backoff, 3, true, DEFAULT_CLAMP, Wanted.USUAL, false, List.of()));
    }

    private static Retry of(String field, @Nullable Duration span, Function<Duration, Backoff> pauses) {
        return span == null ? of(Backoff.none()).lacking(field) : of(pauses.apply(span));
    }

    private Retry lacking(String field) {
        return new Retry(settings.lacking(field));
    }

    /**
     * Pauses that double, with full jitter, up to 30 s.
     *
     * @param base the first pause, before jitter
     * @return 3 attempts with those pauses
     */
    public static Retry exponential(Duration base) {
        return of("backoff.base", base, Backoff::exponential);
    }

    /**
     * Pauses that grow by the same step, with full jitter, up to 30 s.
     *
     * @param step the first pause, before jitter
     * @return 3 attempts with those pauses
     */
    public static Retry linear(Duration step) {
        return of("backoff.step", step, Backoff::linear);
    }

    /**
     * Pauses that are each drawn from the base to three times the pause before, up to 30 s.
     *
     * @param base the shortest pause
     * @return 3 attempts with those pauses
     */
    public static Retry decorrelated(Duration base) {
        return of("backoff.base", base, Backoff::decorrelated);
    }

    /**
     * Pauses that are all the same, without jitter.
     *
     * @param pause how long
     * @return 3 attempts with those pauses
     */
    public static Retry fixed(Duration pause) {
        return of("backoff.pause", pause, Backoff::fixed);
    }

    /**
     * No pauses.
     *
     * @return 3 attempts, one right after the other
     */
    public static Retry immediate() {
        return of(Backoff.none());
    }

    /**
     * At most so many attempts.
     *
     * @param attempts the first included; 1 … 1 000 000; default 3
     * @return a new value
     */
    public Retry maxAttempts(int attempts) {
        return new Retry(settings.attempts(attempts));
    }

    /**
     * No pause is longer than this, before additive jitter.
     *
     * @param longest default 30 s
     * @return a new value
     */
    public Retry cap(Duration longest) {
        return longest == null ? lacking("backoff.cap") : paced(backoff -> backoff.cap(longest));
    }

    /**
     * Each pause is a random part of its length.
     *
     * @return a new value
     */
    public Retry fullJitter() {
        return paced(Backoff::fullJitter);
    }

    /**
     * Each pause is half its length, and a random part of the other half.
     *
     * @return a new value
     */
    public Retry equalJitter() {
        return paced(Backoff::equalJitter);
    }

    /**
     * Each pause is drawn from the first one to three times the one before; for exponential pauses only.
     *
     * @return a new value
     */
    public Retry decorrelatedJitter() {
        return paced(Backoff::decorrelatedJitter);
    }

    /**
     * Each pause is its length, and a random part of this on top.
     *
     * @param jitter the most that is added
     * @return a new value
     */
    public Retry additiveJitter(Duration jitter) {
        return jitter == null ? lacking("backoff.jitter") : paced(backoff -> backoff.additiveJitter(jitter));
    }

    /**
     * Each pause is exactly its length: everybody who failed together tries again together.
     *
     * @return a new value
     */
    public Retry withoutJitter() {
        return paced(Backoff::withoutJitter);
    }

    private Retry paced(UnaryOperator<Backoff> change) {
        return new Retry(settings.paced(change.apply(settings.backoff())));
    }

    /**
     * The work must not be repeated once it may have taken effect: only failures that surely never reached the other
     * side are retried.
     *
     * @return a new value
     */
    public Retry nonIdempotent() {
        return new Retry(settings.unrepeatable());
    }

    /**
     * Nobody but this guard tries again: it marks every attempt, the first included, and guards inside of a marked
     * attempt neither retry nor hedge, in this process or, by the header that {@code plimsoll-http} writes, in others.
     * Three attempts of each of five layers make 243 calls at the bottom when all fail, with this at the outermost three.
     * Of several marks the outermost counts.
     *
     * @return a new value
     */
    public Retry retryAtEdge() {
        return new Retry(settings.marked());
    }

    /**
     * The longest Retry-After that is waited for; a longer one ends the call at once, with the last error.
     *
     * @param clamp default 300 s
     * @return a new value
     */
    public Retry retryAfterClamp(Duration clamp) {
        return clamp == null ? lacking("retryAfterClamp") : new Retry(settings.clamped(clamp));
    }

    /**
     * Retries these errors too, and their subtypes.
     *
     * @param types such as your client's own exception for a lost connection
     * @return a new value
     */
    @SafeVarargs
    public final Retry retryOn(Class<? extends Throwable>... types) {
        if (types == null) {
            return lacking("retryOn");
        }
        Retry more = this;
        for (Class<? extends Throwable> type : types) {
            more = type == null ? more.lacking("retryOn") : more.retryOn(new Wanted.OfType(type));
        }
        return more;
    }

    /**
     * Retries these errors too.
     *
     * @param errors accepts those to retry; one that throws accepts nothing
     * @return a new value
     */
    public Retry retryOn(Predicate<? super Throwable> errors) {
        return errors == null
                ? lacking("retryOn")
                : new Retry(settings.wanting(settings.wanted().plus(errors)));
    }

    /**
     * Retries after these results too, in place of those named before; the last one is returned as it is. What the classifier says must never be run
     * again, such as a request that is not idempotent, is not run again here either.
     *
     * @param results accepts those to retry, is never asked about null; one that throws accepts nothing
     * @return a new value
     */
    public Retry retryOnResult(Predicate<Object> results) {
        return results == null
                ? lacking("retryOnResult")
                : new Retry(settings.wanting(new Wanted(settings.wanted().errors(), results)));
    }

    /**
     * Collects everything that is wrong.
     *
     * @param check where to
     */
    public void check(Check check) {
        settings.missing().forEach(field -> check.given(field, null));
        check.atLeast("maxAttempts", settings.maxAttempts(), 1);
        check.that(
                settings.maxAttempts() <= MOST_ATTEMPTS,
                "maxAttempts",
                "must be at most 1000000",
                settings.maxAttempts());
        check.that(
                !settings.retryAfterClamp().isNegative(),
                "retryAfterClamp",
                "must not be negative",
                settings.retryAfterClamp());
        check.part("backoff", settings.backoff().problems());
    }

    Backoff backoff() {
        return settings.backoff();
    }

    /**
     * How many attempts there may be.
     *
     * @return the first included
     */
    public int maxAttempts() {
        return settings.maxAttempts();
    }

    /**
     * Whether the work may be run twice.
     *
     * @return false when {@link #nonIdempotent()} was named
     */
    public boolean isIdempotent() {
        return settings.idempotent();
    }

    boolean isAtEdge() {
        return settings.atEdge();
    }

    Duration retryAfterClamp() {
        return settings.retryAfterClamp();
    }

    List<Predicate<? super Throwable>> namedErrors() {
        return settings.wanted().errors();
    }

    @Nullable
    Predicate<Object> results() {
        return settings.wanted().results();
    }

    /**
     * Whether results are looked at.
     *
     * @return true after {@link #retryOnResult(Predicate)}
     */
    public boolean looksAtResults() {
        return settings.wanted().results() != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Retry retry && settings.equals(retry.settings);
    }

    @Override
    public int hashCode() {
        return Objects.hash(settings);
    }

    @Override
    public String toString() {
        Duration clamp = settings.retryAfterClamp();
        return settings.maxAttempts() + " attempts, " + settings.backoff()
                + settings.wanted()
                + (clamp.equals(DEFAULT_CLAMP) ? "" : ", Retry-After up to " + Time.words(clamp))
                + (settings.idempotent() ? "" : ", non-idempotent")
                + (settings.atEdge() ? ", at the edge" : "");
    }
}
