package dev.plimsoll.cli.demo;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.cli.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a demonstration has shown. What did not happen is null.
 *
 * @param requests how many requests reached the server
 * @param failuresBeforeOpen how many of them had failed when the circuit opened
 * @param refused how many calls the guard refused
 * @param refusalMedian how long a refusal took
 * @param timeToOpen from the start of the first failed request until the circuit opened
 * @param halfOpenAfter from then until it let a probe through
 * @param timeToHeal from the opening until the circuit was closed again
 * @param probes how many requests reached the server between opening and closing
 * @param state the circuit's state at the end
 */
record DemoSummary(
        long requests,
        @Nullable Long failuresBeforeOpen,
        long refused,
        @Nullable Duration refusalMedian,
        @Nullable Duration timeToOpen,
        @Nullable Duration halfOpenAfter,
        @Nullable Duration timeToHeal,
        long probes,
        BreakerState state) {

    /** Whether the circuit opened, and healed. */
    boolean isWhole() {
        return timeToHeal != null && state == BreakerState.CLOSED;
    }

    String toJson() {
        return Json.line(json -> json.object("summary", summary -> {
            if (failuresBeforeOpen == null) {
                summary.nothing("failures_before_open");
            } else {
                summary.number("failures_before_open", failuresBeforeOpen);
            }
            summary.number("refused", refused)
                    .number("refusal_median_ms", millis(refusalMedian), 4)
                    .number("half_open_after_ms", millis(halfOpenAfter), 1)
                    .number("probes", probes)
                    .text("state", state.name());
        }));
    }

    List<String> toText() {
        return List.of(
                "",
                "What happened, by the server's counters and the guard's events:",
                "  requests that reached the server  " + requests
                        + (failuresBeforeOpen == null
                                ? ""
                                : ", " + failuresBeforeOpen + " failed before the circuit opened"),
                "  calls that the guard refused      " + refused + ", half of them within "
                        + text(refusalMedian, 1e6, "ms", 3),
                "  time to open                      " + text(timeToOpen, 1e9, "s", 2)
                        + " after the first failed request began",
                "  half open                         " + text(halfOpenAfter, 1e9, "s", 2) + " after opening, with "
                        + probes + (probes == 1 ? " probe" : " probes"),
                "  time to heal                      " + text(timeToHeal, 1e9, "s", 2) + " from opening to closing",
                "  the circuit is now                " + state);
    }

    private static double millis(@Nullable Duration span) {
        return span == null ? Double.NaN : span.toNanos() / 1e6;
    }

    private static String text(@Nullable Duration span, double unitNanos, String unit, int decimals) {
        return span == null
                ? "(never)"
                : String.format(Locale.ROOT, "%." + decimals + "f ", span.toNanos() / unitNanos) + unit;
    }
}
