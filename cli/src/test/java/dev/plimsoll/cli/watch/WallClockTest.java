package dev.plimsoll.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WallClockTest {
    @ParameterizedTest
    @CsvSource({"0,0.000 ms", "21000,0.021 ms", "1234567,1.23 ms", "12345678,12.3 ms", "1002000000,1002 ms"})
    void millis_hasThreeDigitsThatMeanSomething(long nanos, String text) {
        assertThat(WallClock.millis(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT0S,0.0 s", "PT4.249S,4.2 s", "PT59.9S,59.9 s", "PT1M5S,01:05", "PT1H1M5S,1:01:05"})
    void spent_isReadAtAGlance(Duration span, String text) {
        assertThat(WallClock.spent(span)).isEqualTo(text);
    }
}
