package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpDateTest {

    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

    @ParameterizedTest
    @DisplayName("RT-4 the three date formats of RFC 9110, their golden values")
    @CsvSource(delimiter = '|', textBlock = """
                    Sun, 06 Nov 1994 08:49:37 GMT     | 1994-11-06T08:49:37Z
                    Sunday, 06-Nov-94 08:49:37 GMT    | 1994-11-06T08:49:37Z
                    Sun Nov  6 08:49:37 1994          | 1994-11-06T08:49:37Z
                    Sun Nov 16 08:49:37 1994          | 1994-11-16T08:49:37Z
                    Thu, 01 Jan 1970 00:00:00 GMT     | 1970-01-01T00:00:00Z
                    Tue, 29 Feb 2028 23:59:59 GMT     | 2028-02-29T23:59:59Z
                    Fri, 31 Dec 9999 23:59:59 GMT     | 9999-12-31T23:59:59Z
                    Saturday, 31-Jan-26 10:00:07 GMT  | 2026-01-31T10:00:07Z
                    """)
    void date_inAnyFormat_isRead(String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).contains(expected);
    }

    @ParameterizedTest
    @DisplayName("RT-4 a leap second is the first second of the next day, in each format")
    @CsvSource(delimiter = '|', textBlock = """
                    Sat, 31 Dec 2016 23:59:60 GMT     | 2017-01-01T00:00:00Z
                    Saturday, 31-Dec-16 23:59:60 GMT  | 2017-01-01T00:00:00Z
                    Sat Dec 31 23:59:60 2016          | 2017-01-01T00:00:00Z
                    Tue, 30 Jun 2015 23:59:60 GMT     | 2015-07-01T00:00:00Z
                    """)
    void date_atALeapSecond_isTheNextDay(String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).contains(expected);
    }

    @ParameterizedTest
    @DisplayName("RT-4 two digits of a year mean the one that is at most 50 years ahead")
    @CsvSource({
        "2026-01-31T10:00:00Z, 26, 2026",
        "2026-01-31T10:00:00Z, 75, 2075",
        "2026-01-31T10:00:00Z, 76, 1976",
        "2026-06-15T12:00:00Z, 76, 2076",
        "2026-06-15T11:59:59Z, 76, 1976",
        "2026-01-31T10:00:00Z, 77, 1977",
        "2026-01-31T10:00:00Z, 99, 1999",
        "2026-01-31T10:00:00Z, 00, 2000",
        "1999-12-31T23:59:59Z, 00, 2000",
        "1999-12-31T23:59:59Z, 49, 2049",
        "1999-12-31T23:59:59Z, 50, 1950",
        "2090-06-15T00:00:00Z, 05, 2105",
    })
    void year_ofTwoDigits_isNearby(Instant now, String digits, int year) {
        assertThat(HttpDate.parse("Monday, 15-Jun-" + digits + " 12:00:00 GMT", now))
                .map(date -> date.atOffset(ZoneOffset.UTC).getYear())
                .contains(year);
    }

    @ParameterizedTest
    @DisplayName("RT-4 what servers get wrong without harm: the name of the day, case, one digit, space around")
    @ValueSource(
            strings = {
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "sun, 06 nov 1994 08:49:37 gmt",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "  Sun, 06 Nov 1994 08:49:37 GMT\t",
                "Sun Nov 6 08:49:37 1994",
            })
    void date_withAHarmlessFlaw_isRead(String text) {
        assertThat(HttpDate.parse(text, NOW)).contains(Instant.parse("1994-11-06T08:49:37Z"));
    }

    @ParameterizedTest
    @DisplayName("RT-4 what is not a date is none")
    @ValueSource(
            strings = {
                "",
                "soon",
                "1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 CET",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Foo, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nuv 1994 08:49:37 GMT",
                "Sun, 30 Feb 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 2023 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:60 GMT",
                "Sun, 06 Nov 1994 23:59:61 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT, and more",
                "Sun, ٠٦ Nov 1994 08:49:37 GMT",
            })
    void text_thatIsNoDate_isNone(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEmpty();
    }

    @Test
    @DisplayName("RT-4 every day of eighty years reads as the JDK's formatter wrote it")
    void date_ofAnyDay_agreesWithTheFormatter() {
        DateTimeFormatter imf = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
        DateTimeFormatter old = DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH);
        DateTimeFormatter asctime = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);
        for (int day = 0; day < 80 * 365; day++) {
            Instant date = Instant.parse("1980-01-01T01:02:03Z").plusSeconds(86_461L * day);
            for (DateTimeFormatter format : new DateTimeFormatter[] {imf, old, asctime}) {
                String text = format.format(date.atOffset(ZoneOffset.UTC));
                assertThat(HttpDate.parse(text, NOW)).as(text).contains(date);
            }
        }
    }
}
