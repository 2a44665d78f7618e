package dev.plimsoll.bench.limits;

import java.util.SplittableRandom;

/**
 * How long a worker takes for a request.
 *
 * <p>All logarithms are strict ones, so that every machine draws the same times.
 */
sealed interface Service {

    /** Draws one, in milliseconds. */
    double draw(SplittableRandom random);

    /** The mean, in milliseconds. */
    double mean();

    private static double exponential(SplittableRandom random) {
        return -StrictMath.log(1 - random.nextDouble());
    }

    /** Exponential times: as irregular as independent requests are. */
    record Exponential(double mean) implements Service {

        @Override
        public double draw(SplittableRandom random) {
            return mean * exponential(random);
        }
    }

    /** A heavy tail. */
    record LogNormal(double mean, double sigma) implements Service {

        @Override
        public double draw(SplittableRandom random) {
            double radius = StrictMath.sqrt(2 * exponential(random));
            double normal = radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
            return mean * StrictMath.exp(sigma * normal - sigma * sigma / 2);
        }
    }

    /** Requests of two kinds. */
    record Mix(double one, double other, double shareOfOther) implements Service {

        @Override
        public double draw(SplittableRandom random) {
            return random.nextDouble() < shareOfOther ? other : one;
        }

        @Override
        public double mean() {
            return one * (1 - shareOfOther) + other * shareOfOther;
        }
    }
}
