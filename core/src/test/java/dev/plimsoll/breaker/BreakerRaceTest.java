package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.HALF_OPEN;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What no single thread can show. Every round ends in a fact that must hold, however the threads met. */
@Tag("both-compilers")
final class BreakerRaceTest {

    @Test
    @DisplayName("CB-2 the failure that completes the row opens, whatever good results arrive at the same moment")
    void lastFailure_whileOthersSucceed_opens() {
        Scene scene = Scene.of(b -> b.consecutiveFailures(1));
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger missed = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();

        Rendezvous.threads(3, () -> {
            if (turn.getAndIncrement() > 0) {
                while (!over.get()) {
                    Permit permit = scene.breaker.tryEnter();
                    if (permit != null) {
                        permit.succeeded();
                    }
                }
                return;
            }
            for (int i = 0; i < 50_000; i++) {
                scene.breaker.reset("next round", "test");
                scene.bad(1);
                if (scene.state() != OPEN) {
                    missed.incrementAndGet();
                }
            }
            over.set(true);
        });

        assertThat(missed).hasValue(0);
    }

    @Test
    @DisplayName("CB-4 an observer that comes while the breaker opens gets its timer")
    void observer_whenItComesWhileTheBreakerOpens_getsItsTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        CyclicBarrier round = new CyclicBarrier(2);
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger missed = new AtomicInteger();

        Rendezvous.threads(2, () -> {
            boolean opens = turn.getAndIncrement() == 0;
            for (int i = 0; i < 10_000; i++) {
                if (opens) {
                    scene.breaker.forget(ear);
                    scene.breaker.reset("next round", "test");
                    scene.bad(1);
                }
                Rendezvous.meet(round);
                if (opens) {
                    scene.bad(1);
                } else {
                    scene.breaker.observe(ear);
                }
                Rendezvous.meet(round);
                if (opens && scene.time.pendingTimers() != 1) {
                    missed.incrementAndGet();
                }
                Rendezvous.meet(round);
            }
        });

        assertThat(missed).hasValue(0);
    }

    @Test
    @DisplayName(
            "CB-4 CB-5 T-12 T-18 T-20 64 threads at the end of the wait: one transition, and as many probes as allowed")
    void endOfTheWait_whenManyArrive_happensOnce() {
        for (int i = 0; i < 20; i++) {
            Scene scene = Scene.small().probing();
            long before = scene.breaker.snapshot().sequence();
            AtomicInteger admitted = new AtomicInteger();

            Rendezvous.threads(64, () -> {
                if (scene.breaker.tryEnter() != null) {
                    admitted.incrementAndGet();
                }
            });

            assertThat(admitted).hasValue(2);
            assertThat(scene.state()).isEqualTo(HALF_OPEN);
            assertThat(scene.breaker.snapshot().sequence()).isEqualTo(before + 1);
        }
    }

    @Test
    @DisplayName("T-18 no thread sees a breaker that has just opened without its wait")
    void opening_whileOthersEnter_isNeverSeenWithoutItsWait() {
        for (int i = 0; i < 50; i++) {
            Scene scene = Scene.small();
            AtomicInteger turn = new AtomicInteger();

            Rendezvous.threads(4, () -> {
                if (turn.getAndIncrement() == 0) {
                    Permit last = scene.enter();
                    scene.bad(1);
                    last.settle(Verdict.FAILURE);
                }
                for (int k = 0; k < 200; k++) {
                    assertThat(scene.state()).isNotEqualTo(HALF_OPEN);
                    scene.breaker.tryEnter();
                }
            });

            assertThat(scene.state()).isEqualTo(OPEN);
            assertThat(scene.breaker.snapshot().sequence()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("T-25 contended transitions leave one timer at most, and tell each transition once, in order")
    void transitions_whenContended_leaveOneTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        AtomicLong seeds = new AtomicLong(1);

        Rendezvous.threads(4, () -> {
            SplittableRandom random = new SplittableRandom(seeds.getAndIncrement());
            for (int i = 0; i < 2000; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> scene.breaker.reset("r", "test");
                    case 1 -> scene.breaker.forceOpen("f", "test", Duration.ofSeconds(random.nextInt(3)));
                    default -> {
                        Permit permit = scene.breaker.tryEnter();
                        if (permit != null) {
                            permit.settle(Verdict.FAILURE);
                        }
                    }
                }
            }
        });

        assertThat(scene.time.pendingTimers()).isLessThanOrEqualTo(1);
        long last = scene.breaker.snapshot().sequence();
        assertThat(ear.sequences())
                .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
        for (int i = 1; i < ear.heard.size(); i++) {
            assertThat(ear.heard.get(i).from()).isEqualTo(ear.heard.get(i - 1).to());
        }
    }

    @Test
    @DisplayName("EV-3 T-28 I1 counters equal what was settled, whatever was reset, opened and closed meanwhile")
    void counters_whenEverythingMeets_neverDrift() {
        drift(b -> Scene.small(b).failureRate(0.9, 1000).overLast(Duration.ofMillis(20)));
        drift(b -> Scene.small(b).failures(50).overLastCalls(64));
        drift(Scene::small);
    }

    private static void drift(UnaryOperator<CircuitBreakerBuilder> setup) {
        Scene scene = new Scene(setup, VirtualTime.create(3));
        AtomicLong good = new AtomicLong();
        AtomicLong bad = new AtomicLong();
        AtomicLong seeds = new AtomicLong(1);

        for (int round = 0; round < 20; round++) {
            Rendezvous.threads(4, () -> {
                SplittableRandom random = new SplittableRandom(seeds.getAndIncrement());
                for (int i = 0; i < 500; i++) {
                    call(scene.breaker, random, good, bad);
                }
            });
            scene.pass(Duration.ofMillis(7));
        }

        assertTotals(scene, good.get(), bad.get());
        assertThat(scene.judged().probes()).isZero();
        assertThat(scene.judged().orphans()).isZero();
        scene.breaker.reset("end", "test");
        assertThat(scene.state()).isEqualTo(CLOSED);
        assertTotals(scene, good.get(), bad.get());
    }

    private static void call(CircuitBreaker breaker, SplittableRandom random, AtomicLong good, AtomicLong bad) {
        if (random.nextInt(50) == 0) {
            breaker.reset("r", "test");
        }
        Permit permit = breaker.tryEnter();
        int dice = random.nextInt(8);
        if (permit == null) {
            return;
        }
        if (dice == 0) {
            permit.close();
        } else if (dice < 4) {
            permit.settle(Verdict.FAILURE);
            bad.incrementAndGet();
        } else {
            permit.succeeded();
            good.incrementAndGet();
        }
    }

    private static void assertTotals(Scene scene, long good, long bad) {
        assertThat(scene.judged().totalGood()).isEqualTo(good);
        assertThat(scene.judged().totalBad()).isEqualTo(bad);
    }
}
