package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

final class RowsTest {

    @Test
    @DisplayName("no benchmark is left out of the table")
    void rows_whenABenchmarkExists_containIt() {
        List<String> benchmarks = Rows.all().stream()
                .map(Rows.Entry::owner)
                .distinct()
                .flatMap(owner -> Arrays.stream(owner.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> Rows.name(method.getDeclaringClass(), method.getName()))
                .toList();
        assertThat(Rows.all()).extracting(Rows.Entry::benchmark).containsExactlyInAnyOrderElementsOf(benchmarks);
    }

    @Test
    @DisplayName("every target has a row")
    void targets_whenListed_nameExistingRows() {
        assertThat(Rows.all())
                .extracting(Rows.Entry::benchmark)
                .containsAll(Target.all().stream().map(Target::benchmark).toList());
    }

    @Test
    @DisplayName("closed breakers are measured good and failing, everything on one and on two threads")
    void plan_whenNothingIsLeftOut_coversEveryCombination() {
        assertThat(Run.plan(Pattern.compile("")))
                .hasSize(Rows.all().stream()
                        .mapToInt(entry -> entry.scenario().alsoFailing() ? 4 : 2)
                        .sum());
    }

    @Test
    void plan_whenAPatternIsGiven_keepsWhatMatches() {
        assertThat(Run.plan(Pattern.compile("Failsafe.*lastHundred failing=1")))
                .extracting(Measurement.Key::toString)
                .containsExactly(
                        "FailsafeBenchmark.lastHundred failing=1 threads=1",
                        "FailsafeBenchmark.lastHundred failing=1 threads=2");
    }
}
