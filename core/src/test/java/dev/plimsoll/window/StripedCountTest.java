package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("CB-2 counts striped by thread")
final class StripedCountTest {

    @Test
    void kinds_areCountedApart() {
        StripedCount count = new StripedCount();

        count.add(Kind.of(false, false));
        for (int i = 0; i < 2; i++) {
            count.add(Kind.of(false, true));
        }
        for (int i = 0; i < 3; i++) {
            count.add(Kind.of(true, false));
        }
        for (int i = 0; i < 4; i++) {
            count.add(Kind.of(true, true));
        }

        assertThat(count.read()).isEqualTo(new Counts(1, 2, 3, 4));
        assertThat(count.read().total()).isEqualTo(10);
        assertThat(count.read().allFailed()).isEqualTo(7);
        assertThat(count.read().allSlow()).isEqualTo(6);
    }

    @Test
    @DisplayName("A count that one thread uses stays small")
    void singleThread_neverGrows() {
        StripedCount count = new StripedCount();

        for (int i = 0; i < 100_000; i++) {
            count.add(Kind.GOOD);
        }

        assertThat(count.isStriped()).isFalse();
        assertThat(count.sum(Kind.GOOD)).isEqualTo(100_000);
    }

    @Test
    void growth_losesNothing() {
        StripedCount count = new StripedCount();

        count.add(Kind.FAILED);
        long[] grown = count.grow();
        count.add(Kind.FAILED);

        assertThat(count.grow()).isSameAs(grown);
        assertThat(count.isStriped()).isTrue();
        assertThat(count.sum(Kind.FAILED)).isEqualTo(2);
        assertThat(count.sum(Kind.GOOD)).isZero();
    }

    @Test
    @DisplayName("CB-2 T-47 what many threads add at once is counted exactly")
    void manyThreads_areCountedExactly() {
        StripedCount count = new StripedCount();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 100_000; i++) {
                count.add(i & 3);
            }
        });

        assertThat(count.read()).isEqualTo(new Counts(200_000, 200_000, 200_000, 200_000));
    }

    @Test
    void threadsThatMeet_makeItGrowAndLoseNothing() {
        for (int round = 0; round < 10; round++) {
            StripedCount count = new StripedCount();
            AtomicLong added = new AtomicLong();

            while (!count.isStriped()) {
                Rendezvous.threads(2, () -> {
                    long mine = 0;
                    while (mine < 1_000_000 && !count.isStriped()) {
                        count.add(Kind.GOOD);
                        mine++;
                    }
                    added.addAndGet(mine);
                });
            }

            assertThat(count.sum(Kind.GOOD)).isEqualTo(added.get());
        }
    }

    @Test
    void stripes_areAPowerOfTwoOfTwiceTheProcessorsWithinLimits() {
        assertThat(Stripes.count(1)).isEqualTo(2);
        assertThat(Stripes.count(2)).isEqualTo(4);
        assertThat(Stripes.count(3)).isEqualTo(8);
        assertThat(Stripes.count(16)).isEqualTo(32);
        assertThat(Stripes.count(33)).isEqualTo(64);
        assertThat(Stripes.count(512)).isEqualTo(64);
    }
}
