package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeWordsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.0000005S, 0.001 ms",
        "PT0.0015S, 1.5 ms",
        "PT0.1S, 100 ms",
        "PT0.999S, 999 ms",
        "PT1S, 1 s",
        "PT1.5S, 1.5 s",
        "PT59S, 59 s",
        "PT60S, 1 min",
        "PT100S, 100 s",
        "PT5M, 5 min",
        "PT2H, 2 h",
        "PT-0.25S, -250 ms",
        "PT-5S, -5 s",
        "PT-5M, -5 min"
    })
    void words_ofASpan_areWhatPeopleWrite(Duration span, String words) {
        assertThat(Time.words(span)).isEqualTo(words);
    }
}
