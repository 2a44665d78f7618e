package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CoarseClockTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long MINUTE = 60_000 * MILLISECOND;

    /** A clock whose precise time and whose ticker are moved by hand. */
    private static final class Bench {
        long now;
        int reads;
        int starts;
        boolean noThreads;
        Runnable meanwhile = () -> {};
        final CoarseClock clock;

        Bench(long origin) {
            now = origin;
            clock = new CoarseClock(this::nanos, MINUTE, body -> {
                starts++;
                if (noThreads) {
                    throw new OutOfMemoryError("planted: no thread left");
                }
                return new Thread(body, "never started");
            });
        }

        private long nanos() {
            reads++;
            long read = now;
            Runnable once = meanwhile;
            meanwhile = () -> {};
            once.run();
            return read;
        }

        /** The ticker ticks each millisecond; false as soon as it parks. */
        boolean tick(int times) {
            for (int i = 0; i < times; i++) {
                now += MILLISECOND;
                if (!clock.tick()) {
                    return false;
                }
            }
            return true;
        }

        void wake() {
            clock.read();
            clock.begin();
        }

        void tickUntilParked() {
            assertThat(tick(300)).as("still ticking").isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 50 * MILLISECOND, Long.MIN_VALUE})
    @DisplayName("Ticking, a read costs no look at the precise clock, and shows the last tick")
    void read_whileTicking_isTheLastTick(long origin) {
        Bench bench = new Bench(origin);
        bench.wake();
        bench.tick(1);
        int before = bench.reads;
        bench.now += 700_000;

        assertThat(bench.clock.read()).isEqualTo(origin + MILLISECOND);
        assertThat(bench.reads).isEqualTo(before);

        bench.tick(99);
        assertThat(bench.clock.read()).isEqualTo(origin + 100 * MILLISECOND + 700_000);
    }

    @Test
    @DisplayName("Parked, a read is the precise time and wakes the ticker once")
    void read_whileParked_isPreciseAndWakesOnce() {
        Bench bench = new Bench(5);
        bench.now += MINUTE;

        assertThat(bench.clock.read()).isEqualTo(5 + MINUTE);
        bench.now += 1;
        assertThat(bench.clock.read()).isEqualTo(6 + MINUTE);
        assertThat(bench.starts).isOne();
    }

    @Test
    @DisplayName("The ticker parks after 100 to 200 ms without a read, and not while one comes every 100 ms")
    void ticker_parksWithoutReaders() {
        Bench bench = new Bench(0);
        bench.wake();
        for (int i = 0; i < 20; i++) {
            assertThat(bench.tick(100)).isTrue();
            bench.clock.read();
        }

        assertThat(bench.tick(99)).isTrue();
        assertThat(bench.tick(101)).isFalse();
    }

    @Test
    @DisplayName("After a long park nobody sees a time from before it, in no state on the way back")
    void read_afterALongPark_isNeverStale() {
        Bench bench = new Bench(Long.MAX_VALUE - 400 * MILLISECOND);
        bench.wake();
        bench.tickUntilParked();

        bench.now += 10 * MINUTE;
        assertThat(bench.clock.read()).as("parked").isEqualTo(bench.now);
        bench.now += MILLISECOND;
        assertThat(bench.clock.read()).as("waking").isEqualTo(bench.now);
        bench.now += MILLISECOND;
        bench.clock.begin();
        assertThat(bench.clock.read()).as("ticking").isEqualTo(bench.now);
    }

    @Test
    @DisplayName(
            "A reader that stood still between finding the clock parked and waking it makes nobody read its old time")
    void reader_thatStoodStillOverAWholeEpisode_doesNoHarm() {
        Bench bench = new Bench(0);
        // The reader has found PARKED and read the precise clock; meanwhile others wake the ticker, which parks again.
        bench.meanwhile = () -> {
            bench.wake();
            bench.tickUntilParked();
            bench.now += 10 * MINUTE;
        };

        long slow = bench.clock.read();

        assertThat(slow).isNotNegative();
        assertThat(bench.clock.read())
                .as("nobody but the ticker may say that it ticks")
                .isEqualTo(bench.now);
        bench.clock.begin();
        assertThat(bench.clock.read()).isEqualTo(bench.now);
    }

    @Test
    @DisplayName("A ticker that stood still between reading and publishing does not turn the clock back")
    void ticker_overtakenByReaders_doesNotGoBack() {
        Bench bench = new Bench(0);
        bench.clock.read();
        long[] seen = new long[1];
        bench.meanwhile = () -> {
            bench.now += 5 * MILLISECOND;
            seen[0] = bench.clock.read();
        };

        bench.clock.begin();

        assertThat(seen[0]).isEqualTo(5 * MILLISECOND);
        assertThat(bench.clock.read()).isGreaterThanOrEqualTo(seen[0]);
    }

    @Test
    @DisplayName("CA-5 without a thread to be had the clock works, and tries again after a second")
    void read_whenNoThreadCanStart_isPrecise() {
        Bench bench = new Bench(0);
        bench.noThreads = true;
        for (int i = 0; i < 10; i++) {
            bench.now += MILLISECOND;
            assertThat(bench.clock.read()).isEqualTo(bench.now);
        }
        assertThat(bench.starts).isOne();

        bench.noThreads = false;
        bench.now += 1000 * MILLISECOND;
        bench.clock.read();
        bench.clock.read();
        assertThat(bench.starts).isEqualTo(2);
        bench.clock.begin();
        bench.tick(3);
        assertThat(bench.clock.read()).isEqualTo(bench.now);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 30 * MILLISECOND, Long.MIN_VALUE})
    @DisplayName("HL-1 lateness sums what late ticks were late, the part after the given instant only")
    void lateness_sumsLateTicks(long origin) {
        Bench bench = new Bench(origin);
        bench.wake();
        bench.tick(5);
        bench.now += 10 * MILLISECOND;
        bench.tick(1);
        assertThat(bench.clock.lateness(origin)).as("10 ms late is not late").isZero();

        long beforeStall = bench.now;
        bench.now += 200 * MILLISECOND;
        bench.tick(5);
        bench.now += 50 * MILLISECOND;
        bench.tick(5);

        assertThat(bench.clock.lateness(origin)).isEqualTo(250 * MILLISECOND);
        assertThat(bench.clock.lateness(beforeStall + 101 * MILLISECOND)).isEqualTo(150 * MILLISECOND);
        assertThat(bench.clock.lateness(beforeStall + 205 * MILLISECOND)).isEqualTo(50 * MILLISECOND);
        assertThat(bench.clock.lateness(bench.now)).isZero();
    }

    @Test
    @DisplayName("HL-1 a stall shows before the late ticker has had its turn, and is not counted twice after")
    void lateness_whileTheTickIsOverdue_countsIt() {
        Bench bench = new Bench(0);
        bench.wake();
        bench.now += 501 * MILLISECOND;

        assertThat(bench.clock.lateness(0)).isEqualTo(500 * MILLISECOND);
        assertThat(bench.clock.lateness(bench.now - 7)).isEqualTo(7);
        bench.clock.tick();
        assertThat(bench.clock.lateness(0)).isEqualTo(500 * MILLISECOND);
    }

    @Test
    @DisplayName("HL-1 a parked ticker is not late")
    void lateness_whileParked_isZero() {
        Bench bench = new Bench(0);
        bench.wake();
        bench.tickUntilParked();
        bench.now += 10 * MINUTE;

        assertThat(bench.clock.lateness(0)).isZero();
        bench.wake();
        assertThat(bench.clock.lateness(0)).isZero();
    }

    @Test
    @DisplayName("HL-1 of many late ticks the latest 64 are known")
    void lateness_ofManyLateTicks_knowsTheLatest() {
        Bench bench = new Bench(0);
        bench.wake();
        for (int i = 1; i <= 1000; i++) {
            bench.clock.read();
            bench.now += 20 * MILLISECOND;
            bench.tick(1);
            assertThat(bench.clock.lateness(0)).isEqualTo(Math.min(i, 64) * 20L * MILLISECOND);
        }
    }

    @Test
    @DisplayName("Under random scripts the clock is never ahead, never goes back, and behind by a tick at most")
    void clock_underRandomScripts_staysClose() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Bench bench = new Bench(random.nextLong());
            boolean ticking = false;
            long last = bench.now;
            for (int step = 0; step < 500; step++) {
                if (ticking) {
                    ticking = bench.tick(1 + random.nextInt(150));
                } else {
                    bench.now += (long) (random.nextDouble() * MINUTE);
                }
                if (random.nextInt(3) == 0) {
                    bench.now += random.nextInt((int) MILLISECOND);
                    long read = bench.clock.read();
                    assertThat(read - last).isNotNegative();
                    assertThat(bench.now - read).isBetween(0L, MILLISECOND);
                    last = read;
                    if (!ticking && random.nextBoolean()) {
                        bench.clock.begin();
                        ticking = true;
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("Real threads: for no reader is the clock ahead of the precise one, nor does it ever go back")
    void clock_withRealThreads_isNeverAheadNorBack() {
        List<Thread> started = new ArrayList<>();
        CoarseClock clock = new CoarseClock(System::nanoTime, MILLISECOND, body -> {
            Thread thread = Daemons.start("test-clock", body);
            started.add(thread);
            return thread;
        });
        for (int round = 0; round < 3; round++) {
            Rendezvous.threads(3, () -> {
                long last = clock.read();
                for (int i = 0; i < 300_000; i++) {
                    long read = clock.read();
                    long precise = System.nanoTime();
                    assertThat(read - last >= 0).isTrue();
                    assertThat(precise - read >= 0).isTrue();
                    last = read;
                }
            });
            // Nobody reads now: the ticker parks and, being idle for a millisecond, ends.
            Rendezvous.await(() -> clock.ticker() == null, "the ticker has ended");
            long before = System.nanoTime();
            assertThat(clock.read() - before).as("not from before the park").isNotNegative();
        }
        assertThat(started).hasSizeBetween(3, 6);
    }

    @Test
    @DisplayName("CA-5 a ticker that dies of an Error leaves a working clock, and the next read starts another")
    void ticker_thatDies_isReplaced() {
        AtomicBoolean deadly = new AtomicBoolean();
        AtomicInteger starts = new AtomicInteger();
        CoarseClock clock = new CoarseClock(
                () -> {
                    if (deadly.get() && Thread.currentThread().getName().equals("test-clock")) {
                        throw new StackOverflowError("planted");
                    }
                    return System.nanoTime();
                },
                MINUTE,
                body -> {
                    starts.incrementAndGet();
                    Thread thread = Daemons.start("test-clock", () -> runQuietly(body));
                    return thread;
                });
        clock.read();
        Rendezvous.await(() -> isCoarse(clock), "the clock ticks");
        deadly.set(true);
        Rendezvous.await(() -> clock.ticker() == null, "the ticker is dead");

        long before = System.nanoTime();
        deadly.set(false);
        assertThat(clock.read() - before).isNotNegative();
        Rendezvous.await(() -> isCoarse(clock), "the clock ticks again");
        assertThat(starts).hasValue(2);
    }

    private static boolean isCoarse(CoarseClock clock) {
        long first = clock.read();
        long second = clock.read();
        return first == second;
    }

    private static void runQuietly(Runnable body) {
        try {
            body.run();
        } catch (StackOverflowError planted) {
            // The planted end of the thread.
        }
    }
}
