package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a row says: goodput, and when it says nothing. */
final class RowTest {
    /** Of 4,000 requests that came in 2 s, when 1,600 could have been answered. */
    private static Row row(long late, long inTime) {
        return new Row(Policy.ADAPTIVE, 2, 1600, new Counts(4000, late, inTime, 2000, 400, 0), 87.26, 0.98765, 0.125);
    }

    @Test
    void goodput_isWhatWasAnsweredInTime_ofWhatCouldHaveBeen() {
        assertThat(row(0, 1520).goodput()).isEqualTo(0.95);
        assertThat(row(0, 0).goodput()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "40, false", "41, true", "4000, true"})
    void row_whenMoreThanAHundredthWasSentLate_isVoid(long late, boolean isVoid) {
        assertThat(row(late, 1520).isVoid()).isEqualTo(isVoid);
    }

    @Test
    void row_whenNothingWasSent_isVoid() {
        Row row = new Row(Policy.NONE, 1, 1600, new Counts(0, 0, 0, 0, 0, 0), Double.NaN, Double.NaN, Double.NaN);
        assertThat(row.isVoid()).isTrue();
        assertThat(row.json()).contains("\"late_ticks\":1.0000", "\"goodput\":null", "\"void\":true");
    }

    @Test
    void json_hasWhatWasMeasured() {
        assertThat(row(4, 1520).json())
                .isEqualTo(
                        "{\"policy\":\"adaptive\",\"load\":2,\"goodput\":0.9500,\"p99_ms\":87.3,\"late_ticks\":0.0010,"
                                + "\"critical_success\":0.9877,\"refused\":0.5000,\"gave_up\":0.1000,\"in_vain\":0.1250,"
                                + "\"sent\":4000,\"lost\":0,\"void\":false}");
    }

    @Test
    void json_ofAVoidRow_saysNothingButThat() {
        assertThat(row(41, 1520).json())
                .startsWith(
                        "{\"policy\":\"adaptive\",\"load\":2,\"goodput\":null,\"p99_ms\":null,\"late_ticks\":0.0103,"
                                + "\"critical_success\":null,")
                .endsWith("\"sent\":4000,\"lost\":0,\"void\":true}");
    }
}
