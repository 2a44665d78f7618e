package dev.plimsoll.cli.checkout;

import dev.plimsoll.time.Time;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Those who look around: an open-loop generator. It has a timetable, one request every 1/rate seconds, without a break
 * from one phase to the next, and sends each at its time whether the earlier ones were answered or not. Latency counts
 * from the timetable, so a late generator makes the figures worse, never better; how late it was is counted too.
 *
 * <p><b>Threading:</b> {@link #browse} runs on the caller's thread, one caller at a time; answers come on the client's.
 */
final class Browsers {
    private static final int OK = 200;

    private final HttpClient client;
    private final List<URI> pages;
    private final Settings settings;
    private final Time time;
    private final long start;
    private long turn;

    Browsers(HttpClient client, List<URI> pages, Settings settings, Time time) {
        this.client = client;
        this.pages = pages;
        this.settings = settings;
        this.time = time;
        this.start = time.precise();
    }

    /**
     * Sends so many requests, each at its time, and returns when the last is on its way.
     *
     * @param count how many
     * @param tally hears of each request and its answer
     * @param lateness hears how late each was sent
     * @param progress called after each second of the timetable with the number sent so far
     */
    void browse(int count, Tally tally, Tally lateness, IntConsumer progress) throws InterruptedException {
        for (int i = 1; i <= count; i++) {
            long due = due(turn);
            while (due - time.precise() > 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                time.parkUntil(this, due);
            }
            lateness.sent();
            lateness.settled(time.precise() - due, true);
            send(pages.get((int) (turn % pages.size())), due, tally);
            turn++;
            if (i % settings.rate() == 0) {
                progress.accept(i);
            }
        }
    }

    private long due(long n) {
        return start + n * Duration.ofSeconds(1).toNanos() / settings.rate();
    }

    private void send(URI page, long due, Tally tally) {
        tally.sent();
        HttpRequest request =
                HttpRequest.newBuilder(page).timeout(settings.cutOff()).build();
        var unused = client.sendAsync(request, BodyHandlers.discarding())
                .whenComplete((response, error) ->
                        tally.settled(time.precise() - due, error == null && response.statusCode() == OK));
    }
}
