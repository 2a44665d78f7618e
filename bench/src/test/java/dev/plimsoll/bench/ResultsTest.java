package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResultsTest {

    @Test
    @DisplayName("forks of one entry and of several rounds are joined; the median is theirs")
    void results_whenABenchmarkStandsThereTwice_joinItsForks() {
        Results results = new JmhJson()
                .add("Plimsoll.lastHundred", 0, 1, 0, 12, 10)
                .add("Plimsoll.lastHundred", 0, 2, 0, 99)
                .add("Plimsoll.lastHundred", 0, 1, 24, 11)
                .results();
        Measurement measured = results.of("Plimsoll.lastHundred", 0, 1).orElseThrow();
        assertThat(measured.forks()).extracting(Measurement.Fork::nanos).containsExactly(12.0, 10.0, 11.0);
        assertThat(measured.forks()).extracting(Measurement.Fork::round).containsExactly(1, 2, 3);
        assertThat(measured.median()).isEqualTo(11);
        assertThat(measured.fastest()).isEqualTo(10);
        assertThat(measured.slowest()).isEqualTo(12);
        assertThat(measured.worstBytes()).isEqualTo(24);
    }

    @Test
    @DisplayName(
            "a fork counts as the median of its iterations, an even number of forks has the mean of the middle two")
    void results_whenAForkHasIterations_takeTheirMedian() throws IOException {
        Results results = Results.read(new StringReader("""
            [{"benchmark": "a.LimitsBenchmark.c", "threads": 1,
              "primaryMetric": {"scoreUnit": "ns/op", "rawData": [[1.0, 3.0, 800], [4, 8]]}}]\
            """));
        Measurement measured = results.of("Limits.c", 0, 1).orElseThrow();
        assertThat(measured.forks()).extracting(Measurement.Fork::nanos).containsExactly(3.0, 6.0);
        assertThat(measured.median()).isEqualTo(4.5);
        assertThat(measured.worstBytes()).isNaN();
    }

    @Test
    @DisplayName(
            "what a call allocates is the mean of all iterations but the last, in which the guards are closed as well")
    void results_whenTheLastIterationClosesTheGuards_leaveItsBytesOut() throws IOException {
        Results results = Results.read(new StringReader("""
            [{"benchmark": "a.LimitsBenchmark.c", "threads": 1,
              "primaryMetric": {"scoreUnit": "ns/op", "rawData": [[1, 1, 1], [1]]},
              "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[0.25, 0.75, 9.5], [0.01]]}}}]\
            """));
        assertThat(results.of("Limits.c", 0, 1).orElseThrow().forks())
                .extracting(Measurement.Fork::bytes)
                .containsExactly(0.5, 0.01);
    }

    @Test
    @DisplayName("a thread's average time is the threads by all their calls: one that starves sets no mean")
    void results_whenCallsAreCounted_divideTheThreadsByThem() {
        Measurement measured = new JmhJson()
                .add("B.c", 8, 1, true, 0.5, 0.4, 0.01)
                .results()
                .of("B.c", 0, 8)
                .orElseThrow();
        assertThat(measured.median()).isEqualTo(20);
    }

    @Test
    @DisplayName("a fork whose warm-up never settled, or whose iterations differ by half, is unsteady")
    void results_whenIterationsDiffer_areUnsteady() {
        Results results = new JmhJson()
                .add("B.c", 1, 1, true, 1, 1.2, 1.5)
                .add("B.c", 1, 2, true, 1, 1.2, 1.51)
                .add("B.c", 1, 3, false, 1, 1, 1)
                .results();
        Measurement measured = results.of("B.c", 0, 1).orElseThrow();
        assertThat(measured.forks()).extracting(Measurement.Fork::steady).containsExactly(true, false, false);
        assertThat(measured.unsteadyForks()).isEqualTo(2);
        assertThat(measured.isUnsteady()).isTrue();
    }

    @Test
    @DisplayName("while most forks are steady the median lies between such, and the row counts")
    void results_whenMostForksAreSteady_areSteady() {
        Results results = new JmhJson()
                .add("B.c", 1, 1, true, 1)
                .add("B.c", 1, 2, false, 1)
                .add("B.c", 1, 3, true, 1)
                .results();
        assertThat(results.of("B.c", 0, 1).orElseThrow().isUnsteady()).isFalse();
    }

    @Test
    void results_whenFailingDiffers_areDifferent() {
        Results results =
                new JmhJson().add("B.c", 0, 1, 0, 1).add("B.c", 1, 1, 0, 2).results();
        assertThat(results.of("B.c", 1, 1).orElseThrow().median()).isEqualTo(2);
        assertThat(results.of("B.c", 1, 2)).isEmpty();
    }

    @Test
    void results_whenTheUnitIsAnother_areRefused() {
        String json = """
            [{"benchmark": "a.LimitsBenchmark.c", "threads": 1, "primaryMetric": {"scoreUnit": "us/op", "rawData": [[1.0]]}}]\
            """;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Results.read(new StringReader(json)))
                .withMessageContaining("us/op");
    }

    @Test
    @DisplayName("what is kept of a run is read again as it was")
    void results_whenWrittenBriefly_areReadAgain() throws IOException {
        Results results = new JmhJson()
                .add("Plimsoll.lastHundred", 1, 2, 24, 10.25, 11.5)
                .add("Limits.clock", 0, 1, 0, 22)
                .add("Spring.retry", 8, 2, true, 1, 1)
                .add("Spring.retry", 8, 5, false, 2, 2)
                .results();
        Results again = Results.read(new StringReader(results.brief()));
        assertThat(again.of("Plimsoll.lastHundred", 1, 2)).isEqualTo(results.of("Plimsoll.lastHundred", 1, 2));
        assertThat(again.of("Limits.clock", 0, 1)).isEqualTo(results.of("Limits.clock", 0, 1));
        assertThat(again.of("Spring.retry", 0, 8)).isEqualTo(results.of("Spring.retry", 0, 8));
        assertThat(again.of("Spring.retry", 0, 8).orElseThrow().forks())
                .containsExactly(
                        new Measurement.Fork(2, 8, Double.NaN, true), new Measurement.Fork(5, 4, Double.NaN, false));
        assertThat(again.brief()).isEqualTo(results.brief());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}|a list", "[1]|an object", "[{}]|benchmark: missing", "[{|end-of-input"})
    @DisplayName("a file that is none of JMH's is refused in words")
    void results_whenNotJmhs_areRefused(String json, String words, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("given.json"), json);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Results.given("--against", file))
                .withMessageStartingWith("--against: cannot read " + file)
                .withMessageContaining(words);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Results.given("--against", folder.resolve("none.json")))
                .withMessageStartingWith("--against: there is no ");
    }
}
