package dev.plimsoll.idempotency;

import dev.plimsoll.call.ConfigurationException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How an {@link Idempotency} is set up. Each word gives a new value.
 *
 * @param keepFor how long a result is kept, longer than zero; 24 h unless said
 * @param lease how long the first may take until it counts as dead, longer than zero; 60 s unless said
 * @param maxKeys how many keys its store in memory holds, at least 1; 10 000 unless said
 * @param keepFailures which exceptions are kept like results; none unless said
 */
public record IdempotencyConfig(
        Duration keepFor, Duration lease, int maxKeys, Predicate<? super Exception> keepFailures) {

    /** 24 h, 60 s, 10 000 keys, no failures. */
    public static final IdempotencyConfig DEFAULTS =
            new IdempotencyConfig(Duration.ofHours(24), Duration.ofSeconds(60), 10_000, failure -> false);

    /**
     * Names how long a result is kept.
     *
     * @param span longer than zero
     * @return with this span
     */
    public IdempotencyConfig keepFor(Duration span) {
        return new IdempotencyConfig(span, lease, maxKeys, keepFailures);
    }

    /**
     * Names how long the first may take until it counts as dead, and the next one may begin. Choose more than the work ever
     * takes: what outlives its lease may be done twice.
     *
     * @param span longer than zero
     * @return with this lease
     */
    public IdempotencyConfig lease(Duration span) {
        return new IdempotencyConfig(keepFor, span, maxKeys, keepFailures);
    }

    /**
     * Names how many keys the store in memory holds. A store of your own has bounds of its own.
     *
     * @param keys at least 1
     * @return with this bound
     */
    public IdempotencyConfig maxKeys(int keys) {
        return new IdempotencyConfig(keepFor, lease, keys, keepFailures);
    }

    /**
     * Names which exceptions are kept like results, and thrown again to whoever comes with the key: those that say the
     * request is wrong, and will stay so.
     *
     * @param which what it throws means no
     * @return with this choice
     */
    public IdempotencyConfig keepFailures(Predicate<? super Exception> which) {
        return new IdempotencyConfig(keepFor, lease, maxKeys, which);
    }

    void check(ConfigurationException.Check check) {
        if (check.given("keepFor", keepFor)) {
            check.positive("keepFor", keepFor);
        }
        if (check.given("lease", lease)) {
            check.positive("lease", lease);
        }
        check.atLeast("maxKeys", maxKeys, 1);
        check.given("keepFailures", keepFailures);
    }
}
