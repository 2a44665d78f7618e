package dev.plimsoll.bench.limits;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program behind {@code bench/limits}: plays the scenarios and prints what has come of them. */
public final class Limits {

    private Limits() {}

    /**
     * Plays what was asked for. The table goes to the output, progress to the error stream.
     *
     * @param args see {@code bench/limits --help}
     * @throws IOException when the page cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        Options options;
        try {
            options = Options.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Report report = play(options, System.err);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.print(report.text());
        Path page = options.page();
        if (page != null) {
            Files.writeString(page, report.into(Files.readString(page)));
        }
    }

    static Report play(Options options, PrintStream progress) {
        Report report = new Report();
        for (Scenario scenario : options.scenarios()) {
            progress.println(scenario.id() + " " + scenario.title());
            for (Contender contender : scenario.contenders()) {
                report.add(scenario, contender, Run.of(scenario, contender, options.seed(), options.quick()));
            }
        }
        return report;
    }
}
