package dev.plimsoll.degrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Worse at once, better after a while: the function itself. */
final class HysteresisTest {

    private static final long DWELL = 30;

    @Test
    @DisplayName("DG-2 it gets worse at once, and better when it was better for the dwell, to the nanosecond")
    void indicates_atTheEdgeOfTheDwell_getsBetter() {
        Hysteresis bad = Hysteresis.at(Level.NORMAL).indicates(Level.EMERGENCY, 100, DWELL);
        assertThat(bad.level()).isEqualTo(Level.EMERGENCY);
        Hysteresis better = bad.indicates(Level.NORMAL, 200, DWELL);
        assertThat(better.level()).isEqualTo(Level.EMERGENCY);
        assertThat(better.passed(229, DWELL).level()).isEqualTo(Level.EMERGENCY);
        assertThat(better.passed(230, DWELL).level()).isEqualTo(Level.NORMAL);
    }

    @Test
    @DisplayName("DG-2 a relapse starts the dwell anew; a worse moment in it bounds how far it gets better")
    void indicates_whenItRelapses_startsAnew() {
        Hysteresis now = Hysteresis.at(Level.MINIMAL).indicates(Level.NORMAL, 0, DWELL);
        now = now.indicates(Level.MINIMAL, 20, DWELL).indicates(Level.NORMAL, 21, DWELL);
        assertThat(now.passed(50, DWELL).level()).isEqualTo(Level.MINIMAL);
        assertThat(now.passed(51, DWELL).level()).isEqualTo(Level.NORMAL);

        Hysteresis bounded = Hysteresis.at(Level.EMERGENCY)
                .indicates(Level.NORMAL, 0, DWELL)
                .indicates(Level.DEGRADED, 10, DWELL)
                .indicates(Level.NORMAL, 11, DWELL);
        assertThat(bounded.passed(30, DWELL).level()).isEqualTo(Level.DEGRADED);
        assertThat(bounded.passed(59, DWELL).level()).isEqualTo(Level.DEGRADED);
        assertThat(bounded.passed(60, DWELL).level()).isEqualTo(Level.NORMAL);
    }

    /** Looks at every single instant, with the whole history before it. */
    private static final class Naive {
        private Level level = Level.NORMAL;
        private Level indicated = Level.NORMAL;
        private final List<Level> history = new ArrayList<>();

        /** One instant passes, at the end of which something may be indicated. */
        void tick() {
            history.add(indicated);
            int better = 0;
            Level worst = Level.NORMAL;
            for (int i = history.size() - 1; i >= 0 && level.isWorseThan(history.get(i)); i--) {
                better++;
                worst = worst.orWorse(history.get(i));
            }
            if (better >= DWELL) {
                level = worst;
                history.clear();
            }
        }

        void indicate(Level now) {
            indicated = now;
            if (!level.isWorseThan(now)) {
                level = now;
                history.clear();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 700, Long.MIN_VALUE})
    @DisplayName("DG-2 whatever is indicated when, the level is that of who looks at every instant")
    void script_comparedWithEveryInstant_agrees(long origin) {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Hysteresis own = Hysteresis.at(Level.NORMAL);
            Naive naive = new Naive();
            long now = origin;
            for (int step = 0; step < 60; step++) {
                Level next = List.of(Level.values()).get(random.nextInt(random.nextInt(4) + 1));
                own = own.indicates(next, now, DWELL);
                naive.indicate(next);
                assertThat(own.level()).as("seed %d step %d", seed, step).isEqualTo(naive.level);
                int gap = 1 + random.nextInt(random.nextBoolean() ? 5 : 100);
                for (int i = 0; i < gap; i++) {
                    now++;
                    naive.tick();
                }
                assertThat(own.passed(now, DWELL).level())
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(naive.level);
            }
        }
    }
}
