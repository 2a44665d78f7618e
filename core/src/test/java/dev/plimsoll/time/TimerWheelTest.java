package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimerWheelTest {
    private static final long MILLISECOND = 1_000_000;

    /** The naive wheel: a list that is searched. */
    private static final class Oracle {
        private record Entry(long when, Probe probe) {}

        private final List<Entry> entries = new ArrayList<>();

        void start(Probe probe, long when) {
            entries.add(new Entry(when, probe));
        }

        Probe cancelOne(Random random) {
            return entries.remove(random.nextInt(entries.size())).probe();
        }

        List<Entry> due(long now) {
            List<Entry> due = new ArrayList<>();
            for (Entry entry : entries) {
                if (entry.when() - now <= 0) {
                    due.add(entry);
                }
            }
            entries.removeAll(due);
            return due;
        }

        long untilNext(long now) {
            return entries.stream().mapToLong(entry -> entry.when() - now).min().orElse(Long.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                -1,
                12_345_678_901L,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 3_000_000_000L,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 7,
                -2_000_000_000L,
                Long.MAX_VALUE / 2
            })
    @DisplayName("TO-1 T-44 the wheel fires exactly what a searched list would, at the same lateness, from any origin")
    void wheel_underRandomScripts_equalsTheOracle(long origin) {
        for (int seed = 0; seed < 40; seed++) {
            runScript(origin, seed);
        }
    }

    private static void runScript(long origin, int seed) {
        Random random = new Random(seed);
        TimerWheel wheel = new TimerWheel(origin);
        Oracle oracle = new Oracle();
        List<Probe> all = new ArrayList<>();
        long now = origin;
        for (int step = 0; step < 300; step++) {
            for (int i = random.nextInt(8); i > 0; i--) {
                Probe probe = new Probe();
                // Whoever starts a timer may stand still between reading the clock and adding it.
                long when = now + span(random) - (random.nextInt(10) == 0 ? random.nextInt(50_000_000) : 0);
                wheel.start(probe, when);
                oracle.start(probe, when);
                all.add(probe);
            }
            for (int i = random.nextInt(5); i > 0 && !oracle.entries.isEmpty(); i--) {
                assertThat(oracle.cancelOne(random).cancel()).isTrue();
            }
            // Whole steps stay small against 2^63, so that everything started is still ahead of, or near, the clock.
            now += Math.min(span(random), 1L << (20 + random.nextInt(25)));
            wheel.advance(now);
            for (Oracle.Entry entry : oracle.due(now)) {
                assertThat(entry.probe().fired()).isOne();
                assertThat(entry.probe().late()).isEqualTo(now - entry.when());
                assertThat(entry.probe().cancel()).isFalse();
            }
            assertThat(wheel.pending()).isEqualTo(oracle.entries.size());
            assertThat(wheel.held()).isGreaterThanOrEqualTo(wheel.pending());
            if (wheel.held() > 0) {
                assertThat(wheel.nextExpiry() - now).isPositive().isLessThanOrEqualTo(oracle.untilNext(now));
            }
        }
        assertThat(all.stream().filter(probe -> probe.fired() > 1)).isEmpty();
        assertThat(oracle.entries).allMatch(entry -> entry.probe().fired() == 0);
    }

    /** Any order of magnitude up to 2^62, with zero now and then. */
    private static long span(Random random) {
        int bits = random.nextInt(64);
        return bits == 63 ? Time.LONGEST : bits == 62 ? 0 : random.nextLong() >>> (63 - bits) >>> 1;
    }

    @Test
    @DisplayName("TO-1 a timer is never early, not by a nanosecond, and fires at its instant")
    void timer_firesAtItsInstant() {
        TimerWheel wheel = new TimerWheel(Long.MAX_VALUE - 10);
        long due = Long.MIN_VALUE + 100 * MILLISECOND;
        Probe probe = new Probe();
        wheel.start(probe, due);

        wheel.advance(due - 1);
        assertThat(probe.fired()).isZero();

        assertThat(wheel.nextExpiry()).isEqualTo(due);
        wheel.advance(due);
        assertThat(probe.late()).isZero();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    @DisplayName("TO-1 the longest delay survives a jump of almost the longest span")
    void timer_withTheLongestDelay_waits() {
        TimerWheel wheel = new TimerWheel(-1);
        Probe probe = new Probe();
        wheel.start(probe, -1 + Time.LONGEST);
        wheel.advance(-1 + 5 * MILLISECOND);

        wheel.advance(-2 + Time.LONGEST);
        assertThat(probe.fired()).isZero();

        wheel.advance(-1 + Time.LONGEST);
        assertThat(probe.late()).isZero();
    }

    @Test
    @DisplayName("A timer that throws, even an Error, is counted and takes no other timer with it")
    void timer_thatThrows_isCountedAndDropped() {
        TimerWheel wheel = new TimerWheel(0);
        Probe sound = new Probe();
        wheel.start(
                new Probe(late -> {
                    throw new IllegalArgumentException("planted");
                }),
                5);
        wheel.start(sound, 5);
        wheel.start(
                new Probe(late -> {
                    throw new StackOverflowError("planted");
                }),
                5);

        wheel.advance(5);

        assertThat(wheel.failures()).isEqualTo(2);
        assertThat(sound.fired()).isOne();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    @DisplayName("A firing timer may start and cancel others, of its own slot too")
    void timer_thatStartsAndCancels_doesNoHarm() {
        TimerWheel wheel = new TimerWheel(0);
        Probe later = new Probe();
        Probe victim = new Probe();
        boolean[] cancelled = new boolean[2];
        Probe actor = new Probe(late -> {
            wheel.start(later, 10);
            cancelled[0] = victim.cancel();
        });
        wheel.start(victim, 5);
        wheel.start(actor, 4);

        wheel.advance(7);
        assertThat(actor.fired()).isOne();
        assertThat(victim.fired() == 1).isNotEqualTo(cancelled[0]);
        assertThat(wheel.pending()).isOne();

        wheel.advance(10);
        assertThat(later.fired()).isOne();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    @DisplayName("A timer starts once; one that was cancelled first never counts and never fires")
    void timer_startedTwiceOrAfterCancel() {
        TimerWheel wheel = new TimerWheel(0);
        Probe twice = new Probe();
        wheel.start(twice, 5);
        Probe cancelledFirst = new Probe();
        assertThat(cancelledFirst.cancel()).isTrue();
        assertThat(cancelledFirst.cancel()).isFalse();

        assertThatThrownBy(() -> wheel.start(twice, 6)).isInstanceOf(IllegalStateException.class);
        assertThat(wheel.start(cancelledFirst, 5)).isFalse();
        assertThat(wheel.pending()).isOne();

        wheel.advance(6);
        assertThat(twice.fired()).isOne();
        assertThat(cancelledFirst.fired()).isZero();
        assertThatThrownBy(() -> wheel.start(twice, 6)).isInstanceOf(IllegalStateException.class);

        Probe startedThenCancelled = new Probe();
        wheel.start(startedThenCancelled, 9);
        startedThenCancelled.cancel();
        assertThatThrownBy(() -> wheel.start(startedThenCancelled, 9)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("A timer cancelled while it is being started never counts, and cannot be started again")
    void timer_cancelledInTheMiddleOfStarting_neverCounts() {
        Probe probe = new Probe();
        List<Timer> told = new ArrayList<>();
        assertThat(probe.claim(told::add, 5)).isTrue();

        assertThat(probe.cancel()).isTrue();

        assertThat(probe.arm()).isFalse();
        assertThat(probe.expire()).isFalse();
        assertThat(told).isEmpty();
        assertThatThrownBy(() -> probe.claim(told::add, 5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("Timers cancelled before they are sorted in never enter a slot")
    void cancelled_beforeSortedIn_areDropped() {
        TimerWheel wheel = new TimerWheel(0);
        for (int i = 0; i < 1000; i++) {
            Probe probe = new Probe();
            wheel.start(probe, 30_000 * MILLISECOND);
            probe.cancel();
        }

        assertThat(wheel.advance(MILLISECOND)).isEqualTo(1000);
        assertThat(wheel.held()).isZero();
        assertThat(wheel.hasArrivals()).isFalse();
    }

    @Test
    @DisplayName("Cancelled timers in slots stay below about half of what is held, and are freed in the end")
    void cancelled_inSlots_areSwept() {
        TimerWheel wheel = new TimerWheel(0);
        Random random = new Random(1);
        List<Probe> live = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Probe probe = new Probe();
            live.add(probe);
            wheel.start(probe, 3_600_000 * MILLISECOND + random.nextInt());
        }
        wheel.advance(0);

        long most = 0;
        List<Probe> before = new ArrayList<>();
        for (int pass = 1; pass <= 300; pass++) {
            before.forEach(Timer::cancel);
            before.clear();
            for (int i = 0; i < 2000; i++) {
                Probe probe = new Probe();
                before.add(probe);
                wheel.start(probe, 30_000 * MILLISECOND + random.nextInt(1000) * MILLISECOND);
            }
            wheel.advance(pass * 20L * MILLISECOND);
            most = Math.max(most, wheel.held() - wheel.pending());
        }
        assertThat(most).as("of 22 000 live ones").isBetween(1L, 25_000L);

        before.forEach(Timer::cancel);
        for (int pass = 301; pass <= 800; pass++) {
            wheel.advance(pass * 20L * MILLISECOND);
        }
        assertThat(wheel.held()).isEqualTo(wheel.pending()).isEqualTo(20_000);

        live.forEach(Timer::cancel);
        for (int pass = 801; pass <= 1000; pass++) {
            wheel.advance(pass * 20L * MILLISECOND);
        }
        assertThat(wheel.held()).isZero();
    }
}
