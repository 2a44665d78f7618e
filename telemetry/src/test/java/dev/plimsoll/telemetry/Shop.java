package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;

/** Guards on virtual time, and calls that end in each of the ways there are. */
final class Shop implements AutoCloseable {

    final VirtualTime time = VirtualTime.create();
    final Guards guards;

    Shop() {
        guards = Guards.create(g -> g.time(time).logging(false));
    }

    /** A guard with everything that most have; the fourth failure in a row opens it. */
    Guard prices() {
        return guards.guard(
                "prices",
                g -> g.totalTimeout(ofSeconds(5))
                        .retry(Retry.fixed(ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(4).openFor(ofSeconds(30)))
                        .bulkhead(10));
    }

    /** Takes so long, and is good. */
    void good(Guard guard, long millis) throws InterruptedException {
        guard.run(() -> time.sleep(ofMillis(millis)));
    }

    /** Fails at each attempt; true when it was not refused. */
    static boolean bad(Guard guard) {
        try {
            guard.run(() -> {
                throw new IOException("connection reset");
            });
            throw new AssertionError("it was to fail");
        } catch (RejectedException refused) {
            return false;
        } catch (IOException failed) {
            return true;
        }
    }

    /** Takes longer than it may. */
    void slow(Guard guard, Duration how) throws InterruptedException {
        try {
            guard.run(() -> time.sleep(how));
        } catch (TimeoutExceededException asMeant) {
            return;
        }
        throw new AssertionError("it was to time out");
    }

    @Override
    public void close() {
        guards.close();
    }
}
