package dev.plimsoll.cli.flaky;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.DrainReport;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll flaky}: runs the flaky server until it is interrupted. */
@Command(
        name = "flaky",
        header = "Runs an HTTP service that can be made to fail and to be slow.",
        description = {
            "",
            "GET /                answers 200 with a small JSON object",
            "POST /fail           makes it answer 500, after --fail-latency",
            "POST /slow?ms=2000   makes every answer take at least that long",
            "POST /recover        heals it",
            "GET /stats           counts: {\"requests\":…,\"ok\":…,\"failed\":…}",
            "GET /ready           200, and 503 once it is going down",
            "",
            "SIGTERM and Ctrl-C drain it: GET / is refused with 503 and Retry-After, what is under way is finished, "
                    + "at the latest after --drain-timeout. It then says what it had to cut off, and ends, by SIGTERM "
                    + "with 143 as if nothing had been under way.",
            ""
        })
public final class FlakyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9001",
            description = "where to listen on 127.0.0.1; 0 takes a free port (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            converter = Durations.class,
            description = "how long good answers take (default: ${DEFAULT-VALUE})")
    private Duration latency = Duration.ZERO;

    @Option(
            names = "--fail-latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            converter = Durations.class,
            description = "how long bad answers take (default: ${DEFAULT-VALUE})")
    private Duration failLatency = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "how long requests under way have to end when it goes down (default: ${DEFAULT-VALUE})")
    private Duration drainTimeout = Duration.ZERO;

    @Option(names = "--json", description = "print JSON objects, one on a line")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public FlakyCommand() {}

    /**
     * Runs the server; returns only when the thread is interrupted.
     *
     * @return the exit code
     * @throws CommandFailure when the port is taken
     */
    @Override
    public Integer call() throws CommandFailure {
        Check check = new Check("flaky");
        check.that(port >= 0 && port <= 65535, "--port", "must be 0 to 65535", port);
        check.that(!drainTimeout.isZero(), "--drain-timeout", "must be longer than 0", Durations.text(drainTimeout));
        check.done();
        PrintWriter out = spec.commandLine().getOut();
        try (FlakyServer server = start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out), "flaky-stop"));
            announce(server, out);
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private FlakyServer start() throws CommandFailure {
        try {
            return FlakyServer.start(
                    Time.system(), port, latency, failLatency, Drain.create(FlakyServer.NAME, drainTimeout));
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot listen on 127.0.0.1:" + port + " (" + e.getMessage() + "); choose another --port", e);
        }
    }

    private void announce(FlakyServer server, PrintWriter out) {
        String address = server.address();
        if (json) {
            out.println(Json.line(line -> line.text("server", address)));
        } else {
            out.println("A flaky service is on " + address + " (Ctrl-C ends it).");
            out.println("  watch it    plimsoll watch " + address);
            out.println("  fail        curl -X POST " + address + "/fail");
            out.println("  recover     curl -X POST " + address + "/recover");
            out.println("  slow        curl -X POST '" + address + "/slow?ms=2000'");
            out.println("  counters    curl " + address + "/stats");
        }
        out.flush();
    }

    /* The JVM ends when this has returned, with the exit code that the signal gives it. */
    private void stop(FlakyServer server, PrintWriter out) {
        server.startDraining();
        if (server.working() > 0) {
            tell(out, draining(server.working()));
        }
        try {
            DrainReport report = server.awaitDrained();
            server.close();
            if (json || report.drained() + report.cutOff() + report.refused() > 0) {
                tell(out, drained(report));
            }
        } catch (InterruptedException e) {
            server.close(); // nobody interrupts hooks of the JVM; whoever does is in a hurry
        }
        tell(out, stopped(server.stats()));
    }

    private static void tell(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    private String draining(long working) {
        return json
                ? Json.line(line -> line.object(
                        "draining",
                        numbers -> numbers.number("under_way", working).number("timeout_ms", drainTimeout.toMillis())))
                : "Going down: " + working + " under way, " + Durations.text(drainTimeout)
                        + " at most (kill -9 ends it " + "at once).";
    }

    private String drained(DrainReport report) {
        if (json) {
            return Json.line(line -> line.object(
                    "drained",
                    object -> object.number("finished", report.drained())
                            .number("cut_off", report.cutOff())
                            .texts("cut_off_labels", report.cutOffLabels())
                            .number("refused", report.refused())
                            .number("elapsed_ms", report.elapsed().toMillis())));
        }
        String cutOff = report.cutOff() == 0 ? "" : ": " + String.join(", ", report.cutOffLabels());
        return "Drained in " + Durations.text(report.elapsed()) + ": " + report.drained() + " finished, "
                + report.refused() + " refused, " + report.cutOff() + " cut off" + cutOff + ".";
    }

    private String stopped(FlakyStats stats) {
        return json
                ? Json.line(line -> line.object(
                        "stopped",
                        counts -> counts.number("requests", stats.requests())
                                .number("ok", stats.ok())
                                .number("failed", stats.failed())))
                : "Stopped: " + stats.requests() + " requests, " + stats.ok() + " ok, " + stats.failed() + " failed.";
    }
}
