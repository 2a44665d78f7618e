package dev.plimsoll.timeout;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The rule of the adaptive timeout as the requirement words it, in decimals. */
final class NaiveAdaptive {

    private NaiveAdaptive() {}

    static long next(long present, long p99, long samples, long least, long most) {
        if (samples < 100) {
            return most;
        }
        BigDecimal mostGrowth = times(present, "1.5");
        BigDecimal tenthMore = times(p99, "1.1");
        BigDecimal wanted = p99 < present ? tenthMore.min(mostGrowth) : mostGrowth;
        return wanted.max(BigDecimal.valueOf(least))
                .min(BigDecimal.valueOf(most))
                .longValueExact();
    }

    private static BigDecimal times(long nanos, String factor) {
        return BigDecimal.valueOf(nanos).multiply(new BigDecimal(factor)).setScale(0, RoundingMode.FLOOR);
    }
}
