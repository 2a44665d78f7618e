package dev.plimsoll.cli.overload;

import dev.plimsoll.cli.json.Json;

/**
 * What one policy came to under one load.
 *
 * @param policy what stood at the door
 * @param load requests that came, as a multiple of the capacity
 * @param best how many requests the service could have answered
 * @param counts what became of them
 * @param p99Millis of those that were not refused; the whole deadline for those that gave up; NaN when there are none
 * @param criticalSuccess the share of the CRITICAL requests that was answered in time; NaN when there were none
 * @param inVain the share of the work that was done for clients who had given up; NaN when none was done
 */
record Row(
        Policy policy, int load, double best, Counts counts, double p99Millis, double criticalSuccess, double inVain) {
    private static final int SHARE_DECIMALS = 4;
    private static final int MILLIS_DECIMALS = 1;

    /** The share of what the service could have done that was answered within the deadline. */
    double goodput() {
        return counts.inTime() / best;
    }

    /** The share of the requests that the generator sent late; all of them when it sent none. */
    double lateTicks() {
        return counts.sent() == 0 ? 1 : counts.share(counts.late());
    }

    /** Whether the generator was late so often that the row says nothing. */
    boolean isVoid() {
        return lateTicks() > Settings.MOST_LATE;
    }

    /** One object on one line; what a void row does not say is null. */
    String json() {
        double told = isVoid() ? Double.NaN : 1; // NaN times anything is NaN, and becomes null
        return Json.line(line -> line.text("policy", policy.label())
                .number("load", load)
                .number("goodput", told * goodput(), SHARE_DECIMALS)
                .number("p99_ms", told * p99Millis, MILLIS_DECIMALS)
                .number("late_ticks", lateTicks(), SHARE_DECIMALS)
                .number("critical_success", told * criticalSuccess, SHARE_DECIMALS)
                .number("refused", told * counts.share(counts.refused()), SHARE_DECIMALS)
                .number("gave_up", told * counts.share(counts.gaveUp()), SHARE_DECIMALS)
                .number("in_vain", told * inVain, SHARE_DECIMALS)
                .number("sent", counts.sent())
                .number("lost", counts.lost())
                .truth("void", isVoid()));
    }
}
