package dev.plimsoll.cli.amplification;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.http.Inbound;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Five services in a row and a client:
 *
 * <pre>
 *   client ─guard→ s1 ─guard→ s2 ─guard→ s3 ─guard→ s4 ─guard→ s5: counts, and fails as often as it is told
 * </pre>
 *
 * <p>Each guard makes three attempts, one right after the other, and has a budget of its own. A service that gets no good
 * answer fails itself.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Chain implements AutoCloseable {
    static final int LAYERS = 5;
    static final int ATTEMPTS = 3;

    private static final int OK = 200;
    private static final int FAILED = 500;
    private static final int CLIENT_THREADS = 2;
    private static final Duration CUT_OFF = Duration.ofSeconds(60);

    private final Wiring wiring;
    private final Time time;
    private final Guards guards;
    private final ExecutorService threads;
    private final HttpClient client;
    private final Deque<Service> services = new ArrayDeque<>();
    private final LongAdder bottom = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final GuardedHttpClient front;

    /**
     * How the guards are set up, and how often s5 fails.
     *
     * @param budgets makes one for each guard
     * @param atEdge whether only the client retries, and says so on the wire
     * @param failing the share of the calls of s5 that fail, 0 to 1
     */
    record Wiring(Supplier<RetryBudget> budgets, boolean atEdge, double failing) {}

    /** Starts all services; throws when one cannot be started, and has stopped the others then. */
    Chain(Wiring wiring, Time time) throws IOException {
        this.wiring = wiring;
        this.time = time;
        this.guards = Guards.create(g -> g.time(time).logging(false));
        this.threads = Executors.newFixedThreadPool(CLIENT_THREADS, task -> {
            Thread thread = new Thread(task, "amplification-client");
            thread.setDaemon(true);
            return thread;
        });
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
        this.front = guarded("client", wiring.atEdge());
        try {
            services.push(Service.start("s" + LAYERS, exchange -> answerAtBottom()));
            for (int layer = LAYERS - 1; layer >= 1; layer--) {
                String name = "s" + layer;
                URI next = services.element().uri();
                GuardedHttpClient http = guarded(name, false);
                services.push(Service.start(name, exchange -> relay(exchange, http, next)));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private GuardedHttpClient guarded(String name, boolean atEdge) {
        Retry retry = Retry.immediate().maxAttempts(ATTEMPTS);
        Guard guard = guards.guard(
                name,
                g -> g.retry(atEdge ? retry.retryAtEdge() : retry)
                        .retryBudget(wiring.budgets().get()));
        return GuardedHttpClient.of(client, guard);
    }

    /** One call of the client; whether it was answered well. */
    boolean call() throws InterruptedException {
        return status(front, services.element().uri()) == OK;
    }

    /** How many calls have reached s5. */
    long bottomCalls() {
        return bottom.sum();
    }

    /** How many calls, of the client or between services, ended without an answer. */
    long lost() {
        return lost.sum();
    }

    private int answerAtBottom() {
        bottom.increment();
        return time.random() < wiring.failing() ? FAILED : OK;
    }

    private int relay(HttpExchange exchange, GuardedHttpClient http, URI next) throws InterruptedException {
        return wiring.atEdge()
                ? Inbound.of(exchange.getRequestHeaders()).<Integer, InterruptedException>call(() -> status(http, next))
                : status(http, next);
    }

    private int status(GuardedHttpClient http, URI next) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(next).timeout(CUT_OFF).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == OK ? OK : FAILED;
        } catch (IOException e) {
            lost.increment();
            return FAILED;
        }
    }

    @Override
    public void close() {
        services.forEach(Service::close);
        guards.close();
        threads.shutdownNow();
    }
}
