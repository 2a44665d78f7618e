package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Time;
import java.math.BigInteger;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WireTimeoutTest {

    private static final Map<Character, BigInteger> UNITS = Map.of(
            'n', BigInteger.ONE,
            'u', BigInteger.valueOf(1_000),
            'm', BigInteger.valueOf(1_000_000),
            'S', BigInteger.valueOf(1_000_000_000),
            'M', BigInteger.valueOf(60_000_000_000L),
            'H', BigInteger.valueOf(3_600_000_000_000L));

    /** The oracle: the same words, in numbers without an end. */
    private static OptionalLong naive(String text) {
        if (!text.matches("[0-9]{1,8}[HMSmun]")) {
            return OptionalLong.empty();
        }
        BigInteger number = new BigInteger(text.substring(0, text.length() - 1));
        BigInteger unit = UNITS.getOrDefault(text.charAt(text.length() - 1), BigInteger.ZERO);
        return OptionalLong.of(
                number.multiply(unit).min(BigInteger.valueOf(Time.LONGEST)).longValueExact());
    }

    @ParameterizedTest
    @DisplayName("DL-2 every unit is read, to its limits")
    @CsvSource({
        "1n, 1",
        "1u, 1000",
        "1m, 1000000",
        "1S, 1000000000",
        "1M, 60000000000",
        "1H, 3600000000000",
        "0n, 0",
        "0H, 0",
        "00000001S, 1000000000",
        "99999999n, 99999999",
        "99999999u, 99999999000",
        "99999999m, 99999999000000",
        "99999999S, 99999999000000000",
        "76861433M, 4611685980000000000",
        "76861434M, 4611686018427387904",
        "99999999M, 4611686018427387904",
        "1281023H, 4611682800000000000",
        "1281024H, 4611686018427387904",
        "99999999H, 4611686018427387904",
    })
    void span_isRead(String text, long nanos) {
        assertThat(WireTimeout.read(text)).hasValue(nanos);
        assertThat(WireTimeout.read(" \t" + text + " ")).hasValue(nanos);
        assertThat(naive(text)).hasValue(nanos);
    }

    @ParameterizedTest
    @DisplayName("DL-2 what has another form is not read: signs, nine digits, other units, other numerals")
    @ValueSource(
            strings = {
                "",
                " ",
                "n",
                "S",
                "5",
                "-5m",
                "+5m",
                "- 5m",
                "123456789n",
                "000000001S",
                "5s",
                "5h",
                "5 m",
                "5ms",
                "5.5S",
                "5m,5m",
                "5m, 6m",
                "1e3m",
                "0x5m",
                "٥m",
                "５m",
                "5m\u0000",
                "PT5S",
                "99999999999999999999S",
                "infinity",
            })
    void text_ofAnotherForm_isNotRead(String text) {
        assertThat(WireTimeout.read(text)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("DL-2 a span is written in the finest unit that eight digits can hold, rounded down")
    @CsvSource({
        "-9223372036854775808, 0n",
        "-1, 0n",
        "0, 0n",
        "1, 1n",
        "99999999, 99999999n",
        "100000000, 100000u",
        "100000999, 100000u",
        "99999999999, 99999999u",
        "100000000000, 100000m",
        "99999999999999, 99999999m",
        "100000000000000, 100000S",
        "99999999999999999, 99999999S",
        "100000000000000000, 1666666M",
        "4611686018427387904, 76861433M",
        "9223372036854775807, 2562047H",
    })
    void span_isWritten(long nanos, String text) {
        assertThat(WireTimeout.write(nanos)).isEqualTo(text);
    }

    @Property
    @Label("DL-2 what is written never promises more, and loses at most a part in a hundred thousand")
    void write_neverPromisesMore_andLosesLittle(@ForAll @LongRange(min = 0) long nanos) {
        String text = WireTimeout.write(nanos);
        assertThat(text).matches("[0-9]{1,8}[HMSmun]");
        long read = WireTimeout.read(text).orElseThrow();
        assertThat(read).isLessThanOrEqualTo(nanos);
        if (nanos < Time.LONGEST) {
            assertThat(nanos - read).isLessThanOrEqualTo(nanos / 100_000);
        }
    }

    @Property
    @Label("DL-2 what is read is written to the same span")
    void whatIsRead_isWrittenToTheSameSpan(
            @ForAll @IntRange(max = 99_999_999) int number, @ForAll @CharRange(from = 'A', to = 'z') char unit) {
        String text = number + String.valueOf(unit);
        OptionalLong read = WireTimeout.read(text);
        assertThat(read).isEqualTo(naive(text));
        if (read.isPresent() && read.getAsLong() < Time.LONGEST) {
            assertThat(WireTimeout.read(WireTimeout.write(read.getAsLong()))).isEqualTo(read);
        }
    }

    @Property
    @Label("DL-2 any text is read as the oracle reads it")
    void anyText_isReadAsTheOracleReadsIt(@ForAll @StringLength(max = 12) String text) {
        assertThat(WireTimeout.read(text)).isEqualTo(naive(text.strip()));
    }

    @Property
    @Label("DL-2 digits with something after them are read as the oracle reads them")
    void almostSpans_areReadAsTheOracleReadsThem(
            @ForAll @StringLength(min = 1, max = 10) @CharRange(from = '0', to = '9') String digits,
            @ForAll @StringLength(max = 2) @CharRange(from = 'H', to = 'u') String rest) {
        assertThat(WireTimeout.read(digits + rest)).isEqualTo(naive(digits + rest));
    }

    @Example
    @Label("DL-2 small numbers are exact in every unit")
    void everySmallNumber_inEveryUnit_isExact() {
        for (char unit : "numSMH".toCharArray()) {
            for (int number = 0; number < 2_000; number++) {
                assertThat(WireTimeout.read(number + String.valueOf(unit))).isEqualTo(naive(number + "" + unit));
            }
        }
    }
}
