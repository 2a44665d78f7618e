package dev.plimsoll.bench.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program behind {@code bench/soak}: calls real guards under every kind of fault, and looks whether anything is left. */
public final class Soak {

    private Soak() {}

    /**
     * Soaks. The report goes to the output, progress to the error stream.
     *
     * @param args see {@code bench/soak --help}
     * @throws IOException when no child process can be started
     * @throws InterruptedException when somebody wants it to end
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (options.stops()) {
            System.exit(Stopper.run(List.of(args), options.seed()));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Result> results = play(options, out, System.err);
        if (options.json()) {
            out.print(Report.json(options.seed(), results));
        }
        System.exit(results.stream().allMatch(Result::isClean) ? 0 : 1);
    }

    static List<Result> play(Options options, PrintStream out, PrintStream progress) throws InterruptedException {
        progress.println("The seed is " + options.seed());
        Duration each = options.lasting().dividedBy(options.threads().size());
        List<Result> results = new ArrayList<>();
        for (Kind kind : options.threads()) {
            Result result = Run.of(kind, each, options.seed(), progress);
            if (!options.json()) {
                out.print(Report.text(result));
            }
            results.add(result);
        }
        return results;
    }
}
