package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Other settings while other threads call. Every round ends in a fact that must hold, however the threads met. */
@Tag("both-compilers")
final class BreakerReconfigureRaceTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Rules that never hold, over every kind of window. */
    private static final List<UnaryOperator<CircuitBreakerBuilder>> LENIENT = List.of(
            b -> b.failures(1_000_000).overLastCalls(1_000_000),
            b -> b.failures(1_000_000).overLast(SECOND),
            b -> b.failures(1_000_000).overLast(SECOND.multipliedBy(2)),
            b -> b.slowCallRate(1, SECOND, 1_000_000).overLast(SECOND.multipliedBy(2)),
            b -> b.consecutiveFailures(1_000_000));

    @Test
    @DisplayName("CB-12 EV-3 every result is counted once, whatever windows come and go meanwhile")
    void totals_whileWindowsComeAndGo_areExact() {
        assertExact(LENIENT, false);
    }

    @Test
    @DisplayName("CB-12 EV-3 a window that is kept holds every result once, and every failure is in the row")
    void keptWindow_whileReconfigured_isExact() {
        assertExact(
                List.of(
                        b -> b.failures(1_000_000).overLastCalls(1_000_000),
                        b -> b.failures(999_999).overLastCalls(1_000_000)),
                true);
        assertExact(
                List.of(
                        b -> b.failures(1_000_000).overLast(SECOND),
                        b -> b.failures(999_999).overLast(SECOND).uncounted()),
                true);
    }

    private static void assertExact(List<UnaryOperator<CircuitBreakerBuilder>> setups, boolean kept) {
        Scene scene = Scene.of(setups.get(0));
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger calling = new AtomicInteger(3);

        Rendezvous.threads(4, () -> {
            if (turn.getAndIncrement() == 0) {
                for (int i = 0; calling.get() > 0; i++) {
                    scene.breaker.reconfigure(setups.get(i % setups.size()));
                }
                return;
            }
            for (int i = 0; i < 10_000; i++) {
                scene.call(kept || i % 3 == 0 ? Verdict.FAILURE : Verdict.SUCCESS);
            }
            calling.decrementAndGet();
        });

        BreakerSnapshot.Judged judged = scene.judged();
        assertThat(scene.breaker.snapshot().sequence()).isZero();
        assertThat(judged.totalBad()).isEqualTo(kept ? 30_000 : 10_002);
        assertThat(judged.totalGood()).isEqualTo(kept ? 0 : 19_998);
        if (kept) {
            assertThat(judged.windowFailed()).isEqualTo(30_000);
            assertThat(judged.consecutiveFailures()).isEqualTo(30_000);
        }
    }

    @Test
    @DisplayName("CB-12 a rule that was gone before the breaker opened does not open it any more")
    void rule_whenItIsGone_doesNotOpen() {
        Scene scene = Scene.of(b -> b.consecutiveFailures(1));
        CyclicBarrier round = new CyclicBarrier(2);
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();

        Rendezvous.threads(2, () -> {
            boolean relents = turn.getAndIncrement() == 0;
            for (int i = 0; i < 10_000; i++) {
                if (relents) {
                    scene.breaker.reconfigure(b -> b.consecutiveFailures(1));
                    scene.breaker.reset("next round", "test");
                }
                Rendezvous.meet(round);
                boolean closed = false;
                if (relents) {
                    scene.breaker.reconfigure(b -> b.consecutiveFailures(1_000_000));
                    closed = scene.state() == CLOSED;
                } else {
                    scene.bad(1);
                }
                Rendezvous.meet(round);
                if (closed && scene.state() != CLOSED) {
                    wrong.incrementAndGet();
                }
                Rendezvous.meet(round);
            }
        });

        assertThat(wrong).hasValue(0);
    }

    @Test
    @DisplayName("CB-12 T-25 many reconfigure, open, probe and reset at once: nothing is torn, pinned or told twice")
    void everything_atOnce_tearsNothing() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        AtomicLong seeds = new AtomicLong(1);
        AtomicLong bad = new AtomicLong();

        for (int round = 0; round < 20; round++) {
            Rendezvous.threads(4, () -> {
                SplittableRandom random = new SplittableRandom(seeds.getAndIncrement());
                for (int i = 0; i < 200; i++) {
                    switch (random.nextInt(8)) {
                        case 0 -> scene.breaker.reset("r", "test");
                        case 1, 2 -> scene.breaker.reconfigure(b -> anyhow(b, random));
                        default -> bad.addAndGet(call(scene.breaker, random.nextInt(3) == 0));
                    }
                }
            });
            scene.pass(SECOND);
        }

        scene.breaker.reconfigure(Scene::small);
        assertThat(scene.breaker.config())
                .isEqualTo(Scene.small(new CircuitBreakerBuilder()).build());
        assertThat(scene.judged().totalBad()).isEqualTo(bad.get());
        assertThat(scene.judged().probes()).isZero();
        assertThat(scene.judged().orphans()).isZero();
        assertThat(scene.time.pendingTimers()).isLessThanOrEqualTo(1);
        long last = scene.breaker.snapshot().sequence();
        Rendezvous.await(() -> ear.sequences().size() == last, "everything is told");
        assertThat(ear.sequences())
                .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
        scene.pass(Scene.WAIT.multipliedBy(10));
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    /** How many bad results that makes. */
    private static int call(CircuitBreaker breaker, boolean fails) {
        Permit permit = breaker.tryEnter();
        return permit != null && permit.settle(fails ? Verdict.FAILURE : Verdict.SUCCESS) && fails ? 1 : 0;
    }

    private static CircuitBreakerBuilder anyhow(CircuitBreakerBuilder setup, SplittableRandom random) {
        CircuitBreakerBuilder shaped = setup.consecutiveFailures(1 + random.nextInt(4))
                .openFor(SECOND.multipliedBy(1 + random.nextInt(3)))
                .maxConcurrentProbes(1 + random.nextInt(3))
                .successesToClose(1 + random.nextInt(3))
                .probeLease(SECOND.multipliedBy(1 + random.nextInt(3)));
        return switch (random.nextInt(3)) {
            case 0 -> shaped.failureRate(0.5, 4).overLastCalls(4 + random.nextInt(2));
            case 1 -> shaped.failureRate(0.5, 4).overLast(SECOND.multipliedBy(1 + random.nextInt(2)));
            default -> shaped;
        };
    }
}
