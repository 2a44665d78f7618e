package dev.plimsoll.cli.checkout;

import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.page.Page;
import dev.plimsoll.cli.page.PageOptions;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plimsoll checkout}: measures what one bad service does to a whole site, with guards and without. */
@Command(
        name = "checkout",
        header = "Measures a bad day of a shop: payment is slow and fails. With guards, and without.",
        description = {
            "",
            "Four real HTTP servers on the loopback interface: a checkout server with 200 threads, and payment,"
                    + " inventory and shipping behind it. Users check out, each again and again; others browse inventory"
                    + " and shipping at a fixed rate. After 10 s of warm-up and a good phase, payment becomes slow and"
                    + " fails. A phase has at least 5000 browsing requests; latency counts from the time at which a"
                    + " request should have been sent; what is not answered within 10 s has failed.",
            "",
            "Progress goes to standard error, the result to standard output. With the defaults it takes two minutes."
                    + " The first line of progress says where a page shows the run with guards while it goes on. Who"
                    + " forces a circuit there changes what is measured.",
            ""
        })
public final class CheckoutCommand implements Callable<Integer> {
    private static final Duration THINK = Duration.ofSeconds(4);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration CUT_OFF = Duration.ofSeconds(10);
    private static final int SAMPLES = 5000;
    private static final int MOST_USERS = 5000;
    private static final int LEAST_RATE = 50;
    private static final int MOST_RATE = 1000;
    private static final int MOST_SPEED = 1000;
    private static final Duration LONGEST_LATENCY = Duration.ofMinutes(10);

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "1000",
            description = "how many check out, thinking 4 s between an answer and the next try "
                    + "(default: ${DEFAULT-VALUE})")
    private int users;

    @Option(
            names = "--payment-latency",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "how long payment takes on its bad day before it fails (default: ${DEFAULT-VALUE})")
    private Duration latency = Duration.ZERO;

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "10",
            description = "divide payment's latency and the breakers' open wait (30 s) by N; not the warm-up, the rate "
                    + "or the cut-off (default: ${DEFAULT-VALUE})")
    private int speed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "250",
            description = "browsing requests a second, in every phase (default: ${DEFAULT-VALUE})")
    private int rate;

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--unprotected", description = "make only the run without guards (else both, to compare them)")
    private boolean unprotected;

    @Option(
            names = "--json",
            description = "print one JSON object: {\"protected\":{…},\"unprotected\":{…}}; a run that was not made is "
                    + "absent")
    private boolean json;

    /** Creates the command; picocli fills it. */
    public CheckoutCommand() {}

    /**
     * Makes the runs and prints what they came to.
     *
     * @return the exit code: 0 when everything was measured, whatever came out
     * @throws CommandFailure when it could not be
     */
    @Override
    public Integer call() throws CommandFailure {
        Settings settings = settings();
        Report report = measure(settings);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
        }
        return ExitCode.OK;
    }

    private Settings settings() {
        Check check = new Check("checkout");
        check.that(users >= 1 && users <= MOST_USERS, "--users", "must be 1 to " + MOST_USERS, users);
        check.that(
                rate >= LEAST_RATE && rate <= MOST_RATE, "--rate", "must be " + LEAST_RATE + " to " + MOST_RATE, rate);
        check.that(speed >= 1 && speed <= MOST_SPEED, "--speed", "must be 1 to " + MOST_SPEED, speed);
        check.that(
                latency.compareTo(LONGEST_LATENCY) <= 0,
                "--payment-latency",
                "must be at most " + Durations.text(LONGEST_LATENCY),
                Durations.text(latency));
        page.check(check);
        check.done();
        return new Settings(users, THINK, rate, WARM_UP, SAMPLES, CUT_OFF, latency, Settings.SERVER_THREADS, speed);
    }

    private Report measure(Settings settings) throws CommandFailure {
        PrintWriter err = spec.commandLine().getErr();
        Site.tuneTheServers(); // before the page, which has one as well
        try (Guards guards = Guards.create(g -> g.logging(false));
                Page opened = unprotected ? Page.none() : page.open(guards, "checkout", err)) {
            OptionalInt kernelLimit = Backlog.kernelLimit();
            Backlog.warning(kernelLimit).ifPresent(err::println);
            err.println("checkout: about " + settings.longestRun().toSeconds() * (unprotected ? 1 : 2) + " s to go");
            Figures guarded = unprotected
                    ? null
                    : run("protected", settings, err, client -> new GuardedCalls(client, settings, guards));
            if (opened.address().isPresent()) {
                err.println("unprotected: there are no guards, so the page has nothing new to show");
            }
            Figures unguarded = run("unprotected", settings, err, Calls::unguarded);
            return new Report(settings, kernelLimit, guarded, unguarded);
        } catch (IOException e) {
            throw new CommandFailure("the servers could not be started (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted before all was measured", e);
        }
    }

    private static Figures run(String title, Settings settings, PrintWriter err, Function<HttpClient, Calls> wiring)
            throws IOException, InterruptedException {
        return new Run(title, settings, Time.system(), err::println).measure(wiring);
    }
}
