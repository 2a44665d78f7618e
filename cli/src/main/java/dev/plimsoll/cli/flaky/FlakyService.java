package dev.plimsoll.cli.flaky;

import dev.plimsoll.cli.json.Json;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the flaky server does, without its sockets: a service with moods, counters and a way to change both.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; mood and counters change together, under one lock, which
 * is not held while an answer is being delayed.
 */
final class FlakyService {
    private static final String PATHS =
            "there is GET /, GET /ready, GET /stats, POST /fail, POST /recover and POST /slow?ms=2000";
    private static final String MS_RULE = "ms must be given once, a whole number from 0 to 3600000: ";
    private static final Pattern MS = Pattern.compile("\\d{1,7}");
    private static final long MOST_MS = 3_600_000;
    private static final Pattern AND = Pattern.compile("&");

    private final Time time;
    private final Duration latency;
    private final Duration failLatency;
    private Mood mood = Mood.GOOD;
    private long requests;
    private long ok;
    private long failed;

    /** Healthy, nobody has asked yet. */
    FlakyService(Time time, Duration latency, Duration failLatency) {
        this.time = time;
        this.latency = latency;
        this.failLatency = failLatency;
    }

    synchronized Mood mood() {
        return mood;
    }

    synchronized void mood(Mood next) {
        mood = next;
    }

    synchronized FlakyStats stats() {
        return new FlakyStats(requests, ok, failed);
    }

    /**
     * Answers one request, after the delay that is due.
     *
     * @param query the undecoded query, empty when there is none
     * @throws InterruptedException when the server stops meanwhile
     */
    Reply reply(String method, String path, String query) throws InterruptedException {
        return switch (path) {
            case "/" -> method.equals("GET") ? work() : Reply.wrongMethod(method, path, "GET");
            case "/stats" -> method.equals("GET") ? Reply.ok(stats().toJson()) : Reply.wrongMethod(method, path, "GET");
            case "/fail", "/recover", "/slow" ->
                method.equals("POST") ? change(path, query) : Reply.wrongMethod(method, path, "POST");
            default -> Reply.error(404, "no such path: " + path + "; " + PATHS);
        };
    }

    /** The mood at the arrival decides: a request that came on the bad day fails, even if the service heals meanwhile. */
    private Reply work() throws InterruptedException {
        Mood met;
        long number;
        synchronized (this) {
            met = mood;
            number = ++requests;
        }
        boolean fails = met.fails(number);
        Duration due = fails ? failLatency : latency;
        time.sleep(due.compareTo(met.slow()) >= 0 ? due : met.slow());
        synchronized (this) {
            if (fails) {
                failed++;
            } else {
                ok++;
            }
        }
        return fails
                ? Reply.error(500, "the service is having a bad day; POST /recover heals it")
                : Reply.ok(Json.line(json -> json.text("status", "ok").number("request", number)));
    }

    private synchronized Reply change(String path, String query) {
        switch (path) {
            case "/fail" -> mood = mood.withFailing();
            case "/recover" -> mood = Mood.GOOD;
            default -> {
                List<String> values = AND.splitAsStream(query)
                        .filter(part -> part.startsWith("ms="))
                        .map(part -> part.substring("ms=".length()))
                        .toList();
                if (values.size() != 1 || !isMillis(values.get(0))) {
                    return Reply.error(400, MS_RULE + (query.isEmpty() ? "(missing)" : query));
                }
                mood = mood.withSlow(Duration.ofMillis(Long.parseLong(values.get(0))));
            }
        }
        return Reply.ok(mood.toJson());
    }

    private static boolean isMillis(String text) {
        return MS.matcher(text).matches() && Long.parseLong(text) <= MOST_MS;
    }
}
