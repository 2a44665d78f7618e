package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.plimsoll.Guard;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.drain.Drain;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How often guards are bound, and how often they are looked at. */
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
}
