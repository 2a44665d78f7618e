package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("both-compilers")
final class ConcurrencyLimitOracleTest {

    private static final long[] ORIGINS = {0, -1, Long.MAX_VALUE - 5_000_000, Long.MIN_VALUE};
    private final TimeoutException timeout = new TimeoutException();

    private Random random = new Random();
    private long now;

    /** Ends a call in one of all ways, in both. */
    private void end(ConcurrencyLimit limit, Admission.Leave leave, NaiveLimit naive) {
        long nanos = random.nextInt(50) * 1_000_000L;
        switch (random.nextInt(12)) {
            case 0 -> {
                limit.settle(leave, Judgement.OVERLOAD, now, nanos, null);
                naive.ended(now, -1, true);
            }
            case 1 -> {
                limit.settle(leave, Judgement.TRANSIENT, now, nanos, timeout);
                naive.ended(now, nanos, true);
            }
            case 2 -> {
                limit.settle(leave, Judgement.FAILURE, now, nanos, new IllegalStateException());
                naive.endedSilently();
            }
            case 3 -> {
                limit.settle(leave, random.nextBoolean() ? Judgement.IGNORED : Judgement.NOT_RUN, now, nanos, null);
                naive.endedSilently();
            }
            default -> {
                limit.settle(leave, Judgement.SUCCESS, now, nanos, null);
                naive.ended(now, nanos, false);
            }
        }
    }

    private void play(LimitAlgorithm algorithm, long origin, long seed) {
        VirtualTime time = VirtualTime.startingAt(origin, seed);
        random = new Random(Objects.hash(seed, origin, algorithm.name())); // no two plays are alike
        now = origin;
        ConcurrencyLimit limit = ConcurrencyLimit.create(
                "prices", l -> l.algorithm(algorithm).initial(8).within(2, 64), time);
        NaiveLimit naive = new NaiveLimit(algorithm.startingAt(8, 2, 64), origin);
        Deque<Admission.Leave> leaves = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(5) < 3) {
                Admission admission = limit.enter();
                assertThat(admission instanceof Admission.Leave).isEqualTo(naive.enter());
                if (admission instanceof Admission.Leave leave) {
                    leaves.add(leave);
                }
            } else if (!leaves.isEmpty()) {
                now += random.nextInt(20_000_000);
                end(limit, leaves.remove(), naive);
            }
            ConcurrencyLimitSnapshot shown = limit.snapshot();
            assertThat(shown.inFlight()).isEqualTo(naive.inFlight());
            assertThat(shown.limit()).as("step %d", i).isEqualTo(naive.limit());
            assertThat(shown.explained()).isEqualTo(naive.explain());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("CL-1 T-44 T-47 wherever the clock starts, it counts and learns as the naive one does")
    void limit_alongAnyScript_isAsTheNaive(long seed) {
        for (long origin : ORIGINS) {
            for (LimitAlgorithm algorithm : Samplings.ALGORITHMS) {
                play(new Coinless(algorithm), origin, seed);
            }
        }
    }

    /** An algorithm whose coin always falls the same way, so that two of it stay together. */
    private record Coinless(LimitAlgorithm inner) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int limit, int min, int max) {
            return new Coinless(inner.startingAt(limit, min, max));
        }

        @Override
        public int limit() {
            return inner.limit();
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            return new Coinless(inner.next(new LimitSample(
                    sample.calls(),
                    sample.drops(),
                    sample.meanNanos(),
                    sample.mostInFlight(),
                    sample.refused(),
                    0.25)));
        }

        @Override
        public int calls() {
            return inner.calls();
        }

        @Override
        public Duration span() {
            return inner.span();
        }

        @Override
        public int drops() {
            return inner.drops();
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public String explain() {
            return inner.explain();
        }
    }
}
