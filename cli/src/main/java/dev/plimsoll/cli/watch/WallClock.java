package dev.plimsoll.cli.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes instants and spans of time, for programs and for people. */
final class WallClock {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private WallClock() {}

    /** Such as 2026-01-31T10:00:00.123Z: always UTC, always three decimals. */
    static String stamp(Instant at) {
        return STAMP.format(at);
    }

    /** Such as 10:00:00.123, in the user's zone. */
    static String timeOfDay(Instant at, ZoneId zone) {
        return TIME_OF_DAY.format(at.atZone(zone));
    }

    /** Such as 01:05, or 1:01:05 when it is an hour or more. */
    static String clock(Duration span) {
        long seconds = span.toSeconds();
        return seconds < 3600
                ? String.format(Locale.ROOT, "%02d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Such as 4.2 s, or the clock's form from a minute on. */
    static String spent(Duration span) {
        return span.toSeconds() < 60 ? String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1e3) : clock(span);
    }

    /** Milliseconds with three digits that mean something: 0.021 ms, 1.23 ms, 12.3 ms, 1002 ms. */
    static String millis(long nanos) {
        double millis = nanos / 1e6;
        int decimals = millis < 1 ? 3 : millis < 10 ? 2 : millis < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f ms", millis);
    }
}
