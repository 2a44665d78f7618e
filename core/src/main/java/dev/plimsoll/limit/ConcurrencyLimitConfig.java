package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ConcurrencyLimit} finds its size, and between which bounds.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param algorithm what sets the limit
 * @param min the lowest limit there may be, at least 1
 * @param max the highest limit there may be, at least {@code min}
 * @param initial the limit to start with, from {@code min} to {@code max}
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record ConcurrencyLimitConfig(LimitAlgorithm algorithm, int min, int max, int initial) {

    private static final String SUBJECT = "concurrency limit";
    private static final int MIN = 1;
    private static final int MAX = 1_000;
    private static final int INITIAL = 20;

    /**
     * Checks everything at once.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public ConcurrencyLimitConfig {
        Check check = new Check(SUBJECT);
        check(check, algorithm, min, max, initial);
        check.done();
    }

    private static void check(Check check, @Nullable LimitAlgorithm algorithm, int min, int max, int initial) {
        if (algorithm instanceof Aimd aimd) {
            aimd.check(check);
        } else if (algorithm instanceof Vegas vegas) {
            vegas.check(check);
        } else if (algorithm instanceof Gradient2 gradient) {
            gradient.check(check);
        } else if (algorithm instanceof Elasticity elasticity) {
            elasticity.check(check);
        } else {
            check.given("algorithm", algorithm);
        }
        check.atLeast("within.min", min, 1);
        check.that(max >= min, "within.max", "must be at least the minimum, " + min, max);
        boolean within = max < min || (initial >= min && initial <= max);
        check.that(within, "initial", "must be within " + min + " and " + max, initial);
    }

    /**
     * A builder with the default settings.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    int clamp(int limit) {
        return Math.max(min, Math.min(max, limit));
    }

    /**
     * Collects a {@link ConcurrencyLimitConfig}. Everything has a default.
     *
     * <p><b>Threading:</b> for one thread.
     */
    public static final class Builder {

        private @Nullable LimitAlgorithm algorithm = Elasticity.defaults();
        private int min = MIN;
        private int max = MAX;
        private int initial = INITIAL;
        private final Check given = new Check(SUBJECT);

        private Builder() {}

        /**
         * Measures whether more calls under way still mean more calls done, {@link Elasticity}. The default.
         *
         * @return this
         */
        public Builder adaptive() {
            return adaptive(a -> a);
        }

        /**
         * The same with settings of its own.
         *
         * @param settings such as {@code a -> a.sharedBy(4)}
         * @return this
         */
        public Builder adaptive(UnaryOperator<Elasticity> settings) {
            return named("adaptive", settings, Elasticity.defaults());
        }

        /**
         * One more while all goes well, a tenth less when something is dropped, {@link Aimd}.
         *
         * @return this
         */
        public Builder aimd() {
            return aimd(a -> a);
        }

        /**
         * The same with settings of its own.
         *
         * @param settings such as {@code a -> a.backoff(0.8)}
         * @return this
         */
        public Builder aimd(UnaryOperator<Aimd> settings) {
            return named("aimd", settings, Aimd.published());
        }

        /**
         * Keeps the number of calls that queue in the dependency small, {@link Vegas}.
         *
         * @return this
         */
        public Builder vegas() {
            return vegas(v -> v);
        }

        /**
         * The same with settings of its own.
         *
         * @param settings such as {@code v -> v.smoothing(0.5)}
         * @return this
         */
        public Builder vegas(UnaryOperator<Vegas> settings) {
            return named("vegas", settings, Vegas.published());
        }

        /**
         * Compares the time now with its long average, {@link Gradient2}.
         *
         * @return this
         */
        public Builder gradient2() {
            return gradient2(g -> g);
        }

        /**
         * The same with settings of its own.
         *
         * @param settings such as {@code g -> g.tolerance(2)}
         * @return this
         */
        public Builder gradient2(UnaryOperator<Gradient2> settings) {
            return named("gradient2", settings, Gradient2.published());
        }

        /**
         * An algorithm of one's own.
         *
         * @param ones one's own; it is started afresh by {@link LimitAlgorithm#startingAt(int, int, int)}
         * @return this
         */
        public Builder algorithm(LimitAlgorithm ones) {
            algorithm = ones;
            return this;
        }

        /**
         * Sets the bounds of the limit. They are 1 and 1000 by default.
         *
         * @param lowest at least 1
         * @param highest at least {@code lowest}
         * @return this
         */
        public Builder within(int lowest, int highest) {
            min = lowest;
            max = highest;
            return this;
        }

        /**
         * Sets the limit to start with. It is 20 by default.
         *
         * @param limit within the bounds
         * @return this
         */
        public Builder initial(int limit) {
            initial = limit;
            return this;
        }

        private <A extends LimitAlgorithm> Builder named(String field, UnaryOperator<A> settings, A defaults) {
            A made = given.applied(field, settings, defaults);
            if (made != null) {
                algorithm = made;
            }
            return this;
        }

        /**
         * What is wrong so far.
         *
         * @return a line each, such as "within.min must be at least 1: 0"; empty when nothing is
         */
        public List<String> problems() {
            Check check = new Check(SUBJECT);
            check(check);
            return check.problems();
        }

        void check(Check check) {
            check.all(given);
            ConcurrencyLimitConfig.check(check, algorithm, min, max, initial);
        }

        /**
         * Makes the configuration.
         *
         * @return an immutable one
         * @throws ConfigurationException with all {@link #problems()}
         */
        @SuppressWarnings("NullAway") // the check has refused that
        public ConcurrencyLimitConfig build() {
            Check check = new Check(SUBJECT);
            check(check);
            check.done();
            return new ConcurrencyLimitConfig(algorithm, min, max, initial);
        }
    }
}
