package dev.plimsoll.http;

import dev.plimsoll.time.Time;
import java.util.OptionalLong;

/**
 * Reads and writes a span of time as {@code grpc-timeout} does: one to eight digits and a unit.
 *
 * <pre>
 *   n  nanoseconds     m  milliseconds     M  minutes
 *   u  microseconds    S  seconds          H  hours
 * </pre>
 *
 * <p>What is written is never longer than what it stands for: it is cut to the finest unit in which eight digits are
 * enough, so that at most a part in a hundred thousand is lost.
 *
 * <p>Source: the gRPC protocol over HTTP/2, "Timeout". It wants a positive number; zero is read and written here as the
 * time that is up.
 *
 * <p><b>Threading:</b> stateless.
 */
final class WireTimeout {

    private static final String UNITS = "numSMH";
    private static final long[] NANOS = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
    private static final int MOST_DIGITS = 8;
    private static final long MOST = 99_999_999;

    private WireTimeout() {}

    /**
     * Writes a span, rounded down.
     *
     * @param nanos how long; less than zero counts as zero
     * @return such as "4900000u"
     */
    static String write(long nanos) {
        long span = Math.max(0, nanos);
        int unit = 0;
        while (span / NANOS[unit] > MOST) {
            unit++;
        }
        return span / NANOS[unit] + UNITS.substring(unit, unit + 1);
    }

    /**
     * Reads a span.
     *
     * @param text the value of a header field
     * @return nanoseconds, 0 … {@link Time#LONGEST}; empty when it has another form
     */
    static OptionalLong read(String text) {
        String value = text.strip();
        int digits = value.length() - 1;
        int unit = digits < 1 || digits > MOST_DIGITS ? -1 : UNITS.indexOf(value.charAt(digits));
        if (unit < 0) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            number = 10 * number + digit;
        }
        return OptionalLong.of(number > Time.LONGEST / NANOS[unit] ? Time.LONGEST : number * NANOS[unit]);
    }
}
