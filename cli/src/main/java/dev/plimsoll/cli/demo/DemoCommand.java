package dev.plimsoll.cli.demo;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.flaky.FlakyServer;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.watch.Watch;
import dev.plimsoll.cli.watch.WatchSettings;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll demo}: a service fails and heals, and a circuit breaker opens and closes, in one process. */
@Command(
        name = "demo",
        header = "Shows a circuit breaker open and heal, all in one process.",
        description = {
            "",
            "Runs a flaky service on a free port and watches it. After some good time the",
            "service fails; three failures later the circuit opens and refuses all calls;",
            "the service is healed meanwhile; 5 s after opening one probe is let through,",
            "and closes the circuit. Ends with what the server and the guard have counted.",
            ""
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int LEAST_SECONDS = 15;
    private static final int MOST_SECONDS = 3600;

    /* The open time is no multiple of it, so that no call falls together with the end of the open time: the timer is seen
     * to half-open the circuit, and the next call to be the probe. */
    private static final Duration EVERY = Duration.ofMillis(400);

    private static final Duration OPEN_FOR = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int FAILURES = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "40",
            description = "how long it takes, 15 to 3600; good times scale with it (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", description = "print JSON objects, one on a line")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public DemoCommand() {}

    /**
     * Runs the demonstration.
     *
     * @return the exit code
     * @throws CommandFailure when there is no free port, the output was closed, or the circuit did not open and heal
     */
    @Override
    public Integer call() throws CommandFailure {
        Check check = new Check("demo");
        check.that(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS, "--seconds", "must be 15 to 3600", seconds);
        check.done();
        PrintWriter out = spec.commandLine().getOut();
        Time time = Time.system();
        try (FlakyServer server = FlakyServer.start(time, 0, Duration.ZERO, Duration.ZERO)) {
            show(time, server, out);
        } catch (IOException e) {
            throw new CommandFailure("cannot listen on 127.0.0.1 (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private void show(Time time, FlakyServer server, PrintWriter out) throws InterruptedException, CommandFailure {
        Duration length = Duration.ofSeconds(seconds);
        WatchSettings settings = new WatchSettings(
                URI.create(server.address()), FAILURES, OPEN_FOR, EVERY, TIMEOUT, Optional.of(length));
        DemoRecord record = new DemoRecord(time, server::stats);
        DemoSummary summary;
        boolean lines;
        try (Watch watch = Watch.open(time, settings, json, out)) {
            lines = watch.isJson();
            if (lines) {
                out.println(Json.line(line -> line.text("server", server.address())));
                out.flush();
            }
            DemoScript script = new DemoScript(time, server, length, watch::say);
            watch.observe(record);
            watch.observe(script);
            Thread player = new Thread(script::run, "demo-script");
            player.setDaemon(true);
            player.start();
            watch.run();
            player.interrupt();
            summary = record.summary(watch.state());
        }
        print(summary, lines, out);
        if (!summary.isWhole()) {
            throw new CommandFailure("the circuit did not open and heal within " + seconds + " s");
        }
    }

    private static void print(DemoSummary summary, boolean lines, PrintWriter out) {
        if (lines) {
            out.println(summary.toJson());
        } else {
            summary.toText().forEach(out::println);
        }
        out.flush();
    }
}
