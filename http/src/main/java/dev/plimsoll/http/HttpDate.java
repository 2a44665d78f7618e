package dev.plimsoll.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the date and time of HTTP header fields, in all three formats that a recipient must accept.
 *
 * <p><b>Threading:</b> stateless.
 */
final class HttpDate {

    /*
     * RFC 9110, section 5.6.7:
     *
     *   IMF-fixdate    Sun, 06 Nov 1994 08:49:37 GMT
     *   rfc850-date    Sunday, 06-Nov-94 08:49:37 GMT
     *   asctime-date   Sun Nov  6 08:49:37 1994
     *
     * The name of the day says nothing that the date does not, and servers get it wrong, so it must be a name but need
     * not be the right one. The last second of a day may be a leap second, which this time scale does not have: it is
     * read as the first second of the next day, so that nothing happens too early.
     */
    private static final String DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
    private static final String LONG_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
    private static final String MONTH = "(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";
    private static final String DAY_OF_MONTH = "(?<day>\\d{1,2})";
    private static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
    private static final String YEAR = "(?<year>\\d{4})";
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int NAME = 3;
    private static final int CENTURY = 100;
    private static final int YEARS_AHEAD = 50;

    private static final Pattern IMF =
            pattern(DAY + ", " + DAY_OF_MONTH + " " + MONTH + " " + YEAR + " " + TIME + " GMT");
    private static final Pattern RFC_850 =
            pattern(LONG_DAY + ", " + DAY_OF_MONTH + "-" + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT");
    private static final Pattern ASCTIME =
            pattern(DAY + " " + MONTH + " {1,2}" + DAY_OF_MONTH + " " + TIME + " " + YEAR);

    private HttpDate() {}

    /**
     * Reads a date.
     *
     * @param text the value of the field
     * @param now decides the century of a year of two digits: the date is at most 50 years after it
     * @return empty when it is not a date
     */
    static Optional<Instant> parse(String text, Instant now) {
        for (Pattern format : new Pattern[] {IMF, RFC_850, ASCTIME}) {
            Matcher date = format.matcher(text.strip());
            if (date.matches()) {
                return instant(date, now);
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> instant(Matcher date, Instant now) {
        int year = number(date, "year");
        if (date.pattern() != RFC_850) {
            return instant(date, year);
        }
        OffsetDateTime latest = now.atOffset(ZoneOffset.UTC).plusYears(YEARS_AHEAD);
        int latestYear = latest.getYear() - Math.floorMod(latest.getYear() - year, CENTURY);
        return instant(date, latestYear)
                .filter(read -> !read.isAfter(latest.toInstant()))
                .or(() -> instant(date, latestYear - CENTURY));
    }

    private static Optional<Instant> instant(Matcher date, int year) {
        int second = number(date, "second");
        boolean leap = second == 60 && number(date, "hour") == 23 && number(date, "minute") == 59;
        int month = MONTHS.indexOf(date.group("month").toLowerCase(Locale.ROOT)) / NAME + 1;
        try {
            LocalTime time = LocalTime.of(number(date, "hour"), number(date, "minute"), leap ? 59 : second);
            return Optional.of(LocalDate.of(year, month, number(date, "day"))
                    .atTime(time)
                    .plusSeconds(leap ? 1 : 0)
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher date, String group) {
        return Integer.parseInt(date.group(group));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }
}
