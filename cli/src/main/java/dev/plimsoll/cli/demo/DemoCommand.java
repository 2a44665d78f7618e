package dev.plimsoll.cli.demo;

import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.flaky.FlakyServer;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.page.Page;
import dev.plimsoll.cli.page.PageOptions;
import dev.plimsoll.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll demo}: a service fails and heals, and a circuit breaker opens and closes, in one process. */
@Command(
        name = "demo",
        header = "Shows a circuit breaker open and heal, in a browser too, all in one process.",
        description = {
            "",
            "Runs a flaky service on a free port and watches it. After some good time the",
            "service fails; three failures later the circuit opens and refuses all calls;",
            "the service is healed meanwhile; 5 s after opening one probe is let through,",
            "and closes the circuit. Ends with what the server and the guard have counted.",
            "",
            "The first line, on standard error, says where its page is: there all of it is",
            "to be seen beside four other services, of which one is slow, one is asked for",
            "too much, one goes down, and one fails now and then; and a circuit can be",
            "forced open. On a terminal it plays on when the story is over.",
            ""
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int USUAL_SECONDS = 40;
    private static final int LEAST_SECONDS = 15;
    private static final int MOST_SECONDS = 3600;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "how long the story takes, 15 to 3600; good times scale with it; with this it ends then, "
                    + "on a terminal too (default: " + USUAL_SECONDS + ")")
    private @Nullable Integer seconds;

    @Mixin
    private PageOptions page = new PageOptions();

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
        int length = seconds == null ? USUAL_SECONDS : seconds;
        Check check = new Check("demo");
        check.that(length >= LEAST_SECONDS && length <= MOST_SECONDS, "--seconds", "must be 15 to 3600", length);
        page.check(check);
        check.done();
        try (Guards guards = Guards.create(g -> g.logging(false));
                FlakyServer server = FlakyServer.start(guards.time(), 0, Duration.ZERO, Duration.ZERO);
                Page opened = page.open(guards, "shop", spec.commandLine().getErr());
                Shop shop = Shop.open(guards, opened::watch)) {
            ShopLevel level = new ShopLevel(guards.time());
            guards.observe(level);
            opened.watch(level.level());
            show(new Demo(guards, server, opened, shop, Duration.ofSeconds(length)));
        } catch (IOException e) {
            throw new CommandFailure("cannot listen on 127.0.0.1 (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private void show(Demo demo) throws InterruptedException, CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        Optional<Terminal> terminal = json ? Optional.empty() : Terminal.ofOutput(System.getenv());
        boolean playsOn = terminal.isPresent() && seconds == null;
        DemoSummary summary = demo.play(terminal, playsOn, out);
        if (terminal.isPresent()) {
            summary.toText().forEach(out::println);
        } else {
            out.println(summary.toJson());
        }
        out.flush();
        if (!summary.isWhole() && !demo.wasCutShort()) {
            throw new CommandFailure(
                    "the circuit did not open and heal within " + demo.length().toSeconds() + " s");
        }
    }
}
