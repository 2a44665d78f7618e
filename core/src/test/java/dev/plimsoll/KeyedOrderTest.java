package dev.plimsoll;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** In which order guards by key are gone through when all of them are concerned. */
final class KeyedOrderTest {

    private static final int KEYS = 10;

    /** The keys in the order in which their circuit breakers are half-open, all due at the same instant. */
    private static List<String> halfOpen(long seed) throws InterruptedException {
        VirtualTime time = VirtualTime.create(seed);
        time.takeTurns();
        List<String> order = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            KeyedGuards<String> hosts = guards.keyed(
                    "hosts",
                    g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(ofSeconds(1))),
                    k -> k.maximumSize(KEYS).idleAfter(ofMinutes(1)));
            for (int i = 0; i < KEYS; i++) {
                Guard host = hosts.get("key" + i);
                assertThatThrownBy(() -> host.run(() -> {
                            throw new IllegalStateException("down");
                        }))
                        .isInstanceOf(IllegalStateException.class);
            }
            hosts.observe(
                    event -> { // from now on each has a timer
                        if (event instanceof CircuitTransition transition
                                && transition.to() == BreakerState.HALF_OPEN) {
                            order.add(transition.dependency());
                        }
                    });
            time.sleep(ofSeconds(2));
        }
        return order;
    }

    @Test
    @DisplayName("CB-11 EV-4 guards by key are gone through in the same order each time, that in which they were made")
    void observers_reachKeysInTheSameOrderEachTime() throws InterruptedException {
        List<String> once = halfOpen(7);

        assertThat(once).hasSize(KEYS).doesNotHaveDuplicates();
        assertThat(halfOpen(7)).isEqualTo(once);
    }
}
