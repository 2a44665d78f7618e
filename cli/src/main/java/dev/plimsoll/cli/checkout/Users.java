package dev.plimsoll.cli.checkout;

import dev.plimsoll.time.Time;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Those who check out: each tries, waits for the answer for as long as it takes, thinks, and tries again, whatever the
 * answer was. They arrive evenly over the first thinking time.
 *
 * <p>All think equally long, so whoever was answered first is the next to try again: a queue of turns in the order of
 * the answers needs no sorting, and one thread sends for all.
 *
 * <p><b>Threading:</b> started and closed by one thread; answers come on the client's.
 */
final class Users implements AutoCloseable {
    private static final int OK = 200;

    private final HttpClient client;
    private final URI page;
    private final Time time;
    private final long thinkNanos;
    private final Queue<Long> turns = new ConcurrentLinkedQueue<>();
    private final Thread sender = Daemon.named("users").newThread(this::send);
    private volatile Tally tally;
    private volatile boolean gone;

    /**
     * Makes them, not yet started.
     *
     * @param tally hears of each try of the first phase
     */
    Users(HttpClient client, URI page, Settings settings, Time time, Tally tally) {
        this.client = client;
        this.page = page;
        this.time = time;
        this.tally = tally;
        this.thinkNanos = settings.think().toNanos();
        long now = time.precise();
        for (int user = 0; user < settings.users(); user++) {
            turns.add(now + user * thinkNanos / settings.users());
        }
    }

    void start() {
        sender.start();
    }

    /** From now on, tries are counted there; those on their way stay where they are. */
    void countIn(Tally next) {
        tally = next;
    }

    private void send() {
        while (!gone) {
            Long due = turns.peek();
            if (due == null) {
                time.park(this);
            } else if (due - time.precise() > 0) {
                time.parkUntil(this, due);
            } else {
                turns.remove();
                checkOut(tally);
            }
        }
    }

    private void checkOut(Tally counted) {
        counted.sent();
        long sent = time.precise();
        HttpRequest request =
                HttpRequest.newBuilder(page).POST(BodyPublishers.noBody()).build();
        var unused = client.sendAsync(request, BodyHandlers.discarding()).whenComplete((response, error) -> {
            long answered = time.precise();
            counted.settled(answered - sent, error == null && response.statusCode() == OK);
            turns.add(answered + thinkNanos);
            time.unpark(sender);
        });
    }

    /** No further try is made; answers to earlier ones still count. */
    void goHome() {
        gone = true;
        time.unpark(sender);
    }

    @Override
    public void close() {
        goHome();
    }
}
