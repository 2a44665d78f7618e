package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs the benchmarks and prints the tables. The tables go to the output, progress to the error stream. */
public final class Run {

    /** What {@code --against} says of ratios that lie outside, or when there was none to look at. */
    private static final int EXIT_OUTSIDE = 3;

    /** Where more than so many have to do with ratios that lie outside, it is not by chance; and it would take too long. */
    private static final int MOST_AGAIN = 6;

    private final Arguments arguments;
    private final PrintStream progress;
    private final Path folder;

    private Run(Arguments arguments, PrintStream progress, Path folder) {
        this.arguments = arguments;
        this.progress = progress;
        this.folder = folder;
    }

    /**
     * The program behind {@code bench/run}.
     *
     * @param args see {@code bench/run --help}
     * @throws Exception when results cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        Arguments arguments;
        Results before = Results.none();
        try {
            arguments = Arguments.parse(List.of(args));
            Path against = arguments.against();
            if (against != null) {
                before = Results.given("--against", against);
            }
            Path page = arguments.page();
            if (page != null && arguments.isWhole()) {
                Page.TABLES.check(page);
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(new Run(arguments, System.err, Files.createTempDirectory("plimsoll-bench")).run(before));
    }

    /** Measures, and says what came of it; the exit code. */
    private int run(Results before) throws IOException, InterruptedException {
        Files.createDirectories(arguments.out());
        List<String> setting = new ArrayList<>(Setting.lines(arguments));
        Plan plan = Plan.of(arguments.quick(), arguments.only(), before);
        Launch launch = new Launch(arguments.quick(), folder, arguments.out());
        Rounds rounds = new Rounds(plan, arguments.forks(), launch::of, System::nanoTime, progress);
        Results results = lookedAgain(rounds, before, rounds.measure(arguments.json()));
        setting.addAll(Setting.lines(rounds));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        String tables = Table.of(results, setting);
        out.print(tables);
        boolean agrees = true;
        if (arguments.against() != null) {
            Against against = Against.of(before, results);
            out.print(against.words());
            agrees = against.agrees();
        }
        intoPage(results, tables);
        rounds.failed().forEach(share -> progress.println("No result: " + share));
        return rounds.failed().isEmpty() ? agrees ? 0 : EXIT_OUTSIDE : 1;
    }

    /** One virtual machine cannot tell which of two ways the compiler has gone: where that may be it, others are asked. */
    private Results lookedAgain(Rounds rounds, Results before, Results results)
            throws IOException, InterruptedException {
        Set<String> outside = Against.of(before, results).outside();
        boolean few = arguments.forks() == 1 && !outside.isEmpty() && outside.size() <= MOST_AGAIN;
        return few ? rounds.again(share -> outside.contains(share.toString()), arguments.json()) : results;
    }

    private void intoPage(Results results, String tables) throws IOException {
        Path page = arguments.page();
        if (page == null) {
            return;
        }
        if (arguments.isWhole()) {
            Page.TABLES.fill(page, tables);
            Files.writeString(Page.numbers(page), results.brief());
        } else {
            progress.println("Not written into " + page.getFileName() + ": that takes all rows, and at least "
                    + Arguments.FORKS + " rounds");
        }
    }
}
