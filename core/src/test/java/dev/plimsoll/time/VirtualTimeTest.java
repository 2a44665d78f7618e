package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one thread sees of virtual time: clocks, timers, stalls. */
final class VirtualTimeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long MILLISECOND = 1_000_000;

    private final VirtualTime time = VirtualTime.create();

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000, Long.MIN_VALUE, -500_000_000})
    @DisplayName("EV-4 time moves by exactly what it is told, and takes all its clocks along")
    void advance_movesAllClocks(long origin) {
        VirtualTime wrapping = VirtualTime.startingAt(origin, 1);
        assertThat(wrapping.precise()).isEqualTo(origin);
        assertThat(wrapping.wall()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));

        wrapping.advance(SECOND);

        assertThat(wrapping.precise() - origin).isEqualTo(SECOND.toNanos());
        assertThat(wrapping.coarse()).isEqualTo(wrapping.precise());
        assertThat(wrapping.wall()).isEqualTo(Instant.parse("2026-01-01T00:00:01Z"));
        assertThat(wrapping.lateness(origin)).isZero();
    }

    @Test
    @DisplayName("EV-4 time does not go back")
    void advance_bySomethingNegative_isRefused() {
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> time.stall(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(time.precise()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 3, -2, Long.MIN_VALUE})
    @DisplayName("EV-4 timers fire in order, each at its exact instant, on the thread that advances")
    void timers_fireAtTheirInstants(long origin) {
        VirtualTime wrapping = VirtualTime.startingAt(origin, 7);
        List<String> log = new ArrayList<>();
        Thread self = Thread.currentThread();
        for (long delay : new long[] {30, 10, 20, 0, 41}) {
            wrapping.start(
                    new Probe(late -> {
                        assertThat(Thread.currentThread()).isSameAs(self);
                        log.add(delay + "@" + (wrapping.precise() - origin) + "+" + late);
                    }),
                    delay);
        }
        assertThat(wrapping.pendingTimers()).isEqualTo(5);

        wrapping.advance(Duration.ofNanos(40));
        assertThat(log).containsExactly("0@0+0", "10@10+0", "20@20+0", "30@30+0");
        assertThat(wrapping.pendingTimers()).isOne();

        wrapping.advance(Duration.ofNanos(1));
        assertThat(log).hasSize(5);
        assertThat(wrapping.pendingTimers()).isZero();
        assertThat(wrapping.failures()).isZero();
    }

    @Test
    @DisplayName("EV-4 what a timer starts within the span fires within it, at its own instant")
    void timer_startedByATimer_firesInTheSameAdvance() {
        List<Long> fired = new ArrayList<>();
        time.start(
                new Probe(late -> {
                    fired.add(time.precise());
                    time.start(new Probe(later -> fired.add(time.precise())), 5);
                    time.start(new Probe(later -> fired.add(time.precise())), 6);
                }),
                10);

        time.advance(Duration.ofNanos(15));

        assertThat(fired).containsExactly(10L, 15L);
        assertThat(time.pendingTimers()).isOne();
    }

    @Test
    @DisplayName("A cancelled timer does not fire and does not count, at its own instant either")
    void timer_cancelled_isGone() {
        Probe cancelled = new Probe();
        Probe victim = new Probe();
        Probe rival = new Probe(late -> victim.cancel());
        time.start(cancelled, 10);
        time.start(rival, 19);
        time.start(victim, 20);

        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).isFalse();
        assertThat(time.pendingTimers()).isEqualTo(2);
        time.advance(Duration.ofNanos(30));

        assertThat(cancelled.fired() + victim.fired()).isZero();
        assertThat(rival.fired()).isOne();
        assertThat(rival.cancel()).isFalse();
        assertThat(time.pendingTimers()).isZero();
        assertThatThrownBy(() -> time.start(rival, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("A timer that throws is counted and does not stop the time")
    void timer_thatThrows_isCounted() {
        time.start(
                new Probe(late -> {
                    throw new StackOverflowError("planted");
                }),
                1);
        Probe next = new Probe();
        time.start(next, 2);

        time.advance(Duration.ofNanos(2));

        assertThat(time.failures()).isOne();
        assertThat(next.fired()).isOne();
    }

    @Test
    @DisplayName("EV-4 a timer must not wait")
    void timer_thatWaits_isRefused() {
        List<Throwable> refusals = new ArrayList<>();
        time.start(
                new Probe(late -> {
                    refusals.add(thrownBy(() -> time.park("a lock")));
                    refusals.add(thrownBy(() -> time.sleep(SECOND)));
                    refusals.add(thrownBy(() -> time.advance(SECOND)));
                    refusals.add(thrownBy(() -> time.stall(SECOND)));
                }),
                1);

        time.advance(SECOND);

        assertThat(refusals).hasSize(4).allMatch(IllegalStateException.class::isInstance);
        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("EV-4 what happens at one instant happens in an order that only the seed decides")
    void ties_areBrokenByTheSeed() {
        assertThat(orderOfTies(1)).isEqualTo(orderOfTies(1));
        assertThat(orderOfTies(2)).isEqualTo(orderOfTies(2));

        List<List<Integer>> orders = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            List<Integer> order = orderOfTies(seed);
            assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
            if (!orders.contains(order)) {
                orders.add(order);
            }
        }
        assertThat(orders).hasSizeGreaterThan(10);
    }

    private static List<Integer> orderOfTies(long seed) {
        VirtualTime tied = VirtualTime.create(seed);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            tied.start(new Probe(late -> order.add(number)), 100 - i);
            tied.advance(Duration.ofNanos(1));
        }
        tied.advance(SECOND);
        return order;
    }

    @Test
    @DisplayName("Random numbers come from the seed, and drawing them does not change the order of ties")
    void random_comesFromTheSeed() {
        VirtualTime one = VirtualTime.create(5);
        VirtualTime same = VirtualTime.create(5);
        same.start(new Probe(), 5);
        for (int i = 0; i < 1000; i++) {
            double drawn = one.random();
            assertThat(drawn).isBetween(0.0, Math.nextDown(1.0));
            assertThat(same.random()).isEqualTo(drawn);
        }
        assertThat(VirtualTime.create(6).random())
                .isNotEqualTo(VirtualTime.create(7).random());
    }

    @Test
    @DisplayName("EV-4 timers under random scripts fire as a sorted list would have them")
    void timers_underRandomScripts_equalASortedList() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            VirtualTime wrapping = VirtualTime.startingAt(Long.MAX_VALUE - random.nextInt(100_000), seed);
            List<Long> expected = new ArrayList<>();
            List<Long> fired = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                long delay = random.nextInt(1000);
                long due = wrapping.precise() + delay;
                Probe probe = new Probe(late -> {
                    assertThat(wrapping.precise()).isEqualTo(due);
                    fired.add(due);
                });
                wrapping.start(probe, delay);
                if (random.nextInt(4) > 0) {
                    expected.add(due);
                } else {
                    assertThat(probe.cancel()).isTrue();
                }
                wrapping.advance(Duration.ofNanos(random.nextInt(1500) - Math.min(0, random.nextInt(10))));
            }
            wrapping.advance(SECOND);
            expected.sort((a, b) -> Long.signum(a - b));

            assertThat(fired).isEqualTo(expected);
            assertThat(wrapping.failures()).isZero();
            assertThat(wrapping.pendingTimers()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 100_000_000})
    @DisplayName("HL-1 a stall makes timers late by the right amount, coarse fall behind, and lateness known")
    void stall_makesEverythingLate(long origin) {
        VirtualTime wrapping = VirtualTime.startingAt(origin, 3);
        List<String> log = new ArrayList<>();
        for (long delay : new long[] {100, 250, 50}) {
            wrapping.start(
                    new Probe(late -> log.add(delay + " late " + late / MILLISECOND + " coarse "
                            + (wrapping.coarse() - origin) / MILLISECOND + " lateness "
                            + wrapping.lateness(origin) / MILLISECOND)),
                    delay * MILLISECOND);
        }

        wrapping.stall(Duration.ofMillis(200));

        assertThat(log).containsExactly("50 late 150 coarse 0 lateness 200", "100 late 100 coarse 0 lateness 200");
        assertThat(wrapping.precise() - origin).isEqualTo(200 * MILLISECOND);
        assertThat(wrapping.coarse()).isEqualTo(wrapping.precise());
        assertThat(wrapping.lateness(origin)).isEqualTo(200 * MILLISECOND);
        assertThat(wrapping.lateness(origin + 150 * MILLISECOND)).isEqualTo(50 * MILLISECOND);
        assertThat(wrapping.lateness(wrapping.precise())).isZero();

        wrapping.advance(Duration.ofMillis(50));
        assertThat(log).last().isEqualTo("250 late 0 coarse 250 lateness 200");
    }

    @Test
    @DisplayName("HL-1 a stall of 10 ms is not late yet")
    void stall_thatIsShort_isNotLate() {
        time.stall(Duration.ofMillis(10));
        assertThat(time.lateness(0)).isZero();

        time.stall(Duration.ofMillis(11));
        assertThat(time.lateness(0)).isEqualTo(11 * MILLISECOND);
    }

    @Test
    @DisplayName("Coarse ticks in steps if asked to, is never ahead and never goes back")
    void coarse_inSteps_isBehind() {
        time.advance(Duration.ofNanos(2_500_000));
        time.coarseEvery(Duration.ofMillis(1));
        assertThat(time.coarse()).isEqualTo(2_500_000);

        time.advance(Duration.ofNanos(400_000));
        assertThat(time.coarse()).isEqualTo(2_500_000);
        time.advance(Duration.ofNanos(700_000));
        assertThat(time.coarse()).isEqualTo(3_000_000);
        assertThat(time.precise()).isEqualTo(3_600_000);

        time.coarseEvery(Duration.ZERO);
        time.advance(Duration.ofNanos(1));
        assertThat(time.coarse()).isEqualTo(3_600_001);
    }

    @Test
    @DisplayName("EV-4 a sleep on the only thread takes no real time and is exact")
    void sleep_ofTheOnlyThread_isExact() throws InterruptedException {
        Probe probe = new Probe();
        time.start(probe, Duration.ofDays(1).toNanos());

        time.sleep(Duration.ofDays(3));

        assertThat(time.precise()).isEqualTo(Duration.ofDays(3).toNanos());
        assertThat(probe.late()).isZero();
    }

    @Test
    @DisplayName("EV-4 an interrupt by a timer ends the sleep at that instant")
    void sleep_interruptedByATimer_ends() {
        Thread self = Thread.currentThread();
        time.start(new Probe(late -> self.interrupt()), 5 * MILLISECOND);

        assertThatThrownBy(() -> time.sleep(SECOND)).isInstanceOf(InterruptedException.class);

        assertThat(time.precise()).isEqualTo(5 * MILLISECOND);
        assertThat(self.isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("EV-4 an interrupt does not end an advance, and the flag stays set")
    void advance_interrupted_goesOn() {
        Thread self = Thread.currentThread();
        time.start(new Probe(late -> self.interrupt()), 5);

        time.advance(SECOND);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("One unpark before is one park that returns at once; a park until the past takes none")
    void unpark_before_givesOnePermit() {
        Thread self = Thread.currentThread();
        time.unpark(self);
        time.unpark(self);
        time.parkUntil("the past", time.precise());

        time.park("the permit");
        assertThat(time.precise()).isZero();

        time.parkUntil("nothing", 7);
        assertThat(time.precise()).isEqualTo(7);

        time.unpark(self);
        time.parkUntil("the permit", 100);
        assertThat(time.precise()).isEqualTo(7);
    }

    @Test
    @DisplayName("EV-4 a thread with its flag set does not park")
    void park_interrupted_returns() {
        Thread.currentThread().interrupt();

        time.park("anything");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.precise()).isZero();
    }

    private static Throwable thrownBy(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(code);
        return thrown == null ? new AssertionError("nothing was thrown") : thrown;
    }
}
