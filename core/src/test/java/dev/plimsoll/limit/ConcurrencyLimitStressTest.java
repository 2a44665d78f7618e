package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.Time;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The limit under real threads: nothing leaks, nothing is admitted above it, no call is lost to the windows. */
@Tag("both-compilers")
final class ConcurrencyLimitStressTest {

    @Test
    @DisplayName("CL-1 T-47 of many threads at once no more than the limit are inside, and every call is in one window")
    void calls_ofManyThreads_areAllCounted() {
        ConcurrencyLimit limit = ConcurrencyLimit.create(
                "prices", l -> l.algorithm(CountingLimit.NEW).initial(3), Time.system());
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
        for (int i = 0; i < CountingLimit.WINDOW; i++) {
            limit.settle((Admission.Leave) limit.enter(), Judgement.SUCCESS, Long.MAX_VALUE / 2, 1_000, null);
        }
        ConcurrencyLimitSnapshot shown = limit.snapshot();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(shown.inFlight()).isZero();
        assertThat(shown.refused() + calls).isEqualTo(120_000);
        CountingLimit.Seen seen = CountingLimit.seenBy(limit);
        assertThat(seen.ended()).isBetween(calls, calls + CountingLimit.WINDOW);
        assertThat(seen.dropped()).isEqualTo(shown.dropped());
        assertThat(seen.refused()).isEqualTo(shown.refused());
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
