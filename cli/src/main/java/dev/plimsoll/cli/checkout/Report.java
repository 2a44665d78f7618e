package dev.plimsoll.cli.checkout;

import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the runs came to, for people and for programs.
 *
 * @param settings of both runs
 * @param kernelLimit of the accept backlog
 * @param guarded the run with guards; null when it was not made
 * @param unguarded the run without; null when it was not made
 */
record Report(
        Settings settings,
        OptionalInt kernelLimit,
        @Nullable Figures guarded,
        @Nullable Figures unguarded) {
    private static final String PROTECTED = "protected";
    private static final String UNPROTECTED = "unprotected";
    private static final int LABEL_WIDTH = 40;
    private static final int COLUMN_WIDTH = 16;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    /**
     * One object on one line. A run that was not made is absent. Latencies count from the intended time, and end at the
     * cut-off.
     */
    String json() {
        return Json.line(line -> runs().forEach((title, run) -> line.object(title, object -> members(object, run))));
    }

    private void members(Json object, Figures run) {
        Summary browsing = run.during().browsing();
        object.number("browse_p50_ms", browsing.p50Millis(), 3)
                .number("browse_p99_ms", browsing.p99Millis(), 3)
                .number("browse_p99_before_ms", run.before().browsing().p99Millis(), 3)
                .number("browse_success", browsing.success(), 6);
        if (run.openedNanos().isPresent()) {
            object.number("opened_after_ms", run.openedNanos().getAsLong() / NANOS_PER_MILLI, 3);
        } else {
            object.nothing("opened_after_ms");
        }
        object.number("samples", browsing.samples())
                .number("rate_per_s", settings.rate())
                .number("server_threads", settings.threads())
                .number("threads_busy_max", run.busyDuring())
                .number("speed", settings.speed());
    }

    /** The whole text: what was done, the table, and what it means. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(story());
        lines.add("");
        lines.addAll(table());
        lines.add("");
        lines.addAll(verdicts());
        return lines;
    }

    private List<String> story() {
        return List.of(
                "%d users check out, %s between an answer and the next try; others browse inventory and"
                        .formatted(settings.users(), Durations.text(settings.think())),
                "shipping, %d requests a second in every phase. Both through one checkout server:"
                        .formatted(settings.rate()),
                "%d threads, accept backlog %s. On the bad day payment takes %s and then fails."
                        .formatted(
                                settings.threads(),
                                Backlog.describe(kernelLimit),
                                Durations.text(settings.badLatency())),
                "Speed %d: payment's %s and the breakers' open wait of %s are divided by it; not scaled are the"
                        .formatted(
                                settings.speed(),
                                Durations.text(settings.latency()),
                                Durations.text(Settings.OPEN_WAIT)),
                "warm-up (%s, thrown away), the rate and the cut-off: no answer within %s counts as failed."
                        .formatted(Durations.text(settings.warmUp()), Durations.text(settings.cutOff())),
                "Protected: each service has a bulkhead of %d, an attempt timeout of %s and a circuit breaker"
                        .formatted(settings.maxConcurrent(), Durations.text(GuardedCalls.ATTEMPT_TIMEOUT)),
                "(%d failures in a row). Unprotected: none of these. All else is the same."
                        .formatted(GuardedCalls.CONSECUTIVE_FAILURES));
    }

    private List<String> table() {
        return List.of(
                row("", Map.Entry::getKey),
                "browsing before, latency from the intended time",
                figure("  requests", run -> count(run.before().browsing().samples())),
                figure("  p50", run -> latency(run.before().browsing().p50Nanos())),
                figure("  p99", run -> latency(run.before().browsing().p99Nanos())),
                figure("  success", run -> percent(run.before().browsing().success())),
                "browsing during the bad day",
                figure("  requests", run -> count(run.during().browsing().samples())),
                figure("  p50", run -> latency(run.during().browsing().p50Nanos())),
                figure("  p99", run -> latency(run.during().browsing().p99Nanos())),
                figure("  success", run -> percent(run.during().browsing().success())),
                "checking out during the bad day",
                figure("  tries", run -> count(run.during().checkouts().samples())),
                figure(
                        "  until the answer, p50",
                        run -> latency(run.during().checkouts().p50Nanos())),
                figure("  success", run -> percent(run.during().checkouts().success())),
                "the checkout server",
                figure("  threads busy before, at most", run -> threads(run.busyBefore())),
                figure("  threads busy during, at most", run -> threads(run.busyDuring())),
                figure("  payment's breaker opened after", run -> opened(run.openedNanos())),
                "the load generator",
                figure(
                        "  late by, p99 before",
                        run -> latency(run.before().lateness().p99Nanos())),
                figure(
                        "  late by, p99 during",
                        run -> latency(run.during().lateness().p99Nanos())));
    }

    private List<String> verdicts() {
        List<String> verdicts = new ArrayList<>();
        Backlog.warning(kernelLimit).ifPresent(verdicts::add);
        if (guarded != null) {
            verdicts.add(
                    guarded.kept()
                            ? "Protected: browsing hardly noticed (success 99.9 % or more, p99 within max(1.5 x, + 20 ms))."
                            : "Protected: browsing SUFFERED (success below 99.9 %, or p99 beyond max(1.5 x, + 20 ms)).");
        }
        if (unguarded != null) {
            verdicts.add(
                    unguarded.stalled()
                            ? "Unprotected: the whole site stalled (success below 50 %, or p99 ten times as high)."
                            : "Unprotected: the site did not stall (success 50 % or more, p99 less than ten times as high).");
        }
        return verdicts;
    }

    private Map<String, Figures> runs() {
        Map<String, Figures> runs = new LinkedHashMap<>();
        if (guarded != null) {
            runs.put(PROTECTED, guarded);
        }
        if (unguarded != null) {
            runs.put(UNPROTECTED, unguarded);
        }
        return runs;
    }

    private String figure(String label, Function<Figures, String> cell) {
        return row(label, run -> cell.apply(run.getValue()));
    }

    private String row(String label, Function<Map.Entry<String, Figures>, String> cell) {
        StringBuilder row = new StringBuilder(label);
        pad(row, LABEL_WIDTH - label.length());
        for (Map.Entry<String, Figures> run : runs().entrySet()) {
            String text = cell.apply(run);
            pad(row, COLUMN_WIDTH - text.length());
            row.append(text);
        }
        return row.toString();
    }

    private static void pad(StringBuilder row, int width) {
        row.append(" ".repeat(Math.max(0, width)));
    }

    private static String count(int number) {
        return Integer.toString(number);
    }

    private String threads(int busy) {
        return busy + " of " + settings.threads();
    }

    private static String opened(OptionalLong nanos) {
        return nanos.isPresent() ? span(nanos.getAsLong() / NANOS_PER_MILLI) : "never";
    }

    private String latency(long nanos) {
        return nanos >= settings.cutOff().toNanos()
                ? Durations.text(settings.cutOff()) + " or more"
                : span(nanos / NANOS_PER_MILLI);
    }

    private static String span(double millis) {
        return millis < MILLIS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / MILLIS_PER_SECOND);
    }

    /** Rounded down, so that 100 % means every one. */
    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", Math.floor(share * 1e4) / 1e2);
    }
}
