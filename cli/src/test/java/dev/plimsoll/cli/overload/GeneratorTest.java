package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When requests should be sent, on virtual time. */
final class GeneratorTest {
    private static final long SECOND = 1_000_000_000;
    private static final int RATE = 8000;

    private final VirtualTime time = VirtualTime.create(7);
    private final List<Long> due = new ArrayList<>();

    private Generator generator() {
        return new Generator(time, batch -> LongStream.of(batch).forEach(due::add), RATE);
    }

    @Test
    void steady_isAPoissonProcessOfTheRate() throws InterruptedException {
        long from = time.precise();
        generator().steady(from, from + 10 * SECOND, elapsed -> {});

        assertThat(due).isSorted().allMatch(each -> each - from >= 0 && each - from < 10 * SECOND);
        assertThat(due.size()).isBetween(10 * RATE - 1500, 10 * RATE + 1500); // five standard deviations
        double[] gaps = LongStream.range(1, due.size())
                .mapToDouble(i -> (due.get((int) i) - due.get((int) i - 1)) * (double) RATE / SECOND)
                .toArray();
        double mean = LongStream.range(0, gaps.length)
                .mapToDouble(i -> gaps[(int) i])
                .average()
                .orElseThrow();
        double square = LongStream.range(0, gaps.length)
                .mapToDouble(i -> gaps[(int) i] * gaps[(int) i])
                .average()
                .orElseThrow();
        assertThat(mean).isBetween(0.97, 1.03);
        assertThat(square).isBetween(1.9, 2.1); // of an exponential distribution: 2
        assertThat(time.precise()).isEqualTo(from + 10 * SECOND);
    }

    @Test
    void grow_beginsWithFewRequests_andEndsWithAll() throws InterruptedException {
        long from = time.precise();
        generator().grow(from, from + 4 * SECOND);

        long first = due.stream().filter(each -> each - from < SECOND / 2).count();
        long last = due.stream().filter(each -> each - from >= 3 * SECOND).count();
        assertThat(first).isBetween(400L, 900L);
        assertThat(last).isBetween(RATE - 500L, RATE + 500L);
    }

    @Test
    void steady_whenInterrupted_stops() {
        long from = time.precise();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> generator().steady(from, from + SECOND, elapsed -> {}))
                .isInstanceOf(InterruptedException.class);
    }
}
