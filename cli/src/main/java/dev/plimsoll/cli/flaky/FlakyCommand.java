package dev.plimsoll.cli.flaky;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.option.ExitCode;
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
            return FlakyServer.start(Time.system(), port, latency, failLatency);
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

    private void stop(FlakyServer server, PrintWriter out) {
        server.close();
        FlakyStats stats = server.stats();
        out.println(
                json
                        ? Json.line(line -> line.object(
                                "stopped",
                                counts -> counts.number("requests", stats.requests())
                                        .number("ok", stats.ok())
                                        .number("failed", stats.failed())))
                        : "Stopped: " + stats.requests() + " requests, " + stats.ok() + " ok, " + stats.failed()
                                + " failed.");
        out.flush();
    }
}
