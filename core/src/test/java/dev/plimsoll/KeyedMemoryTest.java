package dev.plimsoll;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.limit.LimitAlgorithm;
import dev.plimsoll.limit.LimitSample;
import dev.plimsoll.time.VirtualTime;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a guard of a key has learnt: when it may be forgotten with it, and that a change of the set-up is all or nothing. */
final class KeyedMemoryTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    /** Goes down to 3 with the first call; starts anywhere but at one place. */
    private record Picky(int limit, int never) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int start, int min, int max) {
            if (start == never) {
                throw new IllegalArgumentException("never at " + never);
            }
            return new Picky(start, never);
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            return new Picky(3, never);
        }

        @Override
        public int calls() {
            return 1;
        }

        @Override
        public Duration span() {
            return Duration.ZERO;
        }

        @Override
        public String name() {
            return "picky";
        }

        @Override
        public String explain() {
            return "";
        }
    }

    private static UnaryOperator<GuardBuilder> limited(int never, int initial) {
        return g -> g.concurrencyLimit(
                l -> l.algorithm(new Picky(initial, never)).within(1, 20).initial(initial));
    }

    private static int limitOf(KeyedGuards<String> hosts, String key) {
        return hosts.snapshot(key)
                .orElseThrow()
                .concurrencyLimit()
                .orElseThrow()
                .limit();
    }

    @Test
    @DisplayName("CB-11 AT-1 a key that is held back is not forgotten before its window has passed")
    void throttledKey_stays() {
        KeyedGuards<String> tenants = guards.keyed(
                "tenants",
                g -> g.adaptiveThrottle(t -> t.over(ofMinutes(5)).minimumRequests(3))
                        .classifier(
                                Classifier.standard().judgingResults(String.class, "full"::equals, Judgement.OVERLOAD)),
                k -> k.maximumSize(1).idleAfter(ofSeconds(1)));
        for (int i = 0; i < 3; i++) {
            assertThat(tenants.call("a", () -> "full")).isEqualTo("full");
        }
        time.advance(ofMinutes(4));
        assertThat(tenants.call("b", () -> "ok")).isEqualTo("ok"); // looks who may go
        assertThat(tenants.snapshot().evicted()).isZero();
        assertThat(tenants.snapshot("a").orElseThrow().throttle().orElseThrow().probability())
                .isPositive();
        time.advance(ofMinutes(2));
        assertThat(tenants.call("b", () -> "ok")).isEqualTo("ok");
        assertThat(tenants.snapshot().evicted()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 CL-1 a key whose limit has fallen is not forgotten until that is ten minutes ago")
    void limitedKey_stays() {
        KeyedGuards<String> tenants =
                guards.keyed("tenants", limited(0, 10), k -> k.maximumSize(1).idleAfter(ofSeconds(1)));
        assertThat(tenants.call("a", () -> 1)).isEqualTo(1);
        assertThat(limitOf(tenants, "a")).isEqualTo(3);
        time.advance(ofMinutes(9));
        assertThat(tenants.call("b", () -> 1)).isEqualTo(1);
        assertThat(tenants.snapshot().evicted()).isZero();
        time.advance(ofMinutes(1));
        assertThat(tenants.call("b", () -> 1)).isEqualTo(1);
        assertThat(tenants.snapshot().evicted()).isEqualTo(1);
        time.advance(ofSeconds(2));
        assertThat(tenants.call("c", () -> 1)).isEqualTo(1);
        assertThat(tenants.snapshot().evicted())
                .as("b is a new one, and its limit has fallen")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 CL-1 a key whose limit is no lower than that of a new one goes, once nobody is inside of it")
    void unlimitedKey_goes() {
        KeyedGuards<String> tenants =
                guards.keyed("tenants", limited(0, 3), k -> k.maximumSize(1).idleAfter(ofSeconds(1)));
        assertThat(tenants.call("a", () -> 1)).isEqualTo(1);
        Permit held = Objects.requireNonNull(
                Objects.requireNonNull(tenants.get("a").concurrencyLimit()).tryEnter());
        time.advance(ofSeconds(2));
        assertThat(tenants.call("b", () -> 1)).isEqualTo(1);
        assertThat(tenants.snapshot().evicted()).isZero();
        held.settle(Judgement.SUCCESS, null);
        time.advance(ofSeconds(2));
        assertThat(tenants.call("b", () -> 1)).isEqualTo(1);
        assertThat(tenants.snapshot().evicted()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 CB-12 an algorithm that does not start for one of the keys: nothing has changed for any")
    void change_thatFailsForOneKey_isNone() {
        KeyedGuards<String> hosts =
                guards.keyed("hosts", limited(0, 10), k -> k.maximumSize(9).idleAfter(ofMinutes(1)));
        for (String key : List.of("a", "b", "c", "d")) {
            assertThat(hosts.get(key).circuitBreaker()).isNull(); // to look makes it
        }
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        String before = hosts.describe();
        assertThatThrownBy(() -> hosts.reconfigure(g -> limited(3, 10).apply(g).circuitBreaker()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("hosts/b")
                .hasMessageContaining("never at 3");
        assertThat(hosts.describe()).isEqualTo(before);
        assertThat(hosts.snapshots())
                .allSatisfy(each -> assertThat(each.breaker()).isEmpty());
        for (String key : List.of("a", "b", "c", "d", "new")) {
            assertThat(hosts.call(key, () -> 1)).isEqualTo(1);
        }
        time.advance(ofMinutes(20));
        assertThat(hosts.call("last", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot().evicted())
                .as("nobody is counted inside for ever")
                .isEqualTo(5);
        hosts.reconfigure(g -> limited(99, 10).apply(g).circuitBreaker());
        assertThat(hosts.snapshots())
                .hasSize(1)
                .allSatisfy(each -> assertThat(each.breaker()).isPresent());
    }

    @Test
    @DisplayName("CB-11 CB-12 nor does one that starts for all there are, and not for those to come")
    void change_thatFailsForKeysToCome_isNone() {
        KeyedGuards<String> hosts = guards.keyed("hosts", limited(0, 10));
        assertThat(hosts.get("a").circuitBreaker()).isNull();
        assertThatThrownBy(() -> hosts.reconfigure(limited(7, 7)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("never at 7");
        assertThat(hosts.call("new", () -> 1)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "CB-12 BH-4 a bulkhead that is left is remembered while something is under way in it, and not much longer")
    void leftBulkheads_areForgotten() {
        KeyedGuards<String> hosts = guards.keyed("hosts", g -> g.bulkhead(1), k -> k.maximumSize(1));
        @Nullable Bulkhead first = Objects.requireNonNull(hosts.get("a").bulkhead());
        @Nullable Permit held = Objects.requireNonNull(first.tryEnter());
        for (int i = 0; i < 20; i++) {
            hosts.reconfigure(g -> g.circuitBreaker());
            hosts.reconfigure(g -> g.bulkhead(1));
        }
        Rendezvous.await(
                () -> countAfterCollection(hosts) <= 3, "of those that were left only the one in use is remembered");
        assertThat(hosts.bulkheads()).contains(first);
        assertThat(guards.bulkheads()).as("those in use, as of every guard").hasSize(2);
        held.settle(Judgement.SUCCESS, null);
        WeakReference<Bulkhead> unused = new WeakReference<>(first);
        first = null;
        held = null;
        Rendezvous.await(() -> countAfterCollection(hosts) <= 2 && unused.get() == null, "and that one for no longer");
    }

    private static int countAfterCollection(KeyedGuards<String> hosts) {
        System.gc();
        return hosts.bulkheads().size();
    }
}
