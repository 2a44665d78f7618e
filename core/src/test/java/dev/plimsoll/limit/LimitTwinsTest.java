package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.ToIntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

/** The published algorithms against naive twins that are written down as the papers of their authors have them. */
@Label("CL-1 the published algorithms")
final class LimitTwinsTest {

    private static final int MAX = 1_000;

    private static void compare(long seed, LimitAlgorithm clever, ToIntFunction<LimitSample> naive) {
        Random random = new Random(seed);
        LimitAlgorithm at = clever.startingAt(20, 1, MAX);
        for (int i = 0; i < 300; i++) {
            LimitSample sample = timed(random, at.limit());
            at = at.next(sample);
            assertThat(at.limit()).as("step %d, %s", i, sample).isEqualTo(naive.applyAsInt(sample));
        }
    }

    /** Always with a time, as in the originals. */
    private static LimitSample timed(Random random, int limit) {
        LimitSample any = Samplings.any(random, limit);
        double nanos = (10 + random.nextInt(40)) * 1e6;
        return new LimitSample(any.calls(), any.drops(), nanos, any.mostInFlight(), any.refused(), any.random());
    }

    @Property(tries = 30)
    @Label("CL-1 AIMD: times 0.9 when dropped or slow, else one more when half is in use")
    void aimd_isAsPublished(@ForAll long seed) {
        int[] limit = {20};
        compare(seed, Aimd.published().slow(java.time.Duration.ofMillis(40)), sample -> {
            if (sample.drops() > 0 || sample.meanNanos() > 40e6) {
                limit[0] = (int) (limit[0] * 0.9);
            } else if (sample.mostInFlight() >= limit[0] / 2.0) {
                limit[0]++;
            }
            limit[0] = Math.max(1, Math.min(MAX, limit[0]));
            return limit[0];
        });
    }

    /** Vegas with fields that change. */
    private static final class NaiveVegas {
        private double limit = 20;
        private double noLoad;
        private int count;
        private double jitter;

        int next(LimitSample sample) {
            jitter = jitter == 0 ? 0.5 + 0.5 * sample.random() : jitter;
            count++;
            if (count >= jitter * 30 * limit) {
                jitter = 0.5 + 0.5 * sample.random();
                count = 0;
                noLoad = sample.meanNanos();
            } else if (noLoad == 0 || sample.meanNanos() < noLoad) {
                noLoad = sample.meanNanos();
            } else {
                limit = Math.max(1, Math.min(MAX, limit + change(sample)));
            }
            return (int) limit;
        }

        private int change(LimitSample sample) {
            int log = limit < 100 ? 1 : limit < 1_000 ? 2 : 3;
            int queue = (int) Math.ceil(limit * (1 - noLoad / sample.meanNanos()));
            if (sample.drops() > 0) {
                return -log;
            }
            if (sample.mostInFlight() < limit / 2) {
                return 0;
            }
            if (queue <= log) {
                return 6 * log;
            }
            return queue < 3 * log ? log : queue > 6 * log ? -log : 0;
        }
    }

    @Property(tries = 30)
    @Label(
            "CL-1 Vegas: alpha, beta and threshold of 3, 6 and 1 times the logarithm, a new no-load time every 30 limits")
    void vegas_isAsPublished(@ForAll long seed) {
        compare(seed, Vegas.published(), new NaiveVegas()::next);
    }

    /** Gradient2 with fields that change, and without a rise on drops. */
    private static final class NaiveGradient2 {
        private double limit = 20;
        private double sum;
        private int count;
        private double average;

        int next(LimitSample sample) {
            double time = sample.meanNanos();
            if (count < 10) {
                count++;
                sum += time;
                average = sum / count;
            } else {
                average = average * (1 - 2.0 / 601) + time * (2.0 / 601);
            }
            double before = average;
            if (average / time > 2) {
                average *= 0.95;
            }
            if (sample.mostInFlight() >= limit / 2) {
                double gradient = Math.max(0.5, Math.min(1, 1.5 * before / time));
                double wanted = limit * 0.8 + (limit * gradient + 4) * 0.2;
                double next = Math.max(1, Math.min(MAX, wanted));
                limit = sample.drops() > 0 ? Math.min(next, limit) : next;
            }
            return (int) limit;
        }
    }

    @Property(tries = 30)
    @Label("CL-1 Gradient2: smoothing 0.2, tolerance 1.5, queue size 4, long window 600, and no rise on drops")
    void gradient2_isAsPublished(@ForAll long seed) {
        compare(seed, Gradient2.published(), new NaiveGradient2()::next);
    }
}
