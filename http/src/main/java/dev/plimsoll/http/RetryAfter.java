package dev.plimsoll.http;

import dev.plimsoll.time.Time;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how long a server asks to be left alone (RFC 9110, section 10.2.3): a number of seconds, or a date.
 *
 * <p>A date is compared with the {@code Date} of the same answer, for the server's clock need not be ours; with ours
 * only when there is none. The result is never shorter than what was asked for: parts of a second count as a whole one,
 * and of several values the longest is taken. What cannot be read is left out.
 *
 * <p><b>Threading:</b> stateless.
 */
final class RetryAfter {

    /** Each part takes all it can and gives nothing back: however long the value is, and whatever follows, it is read once. */
    private static final Pattern SECONDS = Pattern.compile("0*+(?<whole>\\d*+)(?:\\.(?<part>\\d++))?");

    private static final int MOST_DIGITS = 18;

    private RetryAfter() {}

    /**
     * Reads the header fields of an answer.
     *
     * @param headers of an answer that has just arrived
     * @param wall our clock, read only when the answer has no date
     * @return whole seconds, zero or more; empty when it does not say
     */
    static Optional<Duration> in(HttpHeaders headers, Supplier<Instant> wall) {
        return headers.allValues("Retry-After").stream()
                .flatMap(value -> read(value.strip(), headers, wall).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Duration> read(String value, HttpHeaders headers, Supplier<Instant> wall) {
        Matcher seconds = SECONDS.matcher(value);
        if (!value.isEmpty() && Character.isDigit(value.charAt(0)) && seconds.matches()) {
            return Optional.of(roundedUp(seconds));
        }
        Instant answered = headers.firstValue("Date")
                .flatMap(date -> HttpDate.parse(date, wall.get()))
                .orElseGet(wall);
        return HttpDate.parse(value, answered).map(date -> roundedUp(Duration.between(answered, date)));
    }

    private static Duration roundedUp(Matcher seconds) {
        String whole = seconds.group("whole");
        String part = seconds.group("part");
        if (whole.length() > MOST_DIGITS) {
            return Duration.ofNanos(Time.LONGEST);
        }
        boolean more = part != null && !part.chars().allMatch(digit -> digit == '0');
        return Duration.ofSeconds((whole.isEmpty() ? 0 : Long.parseLong(whole)) + (more ? 1 : 0));
    }

    private static Duration roundedUp(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.getNano() == 0 ? wait : Duration.ofSeconds(wait.getSeconds() + 1);
    }
}
