package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** One run as Markdown: the targets first, then a part for each scenario. */
final class Table {

    private final Results results;
    private final List<Row> rows = Rows.all();
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
        List<String> lines = new ArrayList<>();
        List<String> missed = new ArrayList<>();
        for (Target target : Target.all()) {
            Optional<Target.Verdict> verdict = target.judge(results);
            if (verdict.isEmpty()) {
                unknown++;
                continue;
            }
            met += verdict.get().met() ? 1 : 0;
            (verdict.get().met() ? lines : missed)
                    .add(String.format(
                            Locale.ROOT,
                            "| %s%s | %d | %s | %s |",
                            target.row(),
                            target.failing() == 0 ? "" : ", " + target.failing() + " % failing",
                            target.threads(),
                            target.wording(),
                            verdict.get()));
        }
        line("");
        line("### Targets");
        line("");
        line(String.format(Locale.ROOT, "%d met, %d missed, %d not measured.", met, missed.size(), unknown));
        if (met + missed.size() > 0) {
            line("");
            line("| row | threads | target | measured |");
            line("|---|--:|---|---|");
            missed.forEach(this::line);
            lines.forEach(this::line);
        }
    }

    private void part(Scenario scenario, int failing) {
        List<Row> measured = rows.stream()
                .filter(row ->
                        row.scenario() == scenario && !threads(row, failing).isEmpty())
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        List<Integer> threads = Plan.THREADS.stream()
                .filter(count ->
                        measured.stream().anyMatch(row -> threads(row, failing).contains(count)))
                .toList();
        String calls = !scenario.alsoFailing() ? "" : failing == 0 ? "; all calls good" : "; " + failing + " % failing";
        line("");
        line("### " + scenario.title() + calls);
        line("");
        if (scenario.floor() != Floor.NONE) {
            line("The limit: " + scenario.floor().words() + ".");
            line("");
        }
        line("| subject |"
                + threads.stream()
                        .map(count -> " ns/op, " + (count == 1 ? "1 thread" : count + " threads") + " |")
                        .collect(Collectors.joining())
                + " B/op | ratio | to the limit | remark |");
        line("|---|" + "--:|".repeat(threads.size()) + "--:|---|---|---|");
        measured.forEach(row -> line(row(row, failing, threads)));
    }

    private List<Integer> threads(Row row, int failing) {
        return Plan.THREADS.stream()
                .filter(threads -> results.of(row.key(), failing, threads).isPresent())
                .toList();
    }

    private String row(Row row, int failing, List<Integer> threads) {
        return "| " + row.title() + " |"
                + threads.stream()
                        .map(count -> " " + times(row, failing, count) + " |")
                        .collect(Collectors.joining())
                + " " + bytes(row, failing, threads)
                + " | " + ratios(row, failing, threads)
                + " | " + joined(threads, count -> floor(row, failing, count))
                + " | " + row.remarks() + " |";
    }

    private String times(Row row, int failing, int threads) {
        return results.of(row.key(), failing, threads)
                .map(measured -> nanos(measured.median())
                        + (measured.nanos().size() == 1
                                ? ""
                                : " (" + nanos(measured.fastest()) + "–" + nanos(measured.slowest()) + ")"))
                .orElse("");
    }

    private String bytes(Row row, int failing, List<Integer> threads) {
        return bytes(threads.stream()
                .flatMap(count -> results.of(row.key(), failing, count).stream())
                .mapToDouble(Measurement::worstBytes)
                .max()
                .orElse(Double.NaN));
    }

    /** Ours as a part of the best peer's time, a peer's as a multiple of ours; one for each number of threads. */
    private String ratios(Row row, int failing, List<Integer> threads) {
        if (!row.scenario().isGuarded()) {
            return "";
        }
        return row.isOurs()
                ? joined(threads, count -> toTheBestPeer(row, failing, count))
                : joined(threads, count -> toOurs(row, failing, count));
    }

    private Optional<String> toTheBestPeer(Row row, int failing, int threads) {
        return Peers.fastest(results, row.scenario(), failing, threads)
                .flatMap(best -> results.of(row.key(), failing, threads)
                        .map(ours -> fraction(ours.median() / best.nanos()) + " of "
                                + best.row().title()));
    }

    private Optional<String> toOurs(Row row, int failing, int threads) {
        return rows.stream()
                .filter(ours -> ours.isOurs() && ours.scenario() == row.scenario())
                .findFirst()
                .flatMap(ours -> results.of(ours.key(), failing, threads))
                .flatMap(ours -> results.of(row.key(), failing, threads)
                        .map(theirs -> String.format(Locale.ROOT, "%.1f ×", theirs.median() / ours.median())));
    }

    private Optional<String> floor(Row row, int failing, int threads) {
        return row.scenario()
                .floor()
                .nanos(results, threads)
                .flatMap(least -> results.of(row.key(), failing, threads)
                        .map(measured -> String.format(Locale.ROOT, "%.2f ×", measured.median() / least)));
    }

    /** One after the other; where all are of the same peer, its name is said once. */
    private static String joined(List<Integer> threads, IntFunction<Optional<String>> part) {
        List<String> parts =
                threads.stream().flatMap(count -> part.apply(count).stream()).toList();
        List<String> names = parts.stream()
                .map(one -> one.contains(" of ") ? one.substring(one.indexOf(" of ")) : "")
                .distinct()
                .toList();
        return names.size() != 1
                ? String.join("; ", parts)
                : parts.stream()
                                .map(one -> one.substring(
                                        0, one.length() - names.get(0).length()))
                                .collect(Collectors.joining("; "))
                        + names.get(0);
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

    private void line(String words) {
        text.append(words).append('\n');
    }
}
