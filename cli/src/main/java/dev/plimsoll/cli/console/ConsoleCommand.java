package dev.plimsoll.cli.console;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.terminal.Line;
import dev.plimsoll.console.Gathering;
import dev.plimsoll.console.GatheringBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plimsoll console}: the consoles of several processes on one page. */
@Command(
        name = "console",
        header = "Shows the consoles of several processes on one page.",
        description = {
            "",
            "A console is the page that a process opens with Console.start(guards, port),",
            "or that plimsoll demo opens. This one has the dependencies of all of them, the",
            "most harmful first, and one timeline; it says at once when one is gone, and",
            "tries it again. Who steers does so through the console of that process.",
            "",
            "Where consoles ask for a token it is taken from --token-file, or else from the",
            "variable " + ConsoleTokens.VARIABLE + ", and the page asks for it as well.",
            ""
        })
public final class ConsoleCommand implements Callable<Integer> {
    private static final int MOST_PORT = 65_535;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Parameters(
            paramLabel = "URL",
            arity = "1..*",
            description = "where the consoles are, such as http://127.0.0.1:8099/; 32 at most")
    private List<String> urls = List.of();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "where the page listens on 127.0.0.1; 0 takes a free port (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "has the token of all consoles on one line; or one line for each URL, in their order, and the "
                            + "page asks for the first")
    private @Nullable Path tokenFile;

    @Option(names = "--read-only", description = "nobody steers from this page")
    private boolean readOnly;

    @Option(names = "--json", description = "say where the page is as a JSON object")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public ConsoleCommand() {}

    /**
     * Shows the page until it is interrupted.
     *
     * @return the exit code
     * @throws CommandFailure when the port is taken, or the consoles cannot be shown
     */
    @Override
    public Integer call() throws CommandFailure {
        Check check = new Check("console");
        check.that(port >= 0 && port <= MOST_PORT, "--port", "must be 0 to " + MOST_PORT, port);
        List<URI> consoles = new ArrayList<>();
        urls.forEach(url -> {
            URI uri = uri(url);
            check.that(uri != null, "URL", "must be a URL", "'" + url + "'");
            if (uri != null) {
                consoles.add(uri);
            }
        });
        ConsoleTokens tokens = ConsoleTokens.read(tokenFile, System.getenv(), urls.size(), check);
        check.done();
        try (Gathering gathering = Gathering.start(consoles, g -> setUp(g, consoles, tokens))) {
            announce(gathering);
            new CountDownLatch(1).await();
        } catch (BindException e) {
            throw new CommandFailure(
                    "cannot listen on 127.0.0.1:" + port + " (" + e.getMessage() + "); choose another --port", e);
        } catch (IOException e) {
            throw new CommandFailure(Line.plain(String.valueOf(e.getMessage())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private GatheringBuilder setUp(GatheringBuilder builder, List<URI> consoles, ConsoleTokens tokens) {
        builder.port(port);
        if (readOnly) {
            builder.readOnly();
        }
        return tokens.giveTo(builder, consoles);
    }

    private void announce(Gathering gathering) {
        PrintWriter out = spec.commandLine().getOut();
        List<String> processes = gathering.processes();
        if (json) {
            out.println(Json.line(
                    line -> line.text("page", gathering.address().toString()).texts("processes", processes)));
        } else {
            out.println("Watch it: " + gathering.address());
            out.println("It shows " + Line.plain(String.join(", ", processes)) + ". Ctrl-C ends it.");
        }
        out.flush();
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
