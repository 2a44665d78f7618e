package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CB-12: nothing is lost or left over, whatever calls and changes come together. */
final class ReconfigureScriptTest {

    private static final int CALLS = 25;
    private static final int CALLERS = 4;

    private static Duration millis(int most, Random random) {
        return Duration.ofMillis(1 + random.nextInt(most));
    }

    static Stream<Arguments> scripts() {
        return Stream.of(Engines.values())
                .flatMap(engine -> Stream.of(1L, 2L, 3L, 4L).map(seed -> Arguments.of(engine, seed)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("scripts")
    @DisplayName(
            "CB-12 BH-2 after any script of calls and changes: permits back, counters exact, no timer, one end each")
    void randomScript_keepsTheBooks(Engines engine, long seed) throws Throwable {
        Random random = new Random(seed);
        VirtualTime time = VirtualTime.create();
        Heard heard = new Heard();
        Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard));
        Bulkhead shared = Bulkhead.create("shared", b -> b.maxConcurrent(2).maxWaiting(2), time);
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(5), time);
        Guard guard = guards.guard("prices", g -> g.bulkhead(2).circuitBreaker());
        Set<Bulkhead> bulkheads = new HashSet<>(Set.of(shared));
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random own = new Random(seed * 100 + i);
            callers.add(time.start("caller-" + i, () -> calls(engine, guard, time, own)));
        }
        for (int change = 0; change < 20; change++) {
            time.advance(millis(40, random));
            guard.reconfigure(g -> setUp(g, random, shared, budget));
            if (guard.bulkhead() != null) {
                bulkheads.add(guard.bulkhead());
            }
        }
        for (Thread caller : callers) {
            time.join(caller);
        }
        time.advance(Duration.ofSeconds(1)); // what was left behind by a timeout ends as well
        assertBooks(guard, heard);
        assertThat(heard.of(Reconfigured.class)).hasSizeBetween(15, 20);
        guards.close();
        for (Bulkhead each : bulkheads) {
            assertThat(each.snapshot().active()).isZero();
            assertThat(each.snapshot().waiting()).isZero();
            assertThat(each.snapshot().orphans()).isZero();
        }
        assertThat(budget.snapshot().retries()).isLessThanOrEqualTo(50);
        assertThat(time.pendingTimers()).isZero();
    }

    private static void assertBooks(Guard guard, Heard heard) {
        List<CallEnded> ends = heard.of(CallEnded.class);
        assertThat(ends).hasSize(CALLS * CALLERS);
        GuardSnapshot.Calls calls = guard.snapshot().calls();
        assertThat(calls)
                .isEqualTo(new GuardSnapshot.Calls(
                        count(ends, End.ANSWERED),
                        count(ends, End.FAILED),
                        count(ends, End.TIMED_OUT),
                        count(ends, End.REFUSED),
                        count(ends, End.CANCELLED)));
        assertThat(guard.snapshot().retries())
                .isEqualTo(heard.of(RetryScheduled.class).size());
    }

    private static long count(List<CallEnded> ends, End kind) {
        return ends.stream().filter(each -> each.end() == kind).count();
    }

    private static GuardBuilder setUp(GuardBuilder g, Random random, Bulkhead shared, RetryBudget budget) {
        if (random.nextBoolean()) {
            g.attemptTimeout(millis(20, random));
        }
        if (random.nextBoolean()) {
            g.retry(Retry.fixed(millis(10, random)).maxAttempts(1 + random.nextInt(4)));
            if (random.nextBoolean()) {
                g.retryBudget(budget);
            }
        }
        switch (random.nextInt(4)) {
            case 0 -> g.circuitBreaker();
            case 1 -> g.circuitBreaker(b -> b.consecutiveFailures(2 + random.nextInt(3)));
            default -> {}
        }
        switch (random.nextInt(4)) {
            case 0 -> g.bulkhead(shared);
            case 1 -> g.bulkhead(1 + random.nextInt(4));
            case 2 -> g.bulkhead(b -> queueing(b, random));
            default -> {}
        }
        return g;
    }

    private static BulkheadConfig.Builder queueing(BulkheadConfig.Builder b, Random random) {
        b.maxConcurrent(1 + random.nextInt(3)).maxWaiting(1 + random.nextInt(3)).maxWait(millis(30, random));
        return random.nextBoolean() ? b.lifoUnderOverload() : b;
    }

    private static void calls(Engines engine, Guard guard, VirtualTime time, Random random) {
        for (int i = 0; i < CALLS; i++) {
            try {
                time.sleep(millis(30, random));
                Object unused = engine.call(
                        guard,
                        time,
                        () -> new Deed(
                                Duration.ofMillis(random.nextInt(25)),
                                random.nextInt(3) == 0 ? new IOException("lost") : null,
                                "good"));
            } catch (Throwable ended) {
                assertThat(ended).isNotInstanceOf(AssertionError.class);
            }
        }
    }

    @Test
    @DisplayName("CB-12 calls that race with changes: all that began after a change had returned went by it")
    void changesThatRace_areSeenByWhoComesAfter() {
        Guards guards = Guards.create(g -> g.logging(false));
        Guard guard = guards.guard("prices", g -> g.circuitBreaker());
        Guard view = guard.judgedBy(Classifier.standard());
        AtomicInteger done = new AtomicInteger();
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger role = new AtomicInteger();
        Rendezvous.threads(2, () -> {
            boolean changes = role.getAndIncrement() == 0;
            for (int i = 1; i <= 300; i++) {
                Rendezvous.meet(both);
                if (changes) {
                    int size = i;
                    guard.reconfigure(g -> size % 3 == 0 ? g : g.bulkhead(size).circuitBreaker());
                } else {
                    guard.run(() -> done.incrementAndGet());
                    view.run(() -> done.incrementAndGet());
                }
                Rendezvous.meet(both);
                if (i % 3 != 0) {
                    assertThat(view.snapshot().bulkhead().orElseThrow().maxConcurrent())
                            .isEqualTo(i);
                } else {
                    assertThat(view.bulkhead()).isNull();
                }
            }
        });
        assertThat(done).hasValue(600);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(600);
        guards.close();
    }

    @Test
    @DisplayName("CB-12 an observer that comes while the guard is changed hears every call that begins afterwards")
    void observerThatRacesWithAChange_hearsAll() {
        Guards guards = Guards.create(g -> g.logging(false));
        Guard guard = guards.guard("prices", g -> g.circuitBreaker());
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger role = new AtomicInteger();
        Rendezvous.threads(2, () -> {
            boolean changes = role.getAndIncrement() == 0;
            for (int i = 1; i <= 500; i++) {
                Heard mine = new Heard();
                Rendezvous.meet(both);
                if (changes) {
                    int failures = 2 + i % 7;
                    guard.reconfigure(g -> g.circuitBreaker(b -> b.consecutiveFailures(failures)));
                } else {
                    guard.observe(mine);
                }
                Rendezvous.meet(both);
                if (!changes) {
                    guard.run(() -> {});
                    mine.only(CallEnded.class);
                    guard.forget(mine);
                }
            }
        });
        assertThat(guard.snapshot().calls().answered()).isEqualTo(500);
        guards.close();
    }

    @Test
    @DisplayName("CB-12 CA-5 of close and a change that meet, either comes first, and nothing is left open")
    void closeThatRacesWithAChange_leavesNothing() {
        for (int i = 0; i < 100; i++) {
            VirtualTime time = VirtualTime.create();
            Guards guards = Guards.create(g -> g.time(time).logging(false));
            Guard guard = guards.guard("prices", g -> g.bulkhead(1));
            AtomicInteger role = new AtomicInteger();
            Rendezvous.threads(2, () -> {
                if (role.getAndIncrement() == 0) {
                    guards.close();
                } else {
                    try {
                        guard.reconfigure(g -> g.bulkhead(2).circuitBreaker().observer(new Heard()));
                    } catch (IllegalStateException closedFirst) {
                        assertThat(guard.circuitBreaker()).isNull();
                    }
                }
            });
            assertThat(guard.<String, RuntimeException>call(
                            () -> "never", refused -> refused.reason().name()))
                    .isEqualTo("SHUT_DOWN");
            Bulkhead bulkhead = guard.bulkhead();
            assertThat(bulkhead == null ? null : bulkhead.tryEnter()).isNull();
            assertThat(time.pendingTimers()).isZero();
        }
    }

    @Test
    @DisplayName("CB-12 a breaker that is shared goes on as it was when a guard leaves it")
    void sharedBreaker_isLeftAsItIs() {
        Guards guards = Guards.create(g -> g.logging(false));
        CircuitBreaker shared = CircuitBreaker.create("shared", b -> b);
        Guard guard = guards.guard("prices", g -> g.circuitBreaker(shared));
        guard.run(() -> {});
        guard.reconfigure(g -> g.circuitBreaker());
        guard.run(() -> {});
        assertThat(shared.snapshot().judged().totalGood()).isEqualTo(1);
        assertThat(guard.circuitBreaker()).isNotSameAs(shared);
        guards.close();
    }
}
