package dev.plimsoll.cli.option;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as people type them: a number and its unit, such as {@code 500ms}, {@code 1.5s}, {@code 1m} or {@code 2h}.
 * They are never negative and never longer than a year, and are exact to the nanosecond.
 */
public final class Durations implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Creates the converter; it has no state. */
    public Durations() {}

    /**
     * Reads a duration.
     *
     * @throws TypeConversionException when it has another form, or is longer than 8760h
     */
    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "must be a number with its unit, such as 500ms, 5s, 1m or 2h: '" + text + "'");
        }
        BigDecimal nanos = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(nanosOf(form.group(2))));
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
            throw new TypeConversionException("must be at most 8760h: '" + text + "'");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    /**
     * Writes a duration in the form that {@link #convert} reads, in the largest unit that keeps it whole.
     *
     * @param duration not negative; what is finer than a millisecond is dropped
     * @return such as 500ms, 5s, 90m or 2h
     */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /**
     * Writes a duration as Retry-After has it: in seconds, rounded up, so that nobody comes too early.
     *
     * @param wait not negative
     * @return a whole number
     */
    public static String retryAfter(Duration wait) {
        return Long.toString(wait.plusNanos(999_999_999).toSeconds());
    }
}
