package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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
        assertThat(measured.nanos()).containsExactly(12.0, 10.0, 11.0);
        assertThat(measured.median()).isEqualTo(11);
        assertThat(measured.fastest()).isEqualTo(10);
        assertThat(measured.slowest()).isEqualTo(12);
        assertThat(measured.worstBytes()).isEqualTo(24);
    }

    @Test
    @DisplayName("a fork counts as the mean of its iterations, an even number of forks has the mean of the middle two")
    void results_whenAForkHasIterations_averageThem() throws IOException {
        Results results = Results.read(new StringReader("""
            [{"benchmark": "a.LimitsBenchmark.c", "threads": 1,
              "primaryMetric": {"scoreUnit": "ns/op", "rawData": [[1.0, 3.0], [4, 8]]}}]\
            """));
        Measurement measured = results.of("Limits.c", 0, 1).orElseThrow();
        assertThat(measured.nanos()).containsExactly(2.0, 6.0);
        assertThat(measured.median()).isEqualTo(4);
        assertThat(measured.worstBytes()).isNaN();
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
}
