package dev.plimsoll.limit;

import java.util.List;
import java.util.Random;

/** Random samples, and the four algorithms to feed them to. */
final class Samplings {

    static final List<LimitAlgorithm> ALGORITHMS =
            List.of(Aimd.published(), Vegas.published(), Gradient2.published(), Elasticity.defaults());

    private Samplings() {}

    /** Any sample at all, of a dependency of some milliseconds, with all kinds of use of the limit. */
    static LimitSample any(Random random, int limit) {
        long calls = random.nextInt(4) == 0 ? random.nextInt(10) : random.nextInt(5_000);
        long drops = random.nextInt(3) == 0 ? (long) (random.nextDouble() * (calls + 1)) : 0;
        double mean = calls == 0 || random.nextInt(20) == 0 ? 0 : Math.exp(random.nextGaussian() * 2) * 1e6;
        int most = random.nextInt(2) == 0 ? limit : random.nextInt(2 * limit + 1);
        long refused = random.nextInt(2) == 0 ? 0 : random.nextInt(100);
        return new LimitSample(calls, Math.min(drops, calls), mean, most, refused, random.nextDouble());
    }

    static LimitSample withDrops(LimitSample sample, long drops) {
        return new LimitSample(
                sample.calls(), drops, sample.meanNanos(), sample.mostInFlight(), sample.refused(), sample.random());
    }

    static LimitSample withUse(LimitSample sample, int mostInFlight) {
        return new LimitSample(sample.calls(), sample.drops(), sample.meanNanos(), mostInFlight, 0, sample.random());
    }

    /** A sample in which the limit was used up, and all took so long on average. */
    static LimitSample full(int limit, double meanNanos, double random) {
        return new LimitSample(Math.max(1_000, 4L * limit), 0, meanNanos, limit, 1, random);
    }
}
