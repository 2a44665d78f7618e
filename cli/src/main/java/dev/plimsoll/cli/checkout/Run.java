package dev.plimsoll.cli.checkout;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One bad day, from opening the shop to closing it:
 *
 * <pre>
 *   warm-up (thrown away) │ before: all is well │ during: payment is slow, then fails │ last answers
 *   ──────────────────────┴─────────────────────┴─────────────────────────────────────┴──────────▶
 *   users and browsers come all the time, at the same pace                            ┘ up to the cut-off
 * </pre>
 *
 * <p><b>Threading:</b> for one thread, which is also the one that sends the browsing requests. An interrupt stops the
 * run and closes the shop.
 */
final class Run {
    private static final int PROGRESS_SECONDS = 5;
    private static final long POLL_NANOS = 20_000_000;

    private final String title;
    private final Settings settings;
    private final Time time;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param title what the lines of progress begin with
     * @param progress takes a line now and then
     */
    Run(String title, Settings settings, Time time, Consumer<String> progress) {
        this.title = title;
        this.settings = settings;
        this.time = time;
        this.progress = progress;
    }

    /**
     * Makes the run. All servers, clients and threads are its own and are gone when it returns.
     *
     * @param wiring how the checkout server calls the services, with the client it is given
     */
    Figures measure(Function<HttpClient, Calls> wiring) throws IOException, InterruptedException {
        try (Client client = new Client("calls");
                Calls calls = wiring.apply(client.http());
                Client visitors = new Client("visitors");
                Site site = Site.open(calls, settings.threads(), time)) {
            return measure(calls, site, visitors.http());
        }
    }

    private Figures measure(Calls calls, Site site, HttpClient visitors) throws InterruptedException {
        CheckoutServer shop = site.checkout();
        Browsers browsers = new Browsers(
                visitors, List.of(shop.uri(Dependency.INVENTORY), shop.uri(Dependency.SHIPPING)), settings, time);
        Phase warmUp = phase();
        Phase before = phase();
        Phase during = phase();
        try (Users users = new Users(visitors, shop.uri(Dependency.PAYMENT), settings, time, warmUp.checkouts())) {
            users.start();
            browse("warm-up", settings.warmUpSamples(), browsers, warmUp, shop);
            users.countIn(before.checkouts());
            shop.takeBusiest();
            browse("before the bad day", settings.samplesBefore(), browsers, before, shop);
            int busyBefore = shop.takeBusiest();
            users.countIn(during.checkouts());
            site.failPayment(settings.badLatency());
            long badSince = time.precise();
            browse("during the bad day", settings.samplesDuring(), browsers, during, shop);
            users.goHome();
            awaitAnswers(before, during);
            OptionalLong opened = calls.openedAfter(badSince);
            return new Figures(before.close(), during.close(), busyBefore, shop.takeBusiest(), opened);
        }
    }

    private Phase phase() {
        return new Phase(new Tally(settings.cutOff()), new Tally(settings.cutOff()), new Tally(settings.cutOff()));
    }

    private void browse(String name, int samples, Browsers browsers, Phase phase, CheckoutServer shop)
            throws InterruptedException {
        int rate = settings.rate();
        progress.accept("%s: %s, %d requests in %d s".formatted(title, name, samples, seconds(samples)));
        browsers.browse(samples, phase.browsing(), phase.lateness(), sent -> {
            if (sent / rate % PROGRESS_SECONDS == 0) {
                progress.accept("%s: %s, %d of %d s, %d sent, %d not yet answered, %d of %d threads busy"
                        .formatted(
                                title,
                                name,
                                sent / rate,
                                seconds(samples),
                                sent,
                                phase.browsing().pending(),
                                shop.busy(),
                                settings.threads()));
            }
        });
    }

    private int seconds(int samples) {
        return (samples + settings.rate() - 1) / settings.rate();
    }

    private void awaitAnswers(Phase before, Phase during) throws InterruptedException {
        long until = time.precise() + settings.cutOff().toNanos();
        if (before.pending() + during.pending() > 0) {
            progress.accept("%s: waiting for the last answers, %d s at most"
                    .formatted(title, settings.cutOff().toSeconds()));
        }
        while (before.pending() + during.pending() > 0 && until - time.precise() > 0) {
            time.sleep(POLL_NANOS);
        }
    }

    private record Phase(Tally browsing, Tally checkouts, Tally lateness) {
        int pending() {
            return browsing.pending() + checkouts.pending();
        }

        Figures.Phase close() {
            return new Figures.Phase(browsing.close(), checkouts.close(), lateness.close());
        }
    }
}
