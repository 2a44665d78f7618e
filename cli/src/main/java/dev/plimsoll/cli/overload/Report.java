package dev.plimsoll.cli.overload;

import dev.plimsoll.cli.option.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What all rows came to, for people.
 *
 * @param settings of all of them
 * @param rows in the order in which they were measured
 */
record Report(Settings settings, List<Row> rows) {
    private static final double LEAST_GOODPUT = 0.85;
    private static final double DROWNED = 0.1;
    private static final double LEAST_CRITICAL = 0.99;

    /** What was done, the table, and what it means. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(story());
        lines.add("");
        lines.add(
                line("policy", List.of("load", "goodput", "p99", "CRITICAL", "refused", "gave up", "in vain", "late")));
        rows.forEach(row -> lines.add(line(row)));
        List<String> verdicts = verdicts();
        if (!verdicts.isEmpty()) {
            lines.add("");
            lines.addAll(verdicts);
        }
        return lines;
    }

    private List<String> story() {
        return List.of(
                "A real HTTP/2 server on the loopback interface: %d workers that wait %s for each request, behind"
                        .formatted(Settings.WORKERS, Durations.text(Settings.WORK)),
                "a queue without a bound: %d requests a second. Requests come at random and do not care how others"
                        .formatted(Settings.CAPACITY),
                "fare; a client gives up %s after the time at which its request should have been sent. %.0f %% are"
                        .formatted(Durations.text(Settings.DEADLINE), 100 * Settings.CRITICAL),
                "CRITICAL, %.0f %% NORMAL, the rest SHEDDABLE. Each row: %s of warm-up, then %s that count."
                        .formatted(
                                100 * Settings.NORMAL,
                                Durations.text(settings.warmUp()),
                                Durations.text(settings.measured())),
                "Goodput: answered in time, of what the service can do. CRITICAL: answered in time, of those that",
                "came. p99: of who was not refused. In vain: of the work, what was done for who had given up.",
                "Late: sent more than %s late, by our own fault; over %.0f %% voids the row. Bulkhead: %d at once."
                        .formatted(Durations.text(Settings.LATE), 100 * Settings.MOST_LATE, settings.bulkhead()));
    }

    private static String line(Row row) {
        String late = percent(row.lateTicks(), 2);
        if (row.isVoid()) {
            return line(row.policy().label(), List.of(row.load() + "x", "void", "-", "-", "-", "-", "-", late));
        }
        Counts counts = row.counts();
        return line(
                row.policy().label(),
                List.of(
                        row.load() + "x",
                        percent(row.goodput(), 1),
                        latency(row.p99Millis()),
                        percent(row.criticalSuccess(), 1),
                        percent(counts.share(counts.refused()), 1),
                        percent(counts.share(counts.gaveUp()), 1),
                        percent(row.inVain(), 1),
                        late));
    }

    private static String line(String policy, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-11s", policy));
        line.append(String.format(Locale.ROOT, "%5s", cells.get(0)));
        cells.subList(1, cells.size()).forEach(cell -> line.append(String.format(Locale.ROOT, "%11s", cell)));
        return line.toString();
    }

    private static String latency(double millis) {
        if (Double.isNaN(millis)) {
            return "-";
        }
        boolean over = millis >= Settings.DEADLINE.toMillis();
        return String.format(Locale.ROOT, over ? ">%.0f ms" : "%.0f ms", millis);
    }

    /** Rounded down, so that 100 % means every one. */
    private static String percent(double share, int decimals) {
        if (Double.isNaN(share)) {
            return "-";
        }
        double unit = Math.pow(10, decimals);
        return String.format(Locale.ROOT, "%." + decimals + "f %%", Math.floor(share * 100 * unit) / unit);
    }

    /** What was to be shown, load by load, where it could be. */
    private List<String> verdicts() {
        List<String> verdicts = new ArrayList<>();
        for (Row none : rows) {
            if (none.policy() == Policy.NONE && !none.isVoid() && none.goodput() < DROWNED) {
                sound(Policy.ADAPTIVE, none.load()).ifPresent(row -> verdicts.add(goodput(none, row)));
            }
        }
        for (Row row : rows) {
            if (row.policy() == Policy.CRITICALITY && !row.isVoid()) {
                boolean met = row.criticalSuccess() >= LEAST_CRITICAL;
                verdicts.add("%dx, criticality: CRITICAL requests answered in time %s, target 99 %%: %s"
                        .formatted(row.load(), percent(row.criticalSuccess(), 2), met ? "met" : "MISSED"));
            }
        }
        return verdicts;
    }

    private static String goodput(Row none, Row adaptive) {
        return "%dx, adaptive limit: goodput %s, target 85 %% where it is %s without: %s"
                .formatted(
                        adaptive.load(),
                        percent(adaptive.goodput(), 1),
                        percent(none.goodput(), 1),
                        adaptive.goodput() >= LEAST_GOODPUT ? "met" : "MISSED");
    }

    private Optional<Row> sound(Policy policy, int load) {
        return rows.stream()
                .filter(row -> row.policy() == policy && row.load() == load && !row.isVoid())
                .findFirst();
    }

    /** How many rows say nothing. */
    long voided() {
        return rows.stream().filter(Row::isVoid).count();
    }
}
