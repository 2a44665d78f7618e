package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.plimsoll.Rendezvous;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("CB-2 the last T of time")
@Tag("both-compilers")
final class TimeWindowTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void window_equalsTheNaiveOne() {
        for (long origin : Script.ORIGINS) {
            for (long seed = 0; seed < 12; seed++) {
                compare(seed, 10 * SECOND, 10, origin, SECOND);
                compare(seed, SECOND / 10, 10, origin, SECOND / 100);
                compare(seed, 1_003, 17, origin, 40);
            }
        }
    }

    @Test
    void windowThatGrows_equalsTheNaiveOne() {
        for (long origin : Script.ORIGINS) {
            for (long seed = 0; seed < 5; seed++) {
                TimeWindow window = new TimeWindow(SECOND, 10, origin);
                NaiveTimeWindow naive = new NaiveTimeWindow(SECOND, 10, origin);
                AtomicLong elapsed = new AtomicLong();

                new Script(seed, origin, SECOND / 10).play(500, (kind, now) -> {
                    // Never backwards: a late call may be counted in its own bucket if that is in the other array.
                    long instant = origin + elapsed.accumulateAndGet(now - origin, Math::max);
                    window.add(kind, instant);
                    naive.add(kind, instant);
                    assertThat(window.read(instant)).isEqualTo(naive.read(instant));
                    if (naive.sum(Kind.GOOD) == 200) {
                        window.grow();
                    }
                });

                for (int kind = 0; kind < 4; kind++) {
                    assertThat(window.sum(kind)).isEqualTo(naive.sum(kind));
                }
            }
        }
    }

    @Test
    void bucketsLeaveTheWindow_oneByOne() {
        TimeWindow window = new TimeWindow(10 * SECOND, 10, 0);
        for (int i = 0; i < 10; i++) {
            window.add(Kind.FAILED, i * SECOND);
        }

        assertThat(window.failed(10 * SECOND - 1)).isEqualTo(10);
        assertThat(window.failed(10 * SECOND)).isEqualTo(9);
        assertThat(window.failed(19 * SECOND - 1)).isEqualTo(1);
        assertThat(window.failed(19 * SECOND)).isZero();
        assertThat(window.sum(Kind.FAILED)).isEqualTo(10);
    }

    @Test
    void lateCall_whoseBucketIsTaken_isCountedInTheNewerOne() {
        TimeWindow window = new TimeWindow(10 * SECOND, 10, 0);

        window.add(Kind.FAILED, 20 * SECOND);
        window.add(Kind.FAILED, 4 * SECOND);

        assertThat(window.failed(20 * SECOND)).isEqualTo(2);
        assertThat(window.sum(Kind.FAILED)).isEqualTo(2);
    }

    @Test
    void longIdleGaps_leaveNothingInTheWindow() {
        for (long gap : new long[] {1L << 36, 1L << 40, 1L << 50, 1L << 60, Long.MAX_VALUE / 2}) {
            for (long origin : Script.ORIGINS) {
                TimeWindow window = new TimeWindow(10 * SECOND, 10, origin);
                window.add(Kind.SLOW_FAILED, origin);

                assertThat(window.total(origin + gap)).isZero();
                window.add(Kind.GOOD, origin + gap);

                assertThat(window.read(origin + gap)).isEqualTo(new Counts(1, 0, 0, 0));
                assertThat(window.sum(Kind.SLOW_FAILED)).isEqualTo(1);
            }
        }
    }

    @Test
    void sealedWindow_isEmptyAndHasGivenAllToTheRetiredCounts() {
        StripedCount retired = new StripedCount();
        TimeWindow window = new TimeWindow(10 * SECOND, 10, 0, retired);
        int[] many = {4, 3, 2, 1};
        for (int kind = 0; kind < Kind.KINDS; kind++) {
            for (int i = 0; i < many[kind]; i++) {
                window.add(kind, i * SECOND);
            }
        }
        assertThat(window.unretired()).isEqualTo(new Counts(4, 3, 2, 1));
        assertThat(retired.read()).isEqualTo(Counts.NONE);

        window.seal();
        window.seal();

        assertThat(window.read(5 * SECOND)).isEqualTo(Counts.NONE);
        assertThat(window.unretired()).isEqualTo(Counts.NONE);
        assertThat(retired.read()).isEqualTo(new Counts(4, 3, 2, 1));

        window.add(Kind.SLOW, 6 * SECOND);
        window.add(Kind.SLOW, 60 * SECOND);

        assertThat(window.read(60 * SECOND)).isEqualTo(Counts.NONE);
        assertThat(retired.read()).isEqualTo(new Counts(4, 5, 2, 1));
        assertThat(window.sum(Kind.SLOW)).isEqualTo(5);
    }

    @Test
    void windowThatHasGrown_isSealedInBothItsArrays() {
        StripedCount retired = new StripedCount();
        TimeWindow window = new TimeWindow(10 * SECOND, 10, 0, retired);
        window.add(Kind.FAILED, 0);
        window.grow();
        window.add(Kind.FAILED, 0);
        assertThat(window.unretired(Kind.FAILED)).isEqualTo(2);

        window.seal();

        assertThat(window.failed(0)).isZero();
        assertThat(window.unretired(Kind.FAILED)).isZero();
        assertThat(retired.sum(Kind.FAILED)).isEqualTo(2);
    }

    @Test
    void windowThatGrowsAfterItsEnd_isSealedAllTheSame() {
        StripedCount retired = new StripedCount();
        TimeWindow window = new TimeWindow(10 * SECOND, 10, 0, retired);
        window.add(Kind.GOOD, 0);
        window.seal();
        assertThat(window.isStriped()).isFalse();

        window.grow();
        window.add(Kind.GOOD, 0);
        window.add(Kind.GOOD, SECOND);

        assertThat(window.isStriped()).isTrue();
        assertThat(window.total(SECOND)).isZero();
        assertThat(window.unretired()).isEqualTo(Counts.NONE);
        assertThat(retired.sum(Kind.GOOD)).isEqualTo(3);
    }

    @Test
    void counts_addUpKindByKind() {
        Counts both = new Counts(1, 2, 3, 4).plus(new Counts(10, 20, 30, 40));

        assertThat(both).isEqualTo(new Counts(11, 22, 33, 44));
        assertThat(both.total()).isEqualTo(110);
        assertThat(both.allFailed()).isEqualTo(77);
        assertThat(both.allSlow()).isEqualTo(66);
    }

    @Test
    void epochThatWraps_changesNothing() {
        // Buckets of 2 ns: 36 bits of epoch, which wrap every 2^37 ns.
        for (long origin : Script.ORIGINS) {
            for (long turn = 1; turn < 4; turn++) {
                TimeWindow window = new TimeWindow(20, 10, origin);
                NaiveTimeWindow naive = new NaiveTimeWindow(20, 10, origin);
                long start = origin + (turn << 37) - 30;
                for (long now = start; now - start < 60; now++) {
                    int kind = (int) (now - start) & 3;
                    window.add(kind, now);
                    naive.add(kind, now);
                    assertThat(window.read(now)).isEqualTo(naive.read(now));
                }
            }
        }
    }

    @Test
    void fullCell_losesNothingOfTheTotalAndStaysInItsBucket() {
        TimeWindow window = new TimeWindow(20, 10, -1, 4);
        for (int bucket = 0; bucket < 40; bucket++) {
            for (int i = 0; i < 100; i++) {
                window.add(Kind.FAILED, -1 + 2L * bucket);
                assertThat(window.failed(-1 + 2L * bucket)).isBetween(1L, 150L);
                assertThat(window.sum(Kind.FAILED)).isEqualTo(100L * bucket + i + 1);
            }
        }

        // A full cell begins again at one: 100 = 6 * 15 + 10 leaves 10 in each of the 10 buckets.
        assertThat(window.failed(-1 + 2L * 39)).isEqualTo(100);
        assertThat(window.failed(-1 + 2L * 49)).isZero();
    }

    @Test
    void fullCellThatServesANewerBucket_keepsServingIt() {
        TimeWindow window = new TimeWindow(20, 10, 0, 4);
        for (int i = 0; i < 15; i++) {
            window.add(Kind.FAILED, 2 * 20);
        }

        window.add(Kind.FAILED, 2 * 4);

        assertThat(window.failed(2 * 20)).isEqualTo(1);
        assertThat(window.sum(Kind.FAILED)).isEqualTo(16);
    }

    @Test
    void gapsOfUpToThreeQuartersOfTheEpochs_areNotMistaken() {
        for (long gap = 1L << 35; gap < 3L << 35; gap += (1L << 33) + 20) {
            TimeWindow window = new TimeWindow(20, 10, 0);
            long now = 0;
            for (int i = 0; i < 12; i++) {
                window.add(Kind.FAILED, now);
                assertThat(window.failed(now)).as("gap %d", gap).isEqualTo(1);
                now += gap;
            }
            assertThat(window.sum(Kind.FAILED)).isEqualTo(12);
        }
    }

    @Test
    @DisplayName("CB-2 T-47 what many threads add at once is counted exactly, while buckets roll")
    void manyThreads_areCountedExactly() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 100);
        TimeWindow window = new TimeWindow(SECOND, 10, clock.get());

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 50_000; i++) {
                window.add(i & 3, clock.addAndGet(1_000));
            }
        });

        for (int kind = 0; kind < 4; kind++) {
            assertThat(window.sum(kind)).isEqualTo(100_000);
        }
        // 400,000 steps of 1 µs: all of it is inside one second.
        assertThat(window.read(clock.get())).isEqualTo(new Counts(100_000, 100_000, 100_000, 100_000));
    }

    @Test
    void threadsThatMeet_makeItGrowAndLoseNothing() {
        for (int round = 0; round < 10; round++) {
            TimeWindow window = new TimeWindow(SECOND, 10, -1);
            AtomicLong added = new AtomicLong();

            while (!window.isStriped()) {
                Rendezvous.threads(2, () -> {
                    long mine = 0;
                    while (mine < 1_000_000 && !window.isStriped()) {
                        window.add(Kind.FAILED, 0);
                        mine++;
                    }
                    added.addAndGet(mine);
                });
            }

            assertThat(window.sum(Kind.FAILED)).isEqualTo(added.get());
            assertThat(window.failed(0)).isEqualTo(added.get());
        }
    }

    @Test
    void manyThreadsThatRollBuckets_loseNothing() {
        AtomicLong clock = new AtomicLong(-1_000);
        TimeWindow window = new TimeWindow(1_000, 10, clock.get());

        Rendezvous.threads(4, () -> {
            for (int i = 0; i < 100_000; i++) {
                window.add(i & 3, clock.addAndGet(7));
            }
        });

        for (int kind = 0; kind < 4; kind++) {
            assertThat(window.sum(kind)).isEqualTo(100_000);
        }
    }

    @Test
    @DisplayName("CB-2 of threads that each count and then look, the last sees all")
    void countThenRead_theLastSeesAll() {
        for (int round = 0; round < 300; round++) {
            TimeWindow window = new TimeWindow(SECOND, 10, 0);
            AtomicLong most = new AtomicLong();

            Rendezvous.threads(3, () -> {
                window.add(Kind.FAILED, 5);
                most.accumulateAndGet(window.failed(5), Math::max);
            });

            assertThat(most.get()).isEqualTo(3);
        }
    }

    @Test
    void shapesThatCannotWork_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TimeWindow(SECOND, 9, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TimeWindow(SECOND, 1025, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TimeWindow(19, 10, 0));
    }

    static void compare(long seed, long span, int buckets, long origin, long step) {
        TimeWindow window = new TimeWindow(span, buckets, origin);
        NaiveTimeWindow naive = new NaiveTimeWindow(span, buckets, origin);
        new Script(seed, origin, step).play(300, (kind, now) -> {
            window.add(kind, now);
            naive.add(kind, now);
            Counts counts = window.read(now);
            assertThat(counts).as("seed %d origin %d", seed, origin).isEqualTo(naive.read(now));
            assertThat(window.total(now)).isEqualTo(counts.total());
            assertThat(window.failed(now)).isEqualTo(counts.allFailed());
            assertThat(window.slow(now)).isEqualTo(counts.allSlow());
            assertThat(window.count(Kind.SLOW, now)).isEqualTo(counts.slow());
        });
        for (int kind = 0; kind < 4; kind++) {
            assertThat(window.sum(kind)).isEqualTo(naive.sum(kind));
        }
    }
}
