package dev.plimsoll.bulkhead;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a {@link Bulkhead} is and who may wait for it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param maxConcurrent how many may hold a permit at once, at least 1
 * @param maxWaiting how many may queue for one, at least 0; default 0
 * @param maxWait how long one may queue; zero exactly when {@code maxWaiting} is, else 30 s by default
 * @param ownPool whether the work runs on threads of the bulkhead instead of the caller's; default false
 */
public record BulkheadConfig(int maxConcurrent, int maxWaiting, Duration maxWait, boolean ownPool) {

    private static final Duration PRESET_WAIT = Duration.ofSeconds(30);

    /**
     * Checks everything at once.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public BulkheadConfig {
        Check check = new Check("bulkhead");
        check(check, maxConcurrent, maxWaiting, maxWait);
        check.done();
    }

    /**
     * A builder that has no size yet.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private static void check(Check check, int maxConcurrent, int maxWaiting, Duration maxWait) {
        check.atLeast("maxConcurrent", maxConcurrent, 1);
        check.atLeast("maxWaiting", maxWaiting, 0);
        if (!check.given("maxWait", maxWait)) {
            return;
        }
        if (maxWaiting > 0) {
            check.positive("maxWait", maxWait);
        } else {
            check.that(maxWait.isZero(), "maxWait", "must be zero while maxWaiting is 0", maxWait);
        }
    }

    /**
     * Collects a {@link BulkheadConfig}. Only {@link #maxConcurrent(int)} has no default.
     *
     * <p><b>Threading:</b> for one thread.
     */
    public static final class Builder {

        private int maxConcurrent;
        private int maxWaiting;
        private @Nullable Duration maxWait;
        private boolean ownPool;
        private final Check given = new Check("bulkhead");

        private Builder() {}

        /**
         * Sets how many may hold a permit at once.
         *
         * @param most at least 1
         * @return this
         */
        public Builder maxConcurrent(int most) {
            maxConcurrent = most;
            return this;
        }

        /**
         * Sets how many may queue for a permit when all are taken. The default is 0: who finds none is refused at once.
         *
         * @param most at least 0
         * @return this
         */
        public Builder maxWaiting(int most) {
            maxWaiting = most;
            return this;
        }

        /**
         * Sets how long one may queue. Without it that is 30 s; a nearer deadline of the call always counts.
         *
         * @param longest longer than zero; 2^62 ns at most count
         * @return this
         */
        public Builder maxWait(Duration longest) {
            if (given.given("maxWait", longest)) {
                maxWait = longest;
            }
            return this;
        }

        /**
         * Runs the work on threads of the bulkhead, so that a caller can leave work behind that does not end. There are
         * at most as many as permits, and one that is idle ends after ten seconds.
         *
         * @return this
         */
        public Builder ownPool() {
            return ownPool(true);
        }

        /**
         * Says on whose threads the work runs.
         *
         * @param own true for threads of the bulkhead, false for the caller's
         * @return this
         */
        public Builder ownPool(boolean own) {
            ownPool = own;
            return this;
        }

        /**
         * Sets ten at once, five waiting, for 30 s at most.
         *
         * @return this
         */
        public Builder tenWithFiveWaiting() {
            return maxConcurrent(10).maxWaiting(5).maxWait(PRESET_WAIT);
        }

        /**
         * What is wrong so far.
         *
         * @return a line each, such as "maxConcurrent must be at least 1: 0"; empty when nothing is
         */
        public List<String> problems() {
            Check check = new Check("bulkhead");
            check(check);
            return check.problems();
        }

        void check(Check check) {
            check.all(given);
            BulkheadConfig.check(check, maxConcurrent, maxWaiting, longestWait());
        }

        /**
         * Makes the configuration.
         *
         * @return an immutable one
         * @throws ConfigurationException with all {@link #problems()}
         */
        public BulkheadConfig build() {
            Check check = new Check("bulkhead");
            check(check);
            check.done();
            return new BulkheadConfig(maxConcurrent, maxWaiting, longestWait(), ownPool);
        }

        private Duration longestWait() {
            if (maxWait != null) {
                return maxWait;
            }
            return maxWaiting > 0 ? PRESET_WAIT : Duration.ZERO;
        }
    }
}
