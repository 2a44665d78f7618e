package dev.plimsoll.cli.checkout;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Calls through guards, one for each service: a bulkhead of its own, a circuit breaker and an attempt timeout. The
 * bulkheads together are smaller than the server's pool, so no service can take all of its threads.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class GuardedCalls implements Calls {
    static final int CONSECUTIVE_FAILURES = 5;
    static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(1);

    private final Time time;
    private final Guards guards;
    private final Observer observer = this::hear;
    private final Map<Dependency, GuardedHttpClient> clients = new EnumMap<>(Dependency.class);
    private final Queue<Long> openings = new ConcurrentLinkedQueue<>();

    /**
     * Builds the guards.
     *
     * @param client sends what they let through
     * @param settings say how long a breaker stays open, and how large a bulkhead is
     * @param guards where they are made, and whose clock they go by; not closed with the calls
     */
    GuardedCalls(HttpClient client, Settings settings, Guards guards) {
        this(client, settings, ATTEMPT_TIMEOUT, guards);
    }

    /** With another attempt timeout than that of the story. */
    GuardedCalls(HttpClient client, Settings settings, Duration attemptTimeout, Guards guards) {
        this.time = guards.time();
        this.guards = guards;
        guards.observe(observer);
        for (Dependency dependency : Dependency.values()) {
            Guard guard = guards.guard(
                    dependency.label(),
                    g -> g.attemptTimeout(attemptTimeout)
                            .circuitBreaker(b ->
                                    b.consecutiveFailures(CONSECUTIVE_FAILURES).openFor(settings.openWait()))
                            .bulkhead(settings.maxConcurrent()));
            clients.put(dependency, GuardedHttpClient.of(client, guard));
        }
    }

    private void hear(Event event) {
        if (event instanceof CircuitTransition transition
                && transition.to() == BreakerState.OPEN
                && transition.dependency().equals(Dependency.PAYMENT.label())) {
            openings.add(time.precise());
        }
    }

    @Override
    public int call(Dependency dependency, URI uri) throws IOException, InterruptedException {
        GuardedHttpClient client = clients.get(dependency);
        if (client == null) {
            throw new IllegalStateException("No guard for " + dependency);
        }
        return client.send(Calls.request(uri), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Override
    public OptionalLong openedAfter(long since) {
        return openings.stream()
                .mapToLong(opened -> opened - since)
                .filter(after -> after >= 0)
                .findFirst();
    }

    @Override
    public void close() {
        guards.forget(observer);
    }
}
