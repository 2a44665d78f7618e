package dev.plimsoll.budget;

import dev.plimsoll.call.ConfigurationException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;

/**
 * A budget of tokens that failures or retries use up and successes refill; time does not.
 *
 * <p>In an outage, when nothing succeeds, what is left of the bucket is all there is. Two well-known members of the
 * family are {@link #aws()}, where retries pay, and {@link #grpc(double, double)}, where failures do.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a budget is
 * made of it. Tokens are counted in thousandths; what is finer is dropped.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param capacity the most tokens there can be, 1 to 1,000,000
 * @param initial how many there are at the start, 0 to {@code capacity}. Full buckets of a thousand fresh processes are
 *     a storm of their own: fill them partly then
 * @param refill how many tokens a call that succeeded brings, 0.001 to {@code capacity}
 * @param costs how many tokens are paid after a failure, by its kind
 * @param charging what is paid for
 * @param refunding whether a call that succeeded after a retry brings back what its last retry has cost, in place of the
 *     refill: retries that help are free then, and the bucket limits those that do not
 */
public record TokenBucket(
        double capacity, double initial, double refill, Costs costs, Charging charging, boolean refunding) {

    private static final double SCALE = 1_000;
    private static final double LEAST = 1 / SCALE;
    private static final double MOST = 1_000_000;

    /** What is paid for. */
    public enum Charging {
        /** A retry, when it is scheduled; it is granted when there are enough tokens. */
        RETRIES,
        /**
         * A failure that may be retried, whether it is or not; a retry is granted while, its failure paid, more than half
         * of the capacity is left.
         */
        FAILURES
    }

    /**
     * How many tokens are paid, by kind of failure; 0.001 to the capacity each, and less than half of it where failures
     * are charged.
     *
     * @param transientFailure after {@link FailureKind#TRANSIENT}
     * @param overload after {@link FailureKind#OVERLOAD}
     * @param timeout after {@link FailureKind#TIMEOUT}
     */
    public record Costs(double transientFailure, double overload, double timeout) {

        double of(FailureKind failure) {
            return switch (failure) {
                case TRANSIENT -> transientFailure;
                case OVERLOAD -> overload;
                case TIMEOUT -> timeout;
            };
        }
    }

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when a setting is null
     */
    public TokenBucket {
        Objects.requireNonNull(costs, "costs");
        Objects.requireNonNull(charging, "charging");
    }

    /**
     * The retry quota of the AWS SDKs: 500 tokens, a retry costs 5, after a timeout 10; a success at the first attempt
     * brings 1, one after a retry what that retry has cost. Source: the SDKs' standard retry mode.
     *
     * @return settings of a bucket that is full at the start
     */
    public static TokenBucket aws() {
        return new TokenBucket(500, 500, 1, new Costs(5, 5, 10), Charging.RETRIES, true);
    }

    /**
     * The retry throttling of gRPC: a failure costs 1 token, a success brings {@code tokenRatio}, and there are retries
     * while more than half of the tokens are left. Source: gRPC proposal A6.
     *
     * @param maxTokens the capacity, more than 2; gRPC's own example has 10
     * @param tokenRatio the refill; gRPC's own example has 0.1
     * @return settings of a bucket that is full at the start
     */
    public static TokenBucket grpc(double maxTokens, double tokenRatio) {
        return new TokenBucket(maxTokens, maxTokens, tokenRatio, new Costs(1, 1, 1), Charging.FAILURES, false);
    }

    /**
     * Sets the most tokens there can be, and fills the bucket.
     *
     * @param tokens 1 to 1,000,000
     * @return a copy with this setting
     */
    public TokenBucket capacity(double tokens) {
        return new TokenBucket(tokens, tokens, refill, costs, charging, refunding);
    }

    /**
     * Sets how many tokens there are at the start.
     *
     * @param tokens 0 to the capacity
     * @return a copy with this setting
     */
    public TokenBucket initial(double tokens) {
        return new TokenBucket(capacity, tokens, refill, costs, charging, refunding);
    }

    /**
     * Sets how many tokens a success brings.
     *
     * @param tokens 0.001 to the capacity
     * @return a copy with this setting
     */
    public TokenBucket refill(double tokens) {
        return new TokenBucket(capacity, initial, tokens, costs, charging, refunding);
    }

    /**
     * Sets what is paid, by kind of failure.
     *
     * @param transientFailure after {@link FailureKind#TRANSIENT}
     * @param overload after {@link FailureKind#OVERLOAD}
     * @param timeout after {@link FailureKind#TIMEOUT}
     * @return a copy with these settings
     */
    public TokenBucket costs(double transientFailure, double overload, double timeout) {
        Costs chosen = new Costs(transientFailure, overload, timeout);
        return new TokenBucket(capacity, initial, refill, chosen, charging, refunding);
    }

    /**
     * Sets whether a success after a retry brings back what the retry has cost, in place of the refill.
     *
     * @param refunds whether it does; where failures are charged there is nothing to bring back
     * @return a copy with this setting
     */
    public TokenBucket refunding(boolean refunds) {
        return new TokenBucket(capacity, initial, refill, costs, charging, refunds);
    }

    /** The check of these settings, not ended yet. */
    ConfigurationException.Check check() {
        ConfigurationException.Check check = new ConfigurationException.Check("retry budget");
        check.that(capacity >= 1 && capacity <= MOST, "capacity", "must be 1 to 1000000", capacity);
        check.that(initial >= 0 && initial <= capacity, "initial", "must be 0 to the capacity, " + capacity, initial);
        check.that(
                refill >= LEAST && refill <= capacity, "refill", "must be 0.001 to the capacity, " + capacity, refill);
        check("costs.transientFailure", costs.transientFailure(), check);
        check("costs.overload", costs.overload(), check);
        check("costs.timeout", costs.timeout(), check);
        check.that(
                !refunding || charging == Charging.RETRIES,
                "refunding",
                "must be false where failures are charged",
                refunding);
        return check;
    }

    private void check(String field, double cost, ConfigurationException.Check check) {
        if (charging == Charging.RETRIES) {
            check.that(cost >= LEAST && cost <= capacity, field, "must be 0.001 to the capacity, " + capacity, cost);
        } else {
            check.that(
                    cost >= LEAST && cost < capacity / 2,
                    field,
                    "must be 0.001 to less than half of the capacity, " + capacity + ", or there is never a retry",
                    cost);
        }
    }

    /** Tokens in thousandths. */
    static long millis(double tokens) {
        return BigDecimal.valueOf(tokens)
                .multiply(BigDecimal.valueOf(SCALE))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
    }

    /** Thousandths in tokens. */
    static double tokens(long millis) {
        return millis / SCALE;
    }
}
