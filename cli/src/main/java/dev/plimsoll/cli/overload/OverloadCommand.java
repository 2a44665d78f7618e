package dev.plimsoll.cli.overload;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll overload}: measures what too much load does to a service, by what stands at its door. */
@Command(
        name = "overload",
        header = "Measures a service under too much load, by what stands at its door.",
        description = {
            "",
            "A real HTTP/2 server on the loopback interface: 16 workers that wait 20 ms for each request, behind a queue "
                    + "without a bound, so 800 requests a second. Requests come at random, at 1, 2, 5 and 10 times that; "
                    + "a client gives up 200 ms after the time at which its request should have been sent. At the door "
                    + "stands nothing (none), a fixed limit (bulkhead), a limit that finds its size (adaptive), or a "
                    + "shedder that refuses what matters least (criticality).",
            "",
            "Goodput is what was answered in time, counted by the clients, of what the service can do. If more than 1 %% "
                    + "of the requests were sent over 10 ms late, by our own fault, the row is void: it is measured once "
                    + "more, and if that does not help, the exit code is 1. Server and clients need two processors that "
                    + "nobody else uses.",
            "",
            "Progress goes to standard error, the result to standard output. With the defaults it takes 11 minutes.",
            ""
        })
public final class OverloadCommand implements Callable<Integer> {
    private static final int LONGEST = 3600;
    private static final int MOST_LOAD = 15; // CRITICAL requests alone are below the capacity then
    private static final int MOST_AT_ONCE = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "how long each row is measured (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many seconds requests come before that (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--loads",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,5,10",
            description = "how much is offered, as multiples of the capacity (default: ${DEFAULT-VALUE})")
    private List<Integer> loads = List.of();

    @Option(
            names = "--policies",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "none,bulkhead,adaptive,criticality",
            converter = Policy.Names.class,
            description = "what stands at the door (default: ${DEFAULT-VALUE})")
    private List<Policy> policies = List.of();

    @Option(
            names = "--bulkhead",
            paramLabel = "N",
            defaultValue = "32",
            description = "how many the fixed limit lets in at once (default: ${DEFAULT-VALUE})")
    private int bulkhead;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            defaultValue = "overload.svg",
            description = "where to draw the result (default: ${DEFAULT-VALUE})")
    private Path svg = Path.of("");

    @Option(
            names = "--json",
            description = "print one JSON object for each row, as soon as it is measured; shares are 0 to 1")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public OverloadCommand() {}

    /**
     * Measures all rows and shows what they came to.
     *
     * @return the exit code: 0 when everything was measured, whatever came out
     * @throws CommandFailure when something could not be measured, or drawn
     */
    @Override
    public Integer call() throws CommandFailure {
        Settings settings = settings();
        Report report = new Report(settings, measure(settings));
        if (!json) {
            report.lines().forEach(spec.commandLine().getOut()::println);
        }
        draw(new Chart(settings, report.rows()));
        if (report.voided() > 0) {
            throw new CommandFailure(report.voided() + " of " + report.rows().size()
                    + " rows are void: this machine was too slow, or too busy with other things");
        }
        return ExitCode.OK;
    }

    private Settings settings() {
        Check check = new Check("overload");
        check.that(seconds >= 1 && seconds <= LONGEST, "--seconds", "must be 1 to " + LONGEST, seconds);
        check.that(warmUp >= 1 && warmUp <= LONGEST, "--warm-up", "must be 1 to " + LONGEST, warmUp);
        for (int load : loads) {
            check.that(load >= 1 && load <= MOST_LOAD, "--loads", "must be 1 to " + MOST_LOAD, load);
        }
        check.that(bulkhead >= 1 && bulkhead <= MOST_AT_ONCE, "--bulkhead", "must be 1 to " + MOST_AT_ONCE, bulkhead);
        check.that(
                !Files.isDirectory(svg) && Files.isDirectory(folder()),
                "--svg",
                "must be a file in a folder that exists",
                svg);
        check.done();
        return new Settings(Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), bulkhead);
    }

    private Path folder() {
        Path parent = svg.toAbsolutePath().getParent();
        return parent == null ? svg : parent;
    }

    private List<Row> measure(Settings settings) throws CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Run run = new Run(settings, Time.system(), line -> err.println("overload: " + line));
        List<Row> rows = new ArrayList<>();
        List<Policy> doors = policies.stream().distinct().toList();
        List<Integer> multiples = loads.stream().distinct().sorted().toList();
        err.println("overload: " + doors.size() * multiples.size() + " rows, about "
                + settings.row()
                        .multipliedBy((long) doors.size() * multiples.size())
                        .toSeconds() + " s to go");
        try {
            for (Policy policy : doors) {
                for (int load : multiples) {
                    Row row = run.measure(policy, load);
                    rows.add(row);
                    if (json) {
                        out.println(row.json());
                        out.flush();
                    }
                }
            }
        } catch (IOException e) {
            throw new CommandFailure("it could not be measured (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted before all was measured", e);
        }
        return rows;
    }

    private void draw(Chart chart) throws CommandFailure {
        try {
            Files.writeString(svg, chart.svg());
            spec.commandLine().getErr().println("overload: drawn in " + svg);
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + svg + " (" + e.getMessage() + ")", e);
        }
    }
}
