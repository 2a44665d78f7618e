package dev.plimsoll.cli.overload;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Measures rows, each with a server and clients of its own:
 *
 * <pre>
 *   warm-up: requests become more, then are as many as they should be │ measured │ last answers
 *   ───────────────────────────────────────────────────────────────────┴──────────┴─────────────▶
 *   nothing counts                                                     ┘          ┘ up to the deadline
 * </pre>
 *
 * <p><b>Threading:</b> for one thread, which is also the one that generates the requests. An interrupt stops the row and
 * closes everything.
 */
final class Run {
    private static final Duration FOR_LAST_ANSWERS = Settings.DEADLINE.plusMillis(20);

    private final Settings settings;
    private final Time time;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param progress takes a line now and then
     */
    Run(Settings settings, Time time, Consumer<String> progress) {
        this.settings = settings;
        this.time = time;
        this.progress = progress;
    }

    /** Measures a row; once more when the first time is void. */
    Row measure(Policy policy, int load) throws IOException, InterruptedException {
        Row row = once(policy, load);
        if (!row.isVoid()) {
            return row;
        }
        progress.accept(String.format(
                Locale.ROOT,
                "%s at %dx: void, %.1f %% of the requests were sent late; once more",
                policy.label(),
                load,
                100 * row.lateTicks()));
        return once(policy, load);
    }

    private Row once(Policy policy, int load) throws IOException, InterruptedException {
        String title = policy.label() + " at " + load + "x";
        Edge edge = policy.edge(settings, time);
        long start = time.precise();
        long from = start + settings.warmUp().toNanos();
        long until = from + settings.measured().toNanos();
        Tally tally = new Tally(from);
        try (Server server = Server.start(edge, time);
                Client client = Client.connect(server.address(), tally, time)) {
            Generator generator = new Generator(time, client::send, (double) load * Settings.CAPACITY);
            progress.accept(title + ": warm-up");
            generator.grow(start, from);
            long servedBefore = server.served();
            long inVainBefore = server.inVain();
            generator.steady(from, until, elapsed -> report(title, elapsed, tally.counts(), server.waiting()));
            double inVain = (double) (server.inVain() - inVainBefore) / (server.served() - servedBefore);
            time.sleep(FOR_LAST_ANSWERS);
            client.settle();
            double critical = (double) tally.criticalInTime() / tally.critical();
            return new Row(policy, load, settings.best(), tally.counts(), tally.p99Millis(), critical, inVain);
        }
    }

    private void report(String title, long elapsed, Counts counts, int waiting) {
        progress.accept(String.format(
                Locale.ROOT,
                "%s: %d of %d s, %d sent, %.0f %% answered in time, %.0f %% refused, %d wait in the queue",
                title,
                elapsed / Duration.ofSeconds(1).toNanos(),
                settings.measured().toSeconds(),
                counts.sent(),
                100 * counts.share(counts.inTime()),
                100 * counts.share(counts.refused()),
                waiting));
    }
}
