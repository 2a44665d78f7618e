package dev.plimsoll.bench.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the runs have shown, in Markdown. The same runs give the same text, byte for byte. */
final class Report {

    static final String BEGIN = "<!-- begin of what bench/limits prints -->";
    static final String END = "<!-- end of what bench/limits prints -->";

    private static final double TARGET = 0.95;
    private static final List<Scenario> TARGETED = List.of(Scenario.S1A, Scenario.S1B, Scenario.S1C);
    private static final String HEAD = """
            | scenario | limit | goodput | p99 | refused | limit was |
            |---|---|---:|---:|---:|---:|
            """;

    private final List<String> titles = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();

    /** Adds a run. */
    void add(Scenario scenario, Contender contender, Tally tally) {
        String title = "- **" + scenario.id() + "** " + scenario.title();
        if (!titles.contains(title)) {
            titles.add(title);
        }
        rows.add(row(scenario, contender, tally));
        if (contender == Contender.ADAPTIVE && TARGETED.contains(scenario)) {
            verdicts.add(verdict(scenario, tally));
        }
    }

    /** One row of the table. */
    static String row(Scenario scenario, Contender contender, Tally tally) {
        return "| "
                + String.join(
                        " | ",
                        scenario.id(),
                        contender.shown(),
                        percent(tally.goodput()),
                        latency(scenario, tally),
                        percent(tally.refusedShare()),
                        range(contender, tally))
                + " |";
    }

    private static String latency(Scenario scenario, Tally tally) {
        double p99 = tally.p99Millis();
        return p99 <= scenario.deadlineMillis()
                ? String.format(Locale.ROOT, "%.0f ms", p99)
                : String.format(Locale.ROOT, "**over %.0f ms**", scenario.deadlineMillis());
    }

    private static String range(Contender contender, Tally tally) {
        if (contender == Contender.NONE) {
            return "–";
        }
        int low = tally.lowestLimit();
        int high = tally.highestLimit();
        return low == high ? Integer.toString(low) : low + "–" + high;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String verdict(Scenario scenario, Tally tally) {
        boolean met = tally.goodput() >= TARGET && tally.p99Millis() <= scenario.deadlineMillis();
        return "- adaptive, " + scenario.title() + ": " + percent(tally.goodput()) + ", p99 " + latency(scenario, tally)
                + ": " + (met ? "met" : "**MISSED**");
    }

    String text() {
        String targets = verdicts.isEmpty()
                ? ""
                : "\n\nTarget: goodput of at least 95 %, p99 within the deadline.\n\n" + String.join("\n", verdicts);
        return String.join("\n", titles) + "\n\n" + HEAD + String.join("\n", rows) + targets + "\n";
    }

    /**
     * The page with this text between its markers.
     *
     * @throws IllegalArgumentException when the page has no markers
     */
    String into(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page lacks \"" + BEGIN + "\" and \"" + END + "\"");
        }
        return page.substring(0, begin + BEGIN.length()) + "\n\n" + text() + "\n" + page.substring(end);
    }
}
