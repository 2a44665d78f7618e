package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.plimsoll.Rendezvous;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("CB-2 the last N calls")
@Tag("both-compilers")
final class LastCallsTest {

    @Test
    void window_equalsTheNaiveOne() {
        for (int calls : new int[] {1, 2, 3, 10, 31, 32, 33, 64, 100}) {
            for (long seed = 0; seed < 20; seed++) {
                compare(seed, calls, 2_000);
            }
        }
    }

    @Test
    void largestWindow_holdsAMillionBadCalls() {
        LastCalls window = new LastCalls(1_000_000);
        for (int i = 0; i < 1_500_000; i++) {
            window.record(Kind.SLOW_FAILED);
        }
        assertThat(window.read()).isEqualTo(new Counts(0, 0, 0, 1_000_000));

        for (int i = 0; i < 999_999; i++) {
            window.record(Kind.SLOW);
        }
        assertThat(window.read()).isEqualTo(new Counts(0, 999_999, 0, 1));
        for (int i = 0; i < 1_000_000; i++) {
            window.record(Kind.FAILED);
        }
        assertThat(window.read()).isEqualTo(new Counts(0, 0, 1_000_000, 0));
    }

    @Test
    void badCall_leavesAfterExactlyNMore() {
        LastCalls window = new LastCalls(10);
        for (int i = 0; i < 1_000; i++) {
            window.record(Kind.GOOD);
        }

        window.record(Kind.FAILED);
        for (int i = 0; i < 9; i++) {
            window.record(Kind.GOOD);
            assertThat(window.read()).isEqualTo(new Counts(9, 0, 1, 0));
        }
        window.record(Kind.GOOD);

        assertThat(window.read()).isEqualTo(new Counts(10, 0, 0, 0));
    }

    @Test
    void manyThreads_leaveALegalWindow() {
        for (int calls : new int[] {1, 2, 5, 64, 1_000}) {
            LastCalls window = new LastCalls(calls);
            AtomicLong seeds = new AtomicLong();

            Rendezvous.threads(8, () -> {
                Random random = new Random(seeds.incrementAndGet());
                for (int i = 0; i < 30_000; i++) {
                    window.record(random.nextInt(4) == 0 ? 1 + random.nextInt(3) : Kind.GOOD);
                    assertLegal(window.read(), calls);
                }
            });

            assertConsistent(window, calls);
            for (int i = 0; i < calls; i++) {
                window.record(Kind.GOOD);
            }
            assertThat(window.read()).isEqualTo(new Counts(calls, 0, 0, 0));
        }
    }

    @Test
    void manyThreadsWhileItFills_areCountedExactly() {
        for (int round = 0; round < 100; round++) {
            LastCalls window = new LastCalls(1_500);

            Rendezvous.threads(4, () -> {
                for (int i = 0; i < 250; i++) {
                    window.record(i & 3);
                }
            });

            assertThat(window.read()).isEqualTo(new Counts(252, 252, 248, 248));
        }
    }

    @Test
    @DisplayName("CB-2 a bad call that replaces a bad one is at no moment counted beside it")
    void badCallThatReplacesABadOne_isNeverCountedTwice() {
        LastCalls window = new LastCalls(100);
        recordRing(window, Kind.SLOW);
        AtomicInteger roles = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();

        Rendezvous.threads(2, () -> {
            if (roles.getAndIncrement() == 0) {
                for (int i = 0; !isOver.get(); i++) {
                    recordRing(window, 1 + i % 3);
                }
                return;
            }
            try {
                for (int i = 0; i < 300_000; i++) {
                    assertThat(window.read().good()).isEqualTo(50);
                }
            } finally {
                isOver.set(true);
            }
        });
    }

    @Test
    void manyThreadsAllBad_fillTheWindowWithThem() {
        LastCalls window = new LastCalls(7);

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 50_000; i++) {
                window.record(Kind.FAILED);
            }
        });

        assertThat(window.read()).isEqualTo(new Counts(0, 0, 7, 0));
    }

    @Test
    @DisplayName("CB-2 of threads that each record a failure and then look, the last sees all")
    void recordThenRead_theLastSeesAll() {
        for (int round = 0; round < 300; round++) {
            LastCalls window = new LastCalls(10);
            AtomicLong most = new AtomicLong();

            Rendezvous.threads(3, () -> {
                window.record(Kind.FAILED);
                most.accumulateAndGet(window.read().failed(), Math::max);
            });

            assertThat(most.get()).isEqualTo(3);
        }
    }

    @Test
    void sizesThatCannotWork_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LastCalls(0)).withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> new LastCalls(1_000_001));
    }

    static void compare(long seed, int calls, int length) {
        LastCalls window = new LastCalls(calls);
        NaiveLastCalls naive = new NaiveLastCalls(calls);
        new Script(seed, 0, 1).play(length, (kind, now) -> {
            window.record(kind);
            naive.record(kind);
            assertThat(window.read()).as("seed %d calls %d", seed, calls).isEqualTo(naive.read());
        });
        assertConsistent(window, calls);
    }

    /** Fills a window of 100 with bad calls and good ones by turns. */
    private static void recordRing(LastCalls window, int bad) {
        for (int i = 0; i < 50; i++) {
            window.record(bad);
            window.record(Kind.GOOD);
        }
    }

    private static void assertLegal(Counts counts, int calls) {
        assertThat(counts.total()).isBetween(0L, (long) calls);
        assertThat(Math.min(Math.min(counts.good(), counts.slow()), Math.min(counts.failed(), counts.slowFailed())))
                .isNotNegative();
    }

    private static void assertConsistent(LastCalls window, int calls) {
        long[] kinds = new long[4];
        for (int place = 0; place < calls; place++) {
            kinds[window.kindAt(place)]++;
        }
        assertThat(window.read()).isEqualTo(new Counts(kinds[0], kinds[1], kinds[2], kinds[3]));
    }
}
