package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** What a redeployed application does; loaded by a class loader of its own. Needs core and the JDK only. */
public final class Application implements Runnable {

    private static int runs;

    /** Nothing is done yet. */
    public Application() {}

    @Override
    public void run() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard prices = guards.guard(
                    "prices",
                    g -> g.attemptTimeout(Duration.ofMinutes(5))
                            .totalTimeout(Duration.ofMinutes(5))
                            .retry(Retry.fixed(Duration.ofMillis(1)))
                            .circuitBreaker()
                            .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).ownPool())
                            .observer(event -> runs++));
            Guard local = guards.guard("local", g -> g.attemptTimeout(Duration.ofMillis(1)));
            Deadline.in(Duration.ofMinutes(5)).run(() -> prices.get(() -> local.get(() -> "nested")));
            try {
                local.run(() -> {
                    while (true) {
                        if (Thread.interrupted()) {
                            throw new IOException("interrupted");
                        }
                    }
                });
            } catch (IOException | RuntimeException expected) {
                runs++;
            }
            Objects.requireNonNull(prices.circuitBreaker()).forceOpen("maintenance", "me", Duration.ofMinutes(5));
        }
    }
}
