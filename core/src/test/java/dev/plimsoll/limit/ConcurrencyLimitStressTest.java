package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The limit under real threads: nothing leaks, nothing is admitted above it, no call is lost to the windows. */
final class ConcurrencyLimitStressTest {

    /** Takes what it sees down, and says the same limit for ever. */
    private record Counting(int limit, long ended, long dropped, long refused) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int start, int min, int max) {
            return new Counting(start, 0, 0, 0);
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            return new Counting(limit, ended + sample.calls(), dropped + sample.drops(), refused + sample.refused());
        }

        @Override
        public int calls() {
            return 7;
        }

        @Override
        public Duration span() {
            return Duration.ZERO;
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public String explain() {
            return ended + " calls, " + dropped + " drops, " + refused + " refused";
        }
    }

    @Test
    @DisplayName("CL-1 T-47 of many threads at once no more than the limit are inside, and every call is in one window")
    void calls_ofManyThreads_areAllCounted() {
        ConcurrencyLimit limit = ConcurrencyLimit.create(
                "prices", l -> l.algorithm(new Counting(0, 0, 0, 0)).initial(3), Time.system());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        Rendezvous.threads(6, () -> {
            for (int i = 0; i < 20_000; i++) {
                if (limit.enter() instanceof Admission.Leave leave) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                    admitted.incrementAndGet();
                    limit.settle(leave, i % 3 == 0 ? Judgement.OVERLOAD : Judgement.SUCCESS, i, 1_000, null);
                }
            }
        });
        // One window after another until the last ones are in, too.
        long calls = admitted.get();
        for (int i = 0; i < 7; i++) {
            limit.settle((Admission.Leave) limit.enter(), Judgement.SUCCESS, Long.MAX_VALUE / 2, 1_000, null);
        }
        ConcurrencyLimitSnapshot shown = limit.snapshot();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(shown.inFlight()).isZero();
        assertThat(shown.refused() + calls).isEqualTo(120_000);
        String[] seen = shown.explained().split(" ", -1);
        assertThat(Long.parseLong(seen[0])).isBetween(calls, calls + 7);
        assertThat(Long.parseLong(seen[2])).isEqualTo(shown.dropped());
        assertThat(Long.parseLong(seen[4])).isEqualTo(shown.refused());
    }

    @Test
    @DisplayName("CL-1 reconfiguring while others come and go loses no permit and ends with the last settings")
    void reconfigure_whileInUse_losesNothing() {
        ConcurrencyLimit limit =
                ConcurrencyLimit.create("prices", l -> l.aimd().within(1, 8).initial(4), Time.system());
        AtomicInteger role = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            boolean tuner = role.getAndIncrement() == 0;
            for (int i = 0; i < 5_000; i++) {
                int most = 4 + i % 5;
                if (tuner) {
                    limit.reconfigure(l -> l.within(1, most).initial(4));
                } else if (limit.enter() instanceof Admission.Leave leave) {
                    limit.settle(leave, Judgement.OVERLOAD, i, 1_000, null);
                }
            }
        });
        assertThat(limit.snapshot().inFlight()).isZero();
        assertThat(limit.config().max()).isEqualTo(8);
        assertThat(limit.limit()).isBetween(1, 8);
    }
}
