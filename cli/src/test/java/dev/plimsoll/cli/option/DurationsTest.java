package dev.plimsoll.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationsTest {
    private final Durations durations = new Durations();

    @ParameterizedTest
    @CsvSource({
        "0ms, PT0S",
        "500ms, PT0.5S",
        "5s, PT5S",
        "1.5s, PT1.5S",
        "1m, PT1M",
        "2h, PT2H",
        "0.25ms, PT0.00025S",
        "007s, PT7S",
        "8760h, PT8760H"
    })
    void convert_whenTheFormIsRight_isExact(String text, Duration expected) {
        assertThat(durations.convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "-5s", "5 s", "5S", "5sec", "1m30s", "1e3s", "NaNs", "+1s", ".5s", "5.s", "५s"})
    void convert_whenTheFormIsWrong_namesTheRuleAndTheValue(String text) {
        assertThatThrownBy(() -> durations.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("must be a number with its unit, such as 500ms, 5s, 1m or 2h: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8761h", "999999999999999999h", "31536000001ms"})
    void convert_whenItIsLongerThanAYear_saysSo(String text) {
        assertThatThrownBy(() -> durations.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("must be at most 8760h: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "1ms", "999ms", "1s", "90s", "1m", "90m", "2h", "1500ms"})
    void text_isReadBackAsTheSameDuration(String text) {
        Duration duration = durations.convert(text);

        assertThat(Durations.text(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0", "PT0.000000001S, 1", "PT1S, 1", "PT1.0005S, 2", "PT1.000000001S, 2", "PT1.999S, 2"})
    void retryAfter_isNeverTooEarly(Duration wait, String seconds) {
        assertThat(Durations.retryAfter(wait)).isEqualTo(seconds);
    }

    @Test
    void text_dropsWhatIsFinerThanAMillisecond() {
        assertThat(Durations.text(Duration.ofNanos(1_999_999))).isEqualTo("1ms");
    }
}
