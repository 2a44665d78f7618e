package dev.plimsoll.cli.amplification;

import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.Durations;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured, for people and for programs.
 *
 * @param settings what was asked for
 * @param unbudgeted all fail, no budgets
 * @param budgeted all fail, budgets
 * @param edge all fail, no budgets, only the client retries
 * @param healthy a few fail at random, budgets
 */
record Report(Settings settings, Figures unbudgeted, Figures budgeted, Figures edge, Figures healthy) {
    static final double RATIO = 0.1;
    static final long MINIMUM = 0;
    static final double FAILING = 0.05;

    private static final double LEAST_SUCCESS = 0.99;
    private static final double LEAST_OF_RATE = 0.9;
    private static final int DECIMALS = 4;

    /** One object on one line. */
    String json() {
        return Json.line(line -> line.number("layers", Chain.LAYERS)
                .number("attempts", Chain.ATTEMPTS)
                .number("unbudgeted", unbudgeted.amplification(), decimals(unbudgeted.amplification()))
                .number("budgeted", budgeted.amplification(), decimals(budgeted.amplification()))
                .number("offered", budgeted.offered())
                .number("bottom_calls", budgeted.bottomCalls())
                .number("minimum", MINIMUM)
                .number("success_at_5_percent_failures", healthy.success(), decimals(healthy.success())));
    }

    /** As few as show the number, between one and four. */
    private static int decimals(double number) {
        int needed = BigDecimal.valueOf(number).stripTrailingZeros().scale();
        return Math.max(1, Math.min(DECIMALS, needed));
    }

    /** What was done, the table, and what was not as it should be. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(story());
        lines.add("");
        lines.add(row("", List.of("offered", "per s", "reached s5", "per call", "success", "lost")));
        lines.add(row("all fail, no budgets", unbudgeted));
        lines.add(row("all fail, budgets", budgeted));
        lines.add(row("all fail, retries at the edge", edge));
        lines.add(row("5 % fail at random, budgets", healthy));
        return lines;
    }

    /** What was not as it should be; empty when all was. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (budgeted.amplification() > most()) {
            complaints.add("with budgets s5 was reached more than %s times per call: %s"
                    .formatted(number(most()), number(budgeted.amplification())));
        }
        if (healthy.success() < LEAST_SUCCESS) {
            complaints.add(
                    "with 5 %% failures fewer than 99 %% of the calls succeeded: %s".formatted(percent(healthy)));
        }
        for (Figures figures : List.of(budgeted, healthy)) {
            if (figures.rate() < LEAST_OF_RATE * settings.rate()) {
                complaints.add("this machine could not offer %d calls a second, only %.0f"
                        .formatted(settings.rate(), figures.rate()));
            }
        }
        return complaints;
    }

    private static double most() {
        return Math.pow(1 + RATIO, Chain.LAYERS);
    }

    private List<String> story() {
        return List.of(
                "Real HTTP on the loopback interface: client -> s1 -> s2 -> s3 -> s4 -> s5. The client and s1 to s4",
                "call through a guard each: %d attempts without pauses, for pauses would only spread the same calls."
                        .formatted(Chain.ATTEMPTS),
                "Budgets: 10 %% of the calls of the last %s, minimum %d, one per guard; %d windows of %d calls a second."
                        .formatted(Durations.text(settings.window()), MINIMUM, settings.windows(), settings.rate()),
                "By arithmetic: at most 1.1^%d = %s calls at s5 per call. Without budgets, %d^%d = %d; so only"
                        .formatted(Chain.LAYERS, number(most()), Chain.ATTEMPTS, Chain.LAYERS, (long)
                                Math.pow(Chain.ATTEMPTS, Chain.LAYERS)),
                "%d calls are offered then, four at once. At the edge: the client marks its calls, s1 to s4 do not retry."
                        .formatted(settings.storm()));
    }

    private static String row(String title, Figures figures) {
        return row(
                title,
                List.of(
                        Long.toString(figures.offered()),
                        String.format(Locale.ROOT, "%.0f", figures.rate()),
                        Long.toString(figures.bottomCalls()),
                        number(figures.amplification()),
                        percent(figures),
                        Long.toString(figures.lost())));
    }

    private static String row(String title, List<String> cells) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-30s", title));
        cells.forEach(cell -> row.append(String.format(Locale.ROOT, "%11s", cell)));
        return row.toString();
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    /** Rounded down, so that 100 % means every one. */
    private static String percent(Figures figures) {
        return String.format(Locale.ROOT, "%.2f %%", Math.floor(figures.success() * 1e4) / 1e2);
    }
}
