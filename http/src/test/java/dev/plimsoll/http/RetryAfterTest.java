package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Time;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {

    private static final Instant OURS = Instant.parse("2026-01-31T10:00:00.250Z");
    private static final String AT_NOON = "Tue, 03 Mar 2015 12:00:00 GMT";

    private static Optional<Duration> read(String... namesAndValues) {
        HttpHeaders headers = Received.fields(namesAndValues);
        return RetryAfter.in(headers, () -> OURS);
    }

    @ParameterizedTest
    @DisplayName("RT-4 seconds are read, a part of one counts as a whole one")
    @CsvSource({
        "0, 0",
        "1, 1",
        "120, 120",
        " 7 , 7",
        "007, 7",
        "0.0, 0",
        "0.001, 1",
        "1.5, 2",
        "2.000, 2",
        "301, 301",
        "86400, 86400"
    })
    void seconds_areRoundedUp(String value, long seconds) {
        assertThat(read("Retry-After", value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @DisplayName("RT-4 more seconds than can be counted are the longest span")
    @ValueSource(strings = {"9999999999999999999", "999999999999999999999999999999999999", "5000000000000000000.5"})
    void seconds_beyondCounting_saturate(String value) {
        assertThat(read("Retry-After", value)).contains(Duration.ofNanos(Time.LONGEST));
    }

    @Test
    @DisplayName("RT-4 many leading zeros are still a small number")
    void seconds_withManyZeros_areSmall() {
        assertThat(read("Retry-After", "0".repeat(1000) + "5")).contains(Duration.ofSeconds(5));
    }

    @Test
    @Timeout(10) // a pattern that tries how to share the zeros takes minutes
    @DisplayName("RT-4 garbage that begins like a number is read once, however long it is")
    void garbage_thatIsLong_takesNoTime() {
        assertThat(read("Retry-After", "0".repeat(400_000) + "x")).isEmpty();
        assertThat(read("Retry-After", "1".repeat(400_000) + ".2x")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("RT-4 garbage is ignored")
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1e3",
                "1,5",
                ".5",
                "1.",
                "soon",
                "٣",
                "1 second",
                "Sun, 30 Feb 1994 08:49:37 GMT"
            })
    void garbage_isIgnored(String value) {
        assertThat(read("Retry-After", value)).isEmpty();
    }

    @Test
    @DisplayName("RT-4 no field, no hint")
    void fields_withoutOne_areNoHint() {
        assertThat(read("Date", AT_NOON)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("RT-4 T-70 a date counts from the answer's own Date, in each format, whatever our clock says")
    @ValueSource(
            strings = {"Tue, 03 Mar 2015 12:00:05 GMT", "Tuesday, 03-Mar-15 12:00:05 GMT", "Tue Mar  3 12:00:05 2015"})
    void date_countsFromTheAnswersDate(String date) {
        assertThat(read("Date", AT_NOON, "Retry-After", date)).contains(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("RT-4 a date that has passed is now")
    void date_inThePast_isNow() {
        assertThat(read("Date", AT_NOON, "Retry-After", "Tue, 03 Mar 2015 11:59:59 GMT"))
                .contains(Duration.ZERO);
    }

    @ParameterizedTest
    @DisplayName("RT-4 T-70 without a readable Date our clock counts, and the part of a second is not lost")
    @ValueSource(strings = {"", "yesterday"})
    void date_withoutADate_countsFromOurClock(String dateField) {
        assertThat(read("Date", dateField, "Retry-After", "Sat, 31 Jan 2026 10:00:02 GMT"))
                .contains(Duration.ofSeconds(2));
    }

    @Test
    @DisplayName("RT-4 a leap second is waited out")
    void date_atALeapSecond_isWaitedOut() {
        assertThat(read("Date", "Sat, 31 Dec 2016 23:59:58 GMT", "Retry-After", "Sat, 31 Dec 2016 23:59:60 GMT"))
                .contains(Duration.ofSeconds(2));
    }

    @Test
    @DisplayName("RT-4 of several values the longest that can be read is taken")
    void values_ifSeveral_meanTheLongest() {
        assertThat(read("Retry-After", "3", "Retry-After", "soon", "Retry-After", "11", "Retry-After", "7"))
                .contains(Duration.ofSeconds(11));
    }
}
