package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Guards that are found while guards are made, and guards that come and go by the million. */
final class RegistryTest {

    private static final int MILLION = 1_000_000;
    private static final int PLACES = 1_000;
    private static final long MEGABYTE = 1 << 20;

    private record Tenant(int number) {}

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("T-95 a set-up that looks for its own guard finds it or makes it, and never waits for itself")
    void setup_thatLooksForItself_ends() {
        Guard outer = guards.guard("prices", g -> {
            guards.guard("prices", same -> same.bulkhead(3));
            return g.bulkhead(3);
        });
        assertThat(guards.get("prices")).isSameAs(outer);
        assertThatThrownBy(() -> guards.guard("stock", g -> {
                    guards.guard("stock", other -> other.bulkhead(4));
                    return g.bulkhead(3);
                }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bulkhead");
        assertThat(guards.get("stock").describe()).contains("bulkhead of 4");
    }

    @Test
    @DisplayName("T-95 and so does one of guards by key, and a call that finds a guard inside a guard")
    void keys_thatLookForEachOther_end() {
        KeyedGuards<String> hosts = guards.keyed("hosts", g -> {
            guards.keyed("hosts", same -> same.bulkhead(2));
            return g.bulkhead(2);
        });
        assertThat(hosts.call("a", () -> hosts.call("b", () -> hosts.snapshot().keys())))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("T-97 a million keys come and go: no more are kept than may be, and the heap is where it was")
    void millionKeys_leaveNothing() {
        KeyedGuards<Tenant> tenants = guards.keyed(
                "tenants",
                g -> g.bulkhead(1).circuitBreaker(b -> b.consecutiveFailures(5)),
                k -> k.maximumSize(PLACES).idleAfter(Duration.ofSeconds(1)));
        WeakReference<Tenant> first = new WeakReference<>(callAll(tenants, 0, PLACES));
        long before = heap();
        callAll(tenants, PLACES, MILLION);
        assertThat(tenants.snapshot().keys()).isLessThanOrEqualTo(PLACES);
        assertThat(tenants.snapshot().evicted()).isGreaterThanOrEqualTo(MILLION - 2L * PLACES);
        assertThat(heap() - before).as("bytes more in use").isLessThan(2 * MEGABYTE);
        assertThat(first.refersTo(null)).as("the first key is kept").isTrue();
    }

    /** Calls each key once, and lets those go that were called a thousand keys ago. */
    private Tenant callAll(KeyedGuards<Tenant> tenants, int from, int to) {
        Tenant first = new Tenant(from);
        int right = 0;
        for (int key = from; key < to; key++) {
            int answer = key;
            right += tenants.call(key == from ? first : new Tenant(key), () -> answer) == key ? 1 : 0;
            if (key % PLACES == PLACES - 1) {
                time.advance(Duration.ofSeconds(2));
            }
        }
        assertThat(right).isEqualTo(to - from);
        return first;
    }

    private static long heap() {
        List<Long> seen = new ArrayList<>();
        for (int collection = 0; collection < 3; collection++) {
            System.gc();
            seen.add(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return seen.get(2);
    }
}
