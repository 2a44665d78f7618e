package dev.plimsoll.cli.amplification;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll amplification}: measures what retries of five layers do to the service at the bottom. */
@Command(
        name = "amplification",
        header = "Measures how retries of five layers multiply, with budgets and without.",
        description = {
            "",
            "Five real HTTP services on the loopback interface, client -> s1 -> ... -> s5. The client and s1 to s4 call "
                    + "through a guard with three attempts each, without pauses; calls are counted at s5. First all calls "
                    + "of s5 fail: without budgets, with budgets of 10 %% and no minimum, and with retries at the edge "
                    + "only. Then 5 %% of them fail at random, with budgets.",
            "",
            "Progress goes to standard error, the result to standard output. With the defaults it takes 50 s. It has "
                    + "failed, with exit code 1, when a budget let more than 1.1^5 calls per call through, fewer than "
                    + "99 %% of the calls succeeded at 5 %% failures, or the machine was too slow for the rate.",
            ""
        })
public final class AmplificationCommand implements Callable<Integer> {
    private static final int LEAST_RATE = 10;
    private static final int MOST_RATE = 2000;
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_WINDOWS = 100;
    private static final int MOST_STORM = 1000;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "220",
            description = "calls offered a second, where there are budgets (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "the window of the budgets (default: ${DEFAULT-VALUE})")
    private Duration window = Duration.ZERO;

    @Option(
            names = "--windows",
            paramLabel = "N",
            defaultValue = "2",
            description = "for how many windows calls are offered (default: ${DEFAULT-VALUE})")
    private int windows;

    @Option(
            names = "--storm",
            paramLabel = "N",
            defaultValue = "20",
            description = "calls offered where there are no budgets; each becomes 363 requests "
                    + "(default: ${DEFAULT-VALUE})")
    private int storm;

    @Option(
            names = "--json",
            description = "print one JSON object: calls at s5 per call, without budgets and with, and the client's "
                    + "success at 5 %% failures")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public AmplificationCommand() {}

    /**
     * Measures and prints what came out.
     *
     * @return the exit code: 0 when it was as it should be
     * @throws CommandFailure when it was not, or could not be measured
     */
    @Override
    public Integer call() throws CommandFailure {
        Report report = measure(settings());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
        }
        List<String> complaints = report.complaints();
        if (!complaints.isEmpty()) {
            throw new CommandFailure(String.join("; ", complaints));
        }
        return ExitCode.OK;
    }

    private Settings settings() {
        Check check = new Check("amplification");
        check.that(
                rate >= LEAST_RATE && rate <= MOST_RATE, "--rate", "must be " + LEAST_RATE + " to " + MOST_RATE, rate);
        check.that(
                window.compareTo(SHORTEST) >= 0 && window.compareTo(LONGEST) <= 0,
                "--window",
                "must be " + Durations.text(SHORTEST) + " to " + Durations.text(LONGEST),
                Durations.text(window));
        check.that(windows >= 1 && windows <= MOST_WINDOWS, "--windows", "must be 1 to " + MOST_WINDOWS, windows);
        check.that(storm >= 1 && storm <= MOST_STORM, "--storm", "must be 1 to " + MOST_STORM, storm);
        check.done();
        return new Settings(rate, window, windows, storm);
    }

    private Report measure(Settings settings) throws CommandFailure {
        PrintWriter err = spec.commandLine().getErr();
        err.println("amplification: about " + settings.seconds() + " s to go");
        Supplier<RetryBudget> budgets = () -> RetryBudget.create(
                b -> b.ratio(Report.RATIO).minimumPerSecond(Report.MINIMUM).over(settings.window()));
        try {
            Figures unbudgeted = phase("all fail, no budgets")
                    .storm(new Chain.Wiring(RetryBudget::unlimited, false, 1), settings.storm());
            Figures budgeted = phase("all fail, budgets")
                    .steady(new Chain.Wiring(budgets, false, 1), settings.calls(), settings.rate());
            Figures edge = phase("all fail, retries at the edge")
                    .storm(new Chain.Wiring(RetryBudget::unlimited, true, 1), settings.storm());
            Figures healthy = phase("5 % fail at random, budgets")
                    .steady(new Chain.Wiring(budgets, false, Report.FAILING), settings.calls(), settings.rate());
            return new Report(settings, unbudgeted, budgeted, edge, healthy);
        } catch (IOException e) {
            throw new CommandFailure("it could not be measured (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted before all was measured", e);
        }
    }

    private Phase phase(String title) {
        return new Phase(
                "amplification: " + title, Time.system(), spec.commandLine().getErr()::println);
    }
}
