package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        table.machine();
        table.targets();
        table.slower();
        for (Scenario scenario : Scenario.values()) {
            table.part(scenario, 0);
            if (scenario.alsoFailing()) {
                table.part(scenario, 1);
            }
        }
        return table.text.toString();
    }

    /** How fast the machine is: ratios to the limit hold for one that is like it. */
    private void machine() {
        List<Row> measured = FloorRows.MACHINE.stream()
                .map(Rows::named)
                .filter(row -> !threads(row, 0).isEmpty())
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        List<Integer> threads = threads(measured, 0);
        section("The machine: ratios to the limit hold for one that is as fast in each of these");
        line("| |" + heads(threads));
        line("|---|" + "--:|".repeat(threads.size()));
        measured.forEach(row -> line("| " + row.variant() + " |" + cells(row, 0, threads)));
    }

    private void targets() {
        Map<Target.Outcome, List<String>> lines = new EnumMap<>(Target.Outcome.class);
        int unknown = 0;
        for (Target target : Target.all()) {
            Optional<Target.Verdict> verdict = target.judge(results);
            if (verdict.isEmpty()) {
                unknown++;
                continue;
            }
            lines.computeIfAbsent(verdict.get().outcome(), outcome -> new ArrayList<>())
                    .add(String.format(
                            Locale.ROOT,
                            "| %s | %d | %s | %s |",
                            named(target.row(), target.failing()),
                            target.threads(),
                            target.wording(),
                            verdict.get()));
        }
        List<String> met = lines.getOrDefault(Target.Outcome.MET, List.of());
        List<String> missed = lines.getOrDefault(Target.Outcome.MISSED, List.of());
        List<String> unsteady = lines.getOrDefault(Target.Outcome.UNSTEADY, List.of());
        section("Targets");
        line(String.format(
                Locale.ROOT,
                "%d met, %d missed, %d not judged, for something was unsteady, %d not measured.",
                met.size(),
                missed.size(),
                unsteady.size(),
                unknown));
        if (!lines.isEmpty()) {
            line("");
            line("| row | threads | target | measured |");
            line("|---|--:|---|---|");
            missed.forEach(this::line);
            unsteady.forEach(this::line);
            met.forEach(this::line);
        }
    }

    /** Where a peer is faster, whether there is a target or not. */
    private void slower() {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            for (int failing = 0; row.isOurs() && row.isComparable() && failing <= 1; failing++) {
                for (int threads : Plan.THREADS) {
                    slower(row, failing, threads).ifPresent(lines::add);
                }
            }
        }
        if (!lines.isEmpty()) {
            section("Slower than the best peer");
            line("| row | threads | ns/op | the best peer | ns/op | ratio | |");
            line("|---|--:|--:|---|--:|--:|---|");
            lines.forEach(this::line);
        }
    }

    private Optional<String> slower(Row row, int failing, int threads) {
        return Peers.fastest(results, row.scenario(), failing, threads)
                .flatMap(best -> results.of(row.key(), failing, threads)
                        .filter(ours -> ours.median() > best.nanos())
                        .map(ours -> String.format(
                                Locale.ROOT,
                                "| %s | %d | %s | %s | %s | %.2f | %s |",
                                named(row.key(), failing),
                                threads,
                                nanos(ours.median()),
                                best.row().key(),
                                nanos(best.nanos()),
                                ours.median() / best.nanos(),
                                ours.isUnsteady() || best.measured().isUnsteady() ? "unsteady" : "")));
    }

    /** With what is said beside a row's name where some of its calls fail. */
    static String named(String row, int failing) {
        return row + (failing == 0 ? "" : ", " + failing + " % failing");
    }

    private void part(Scenario scenario, int failing) {
        List<Row> measured = rows.stream()
                .filter(row ->
                        row.scenario() == scenario && !threads(row, failing).isEmpty())
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        List<Integer> threads = threads(measured, failing);
        String calls = !scenario.alsoFailing() ? "" : failing == 0 ? "; all calls good" : "; " + failing + " % failing";
        section(scenario.title() + calls);
        if (scenario.floor() != Floor.NONE) {
            line("The limit: " + scenario.floor().words() + ".");
            line("");
        }
        line("| subject |" + heads(threads) + " B/op | ratio | to the limit | remark |");
        line("|---|" + "--:|".repeat(threads.size()) + "--:|---|---|---|");
        measured.forEach(row -> line(row(row, failing, threads)));
    }

    private static String heads(List<Integer> threads) {
        return threads.stream()
                .map(count -> " ns/op, " + (count == 1 ? "1 thread" : count + " threads") + " |")
                .collect(Collectors.joining());
    }

    private List<Integer> threads(List<Row> measured, int failing) {
        return Plan.THREADS.stream()
                .filter(count ->
                        measured.stream().anyMatch(row -> threads(row, failing).contains(count)))
                .toList();
    }

    private List<Integer> threads(Row row, int failing) {
        return Plan.THREADS.stream()
                .filter(threads -> results.of(row.key(), failing, threads).isPresent())
                .toList();
    }

    private String row(Row row, int failing, List<Integer> threads) {
        return "| " + row.title() + " |" + cells(row, failing, threads) + " " + bytes(row, failing, threads)
                + " | " + ratios(row, failing, threads)
                + " | " + joined(threads, count -> floor(row, failing, count))
                + " | " + row.remarks() + " |";
    }

    private String cells(Row row, int failing, List<Integer> threads) {
        return threads.stream()
                .map(count -> " " + times(row, failing, count) + " |")
                .collect(Collectors.joining());
    }

    private String times(Row row, int failing, int threads) {
        return results.of(row.key(), failing, threads).map(Table::times).orElse("");
    }

    /** "12.1 (11.7–12.4), 1 of 5 unsteady". */
    private static String times(Measurement measured) {
        int forks = measured.forks().size();
        if (forks == 1) {
            return nanos(measured.median()) + (measured.isUnsteady() ? ", unsteady" : "");
        }
        int unsteady = measured.unsteadyForks();
        return nanos(measured.median()) + " (" + nanos(measured.fastest()) + "–" + nanos(measured.slowest()) + ")"
                + (unsteady == 0 ? "" : ", " + unsteady + " of " + forks + " unsteady");
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
        if (!row.scenario().isGuarded() || (row.isOurs() && !row.isComparable())) {
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
        return counterpart(row)
                .flatMap(ours -> results.of(ours.key(), failing, threads))
                .flatMap(ours -> results.of(row.key(), failing, threads)
                        .map(theirs -> String.format(Locale.ROOT, "%.1f ×", theirs.median() / ours.median())));
    }

    /** Our row that a peer's is a multiple of: the one of the same variant, where there is one, or the first. */
    private Optional<Row> counterpart(Row row) {
        List<Row> ours = rows.stream()
                .filter(each -> each.isOurs() && each.isComparable() && each.scenario() == row.scenario())
                .toList();
        return ours.stream()
                .filter(each -> each.variant().equals(row.variant()))
                .findFirst()
                .or(() -> ours.stream().findFirst());
    }

    private Optional<String> floor(Row row, int failing, int threads) {
        return row.scenario()
                .floor()
                .measured(results, threads)
                .flatMap(least -> results.of(row.key(), failing, threads)
                        .map(measured -> String.format(Locale.ROOT, "%.2f ×", measured.median() / least.median())));
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

    private void section(String title) {
        line("");
        line("### " + title);
        line("");
    }

    private void line(String words) {
        text.append(words).append('\n');
    }
}
