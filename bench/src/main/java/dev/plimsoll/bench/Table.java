package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** One run as Markdown: the targets first, then a part for each scenario. */
final class Table {

    private static final int[] THREADS = {1, 2};

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private Table(Results results) {
        this.results = results;
    }

    /**
     * Writes the table.
     *
     * @param results of one run: ratios across runs mean nothing
     * @param setting lines that say where and how it was measured
     */
    static String of(Results results, List<String> setting) {
        Table table = new Table(results);
        table.line("# A guarded call that returns a value");
        table.line("");
        setting.forEach(line -> table.line("- " + line));
        table.targets();
        for (Scenario scenario : Scenario.values()) {
            table.part(scenario, 0);
            if (scenario.alsoFailing()) {
                table.part(scenario, 1);
            }
        }
        return table.text.toString();
    }

    private void targets() {
        int met = 0;
        int unknown = 0;
        List<String> missed = new ArrayList<>();
        for (Target target : Target.all()) {
            Optional<Target.Verdict> verdict = target.judge(results);
            if (verdict.isEmpty()) {
                unknown++;
            } else if (verdict.get().met()) {
                met++;
            } else {
                missed.add(target.benchmark() + ", " + threads(target.threads()) + ", " + target.wording() + ": "
                        + verdict.get());
            }
        }
        line("");
        line("Targets (all calls good): %d met, %d missed, %d not measured.", met, missed.size(), unknown);
        missed.forEach(one -> line("- " + one));
    }

    private void part(Scenario scenario, int failing) {
        List<String> rows = new ArrayList<>();
        for (Rows.Entry entry : Rows.all()) {
            if (entry.scenario() == scenario) {
                for (int threads : THREADS) {
                    results.of(entry.benchmark(), failing, threads)
                            .ifPresent(measured -> rows.add(row(entry, measured, failing, threads)));
                }
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        String calls = !scenario.alsoFailing() ? "" : failing == 0 ? "; all calls good" : "; " + failing + " % failing";
        line("");
        line("## " + scenario.title() + calls);
        line("");
        line("| subject | threads | ns/op | forks | B/op | ratio | target | remark |");
        line("|---|--:|--:|--:|--:|--:|---|---|");
        rows.forEach(this::line);
    }

    private String row(Rows.Entry entry, Measurement measured, int failing, int threads) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s–%s | %s | %s | %s | %s |",
                entry.row().subject(),
                threads,
                nanos(measured.median()),
                nanos(measured.fastest()),
                nanos(measured.slowest()),
                bytes(measured.worstBytes()),
                ratio(entry, measured.median(), failing, threads),
                failing == 0 ? verdicts(entry, threads) : "",
                entry.row().remark());
    }

    /** Ours as a part of Resilience4j's time, a peer's as a multiple of ours. */
    private String ratio(Rows.Entry entry, double median, int failing, int threads) {
        if (entry.owner() == Rows.LIMITS) {
            return "";
        }
        if (entry.owner() == Rows.PLIMSOLL) {
            return Target.fastestResilience4j(results, entry.scenario(), failing, threads)
                    .map(theirs -> fraction(median / theirs) + " of Resilience4j")
                    .orElse("");
        }
        return Rows.of(Rows.PLIMSOLL, entry.scenario()).stream()
                .findFirst()
                .flatMap(ours -> results.of(ours.benchmark(), failing, threads))
                .map(ours -> String.format(Locale.ROOT, "%.1f × Plimsoll", median / ours.median()))
                .orElse("");
    }

    private String verdicts(Rows.Entry entry, int threads) {
        return Target.all().stream()
                .filter(target -> target.benchmark().equals(entry.benchmark()) && target.threads() == threads)
                .map(target -> target.wording() + ": "
                        + target.judge(results).map(Target.Verdict::toString).orElse("not measured"))
                .collect(Collectors.joining("; "));
    }

    /** A part of a whole: 1/7.2, or 1.31 when it is more than the whole. */
    static String fraction(double part) {
        return part <= 1 ? String.format(Locale.ROOT, "1/%.1f", 1 / part) : String.format(Locale.ROOT, "%.2f", part);
    }

    static String nanos(double nanos) {
        return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%.0f", nanos);
    }

    static String bytes(double bytes) {
        return Double.isNaN(bytes) ? "?" : String.format(Locale.ROOT, "%.0f", bytes);
    }

    private static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }

    private void line(String pattern, Object... values) {
        text.append(values.length == 0 ? pattern : String.format(Locale.ROOT, pattern, values))
                .append('\n');
    }
}
