package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.plimsoll.Guard;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.retry.Retry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How often guards are bound, how often they are looked at, and how often what they share counts. */
final class BindingTest {

    private final Shop shop = new Shop();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final GuardMeters meters = GuardMeters.of(shop.guards);

    @AfterEach
    void close() {
        meters.close();
        shop.close();
    }

    @Test
    @DisplayName("EV-2 bound to one registry twice, calls are counted once; what there is to be seen is said before")
    void meters_boundTwice_countOnce() throws Exception {
        Guard prices = shop.prices();
        Drain drain = Drain.create("shop", ofSeconds(1), shop.time);
        meters.bindTo(registry);
        meters.bindTo(registry);
        shop.good(prices, 1);
        assertThat(registry.get("plimsoll.calls").tag("end", "answered").timer().count())
                .isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(meters::eachKey).withMessageStartingWith("bound already");
        assertThatIllegalStateException().isThrownBy(() -> meters.drain(drain));
        meters.close();
        meters.drain(drain).bindTo(registry);
        assertThat(registry.get("plimsoll.drain.ready").gauge().value()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 the guards of all keys are looked at once for all of them, and again after a tenth of a second")
    void keys_areLookedAtTogether() throws Exception {
        KeyedGuards<String> hosts = shop.guards.keyed("hosts", g -> g.bulkhead(3));
        shop.good(hosts.get("a"), 1);
        KeySight sight = new KeySight(hosts, shop.time);
        assertThat(sight.names()).containsExactlyInAnyOrder("hosts/*", "hosts/a");
        assertThat(sight.of("hosts/a")).hasSize(1);

        shop.good(hosts.get("b"), 1);
        shop.good(hosts.get("b c"), 1);
        shop.good(hosts.get("b_c"), 1);
        assertThat(sight.of("hosts/b")).isEmpty();
        shop.time.advance(ofMillis(100));
        assertThat(sight.of("hosts/b")).hasSize(1);
        assertThat(sight.of("hosts/b_c")).as("keys that are written alike").hasSize(2);
        assertThat(sight.of("hosts/gone")).isEmpty();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    @DisplayName("CB-11 what the guards of all keys share counts once, what each has of its own for each")
    void mechanisms_thatKeysShare_countOnce() throws Exception {
        RetryBudget budget = RetryBudget.create(b -> b.minimumPerSecond(5), shop.time);
        CircuitBreaker breaker = CircuitBreaker.create("database", b -> b, shop.time);
        Bulkhead bulkhead = Bulkhead.create("database", b -> b.maxConcurrent(3), shop.time);
        KeyedGuards<String> hosts = shop.guards.keyed(
                "hosts",
                g -> g.retry(Retry.immediate())
                        .retryBudget(budget)
                        .circuitBreaker(breaker)
                        .concurrencyLimit(l -> l)
                        .bulkhead(bulkhead));
        meters.bindTo(registry);
        for (String key : List.of("a", "b", "c")) {
            shop.good(hosts.get(key), 1);
        }
        shop.time.advance(ofMillis(200)); // what was seen a moment ago is not looked at again
        assertThat(gauge("plimsoll.bulkhead.max", "dependency", "hosts")).isEqualTo(3);
        assertThat(gauge("plimsoll.circuitbreaker.state", "dependency", "hosts", "state", "closed"))
                .isEqualTo(1);
        assertThat(gauge("plimsoll.budget.balance", "dependency", "hosts"))
                .isEqualTo((double) budget.snapshot().allowed())
                .isPositive();
        int limit = hosts.snapshot().shared().concurrencyLimit().orElseThrow().limit();
        assertThat(gauge("plimsoll.concurrency.limit", "dependency", "hosts"))
                .isEqualTo(4.0 * limit); // with the one that keys share which are too many
    }
}
