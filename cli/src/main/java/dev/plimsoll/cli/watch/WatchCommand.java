package dev.plimsoll.cli.watch;

import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.terminal.Terminal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plimsoll watch}: calls a URL through a guard and shows what its circuit breaker does. */
@Command(
        name = "watch",
        header = "Calls a URL through a circuit breaker, over and over, and shows what happens.",
        description = {
            "",
            "On a terminal it draws a picture that changes in place; elsewhere, or with",
            "--json, it prints a JSON object on a line for each call and each change of",
            "state. A call is 'ok', 'failed' or 'refused', by what it means to the circuit",
            "breaker. HTTP 5xx, 408, 425 and 429, no answer within --timeout, and no",
            "connection are failures. Any other 4xx is the caller's mistake: the service is",
            "alive, so it is 'ok' with a reason, and never opens the circuit.",
            "NO_COLOR is honoured.",
            "A time is a number with its unit, such as 500ms, 5s, 1m or 2h.",
            ""
        })
public final class WatchCommand implements Callable<Integer> {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Parameters(paramLabel = "URL", description = "what to call with GET, such as http://127.0.0.1:9001")
    private String url = "";

    @Option(
            names = "--failures",
            paramLabel = "N",
            defaultValue = "3",
            description = "how many failures in a row open the circuit (default: ${DEFAULT-VALUE})")
    private int failures;

    @Option(
            names = "--open-for",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Durations.class,
            description = "how long it stays open before one call may probe (default: ${DEFAULT-VALUE})")
    private Duration openFor = Duration.ZERO;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = Durations.class,
            description = "from the start of one call to the next (default: ${DEFAULT-VALUE})")
    private Duration every = Duration.ZERO;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = Durations.class,
            description = "how long a call may take (default: ${DEFAULT-VALUE})")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Durations.class,
            description = "when to end; 0s watches until interrupted (default: ${DEFAULT-VALUE})")
    private Duration length = Duration.ZERO;

    @Option(names = "--json", description = "print JSON objects, one on a line")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public WatchCommand() {}

    /**
     * Watches until the time is over.
     *
     * @return the exit code
     * @throws CommandFailure when the output was closed
     */
    @Override
    public Integer call() throws CommandFailure {
        WatchSettings settings = settings();
        Optional<Terminal> terminal = json ? Optional.empty() : Terminal.ofOutput(System.getenv());
        try (Guards guards = Guards.create(g -> g.logging(false));
                Watch watch = Watch.open(
                        guards, settings, terminal, spec.commandLine().getOut())) {
            watch.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private WatchSettings settings() {
        Check check = new Check("watch");
        URI uri = httpUri(url);
        check.that(uri != null, "URL", "must begin with http:// or https:// and name a host", "'" + url + "'");
        check.atLeast("--failures", failures, 1);
        checkPositive(check, "--open-for", openFor);
        checkPositive(check, "--every", every);
        checkPositive(check, "--timeout", timeout);
        check.done();
        return new WatchSettings(
                uri == null ? URI.create("") : uri,
                failures,
                openFor,
                every,
                timeout,
                length.isZero() ? Optional.empty() : Optional.of(length));
    }

    private static void checkPositive(Check check, String option, Duration value) {
        check.that(!value.isZero(), option, "must be longer than 0", Durations.text(value));
    }

    /** Null when the text is no URL that can be asked. */
    private static @Nullable URI httpUri(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            boolean known = scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
            return known && uri.getHost() != null && uri.getPort() <= 65535 ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
