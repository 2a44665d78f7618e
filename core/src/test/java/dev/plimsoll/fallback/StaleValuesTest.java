package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last good values: bounded by age and by number. */
@NullUnmarked // nulls are values here
final class StaleValuesTest {

    private static final Duration AGE = Duration.ofSeconds(60);

    private final VirtualTime time = VirtualTime.create();

    @Test
    @DisplayName("DG-1 a stale value is given for 60 s, the last nanosecond included, and not a nanosecond longer")
    void recall_atTheEdgeOfTheAge_givesAndThenForgets() {
        StaleValues<String, Integer> values = StaleValues.create(AGE, 10, time);
        values.remember("anchor", 7);

        time.advance(AGE);
        assertThat(values.recall("anchor")).isEqualTo(new StaleValues.Remembered<>(7, AGE));
        time.advance(Duration.ofNanos(1));
        assertThat(values.recall("anchor")).isNull();
        assertThat(values.size()).isZero();
    }

    @Test
    @DisplayName("DG-1 stale: the defaults are 60 s and 10 000 values")
    void defaults_areThoseOfTheRequirement() {
        assertThat(StaleValues.DEFAULT_AGE).isEqualTo(AGE);
        StaleValues<Integer, Integer> values = StaleValues.create();
        for (int i = 0; i <= StaleValues.DEFAULT_SIZE; i++) {
            values.remember(i, i);
        }
        assertThat(values.size()).isEqualTo(10_000);
        assertThat(values.recall(0)).isNull();
        assertThat(values.recall(1)).isNotNull();
    }

    @Test
    @DisplayName("DG-1 stale: a null value is a value, an unknown key is none")
    void recall_whenTheValueWasNull_saysSo() {
        StaleValues<String, @Nullable String> values = StaleValues.create(AGE, 10, time);
        values.remember("anchor", null);

        assertThat(values.recall("anchor")).isEqualTo(new StaleValues.Remembered<>(null, Duration.ZERO));
        assertThat(values.recall("buoy")).isNull();
        values.forget("anchor");
        assertThat(values.recall("anchor")).isNull();
    }

    @Test
    @DisplayName("DG-1 stale: all that is wrong with the bounds is said at once")
    void create_whenBoundsAreWrong_saysSo() {
        assertThatThrownBy(() -> StaleValues.create(Duration.ZERO, 0, time))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("maxAge must be longer than zero: PT0S")
                .hasMessageContaining("maxSize must be at least 1: 0");
    }

    /** A list of all that was remembered, newest last. */
    private static final class Naive {
        private record Entry(int key, int value, long at) {}

        private final List<Entry> entries = new ArrayList<>();
        private final int most;

        Naive(int most) {
            this.most = most;
        }

        void remember(int key, int value, long now) {
            entries.removeIf(entry -> entry.key == key);
            entries.add(new Entry(key, value, now));
            while (entries.size() > most) {
                entries.remove(0);
            }
        }

        @Nullable
        Integer recall(int key, long now) {
            entries.removeIf(entry -> entry.key == key && now - entry.at > AGE.toNanos());
            return entries.stream()
                    .filter(entry -> entry.key == key)
                    .map(Entry::value)
                    .findAny()
                    .orElse(null);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 40_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE})
    @DisplayName("DG-1 stale: whatever is done in whatever order, it knows what a plain list would know")
    void script_comparedWithAList_agrees(long origin) {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            VirtualTime own = VirtualTime.startingAt(origin, seed);
            int most = 1 + random.nextInt(5);
            StaleValues<Integer, Integer> values = StaleValues.create(AGE, most, own);
            Naive naive = new Naive(most);
            for (int step = 0; step < 200; step++) {
                int key = random.nextInt(8);
                if (random.nextBoolean()) {
                    values.remember(key, step);
                    naive.remember(key, step, own.precise());
                } else {
                    StaleValues.Remembered<Integer> found = values.recall(key);
                    assertThat(found == null ? null : found.value()).isEqualTo(naive.recall(key, own.precise()));
                }
                own.advance(Duration.ofMillis(random.nextInt(10_000)));
            }
            assertThat(values.size()).isEqualTo(naive.entries.size());
        }
    }
}
