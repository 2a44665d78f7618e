package dev.plimsoll.limit;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Gate;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rate limiters by key. */
final class RateLimitersTest {

    private final VirtualTime time = VirtualTime.create();
    private final RateLimiters<String> limiters = RateLimiters.create(
            "tenants",
            r -> r.permits(1).per(ofSeconds(10)).burst(2),
            k -> k.maximumSize(2).idleAfter(ofMinutes(1)),
            time);

    private int taken(String key) {
        int taken = 0;
        while (limiters.tryEnter(key) != null) {
            taken++;
        }
        return taken;
    }

    @Test
    @DisplayName("RL-1 each key has its own permits; beyond the most, new keys share one limiter, counted and shown")
    void keys_haveTheirOwn() {
        assertThat(taken("a")).isEqualTo(2);
        assertThat(taken("b")).isEqualTo(2);
        assertThat(taken("c")).isEqualTo(2);
        assertThat(taken("d")).isZero();
        RateLimitersSnapshot now = limiters.snapshot();
        assertThat(now.keys()).isEqualTo(now.maximumSize()).isEqualTo(2);
        assertThat(now.overflowed()).isEqualTo(4);
        assertThat(now.shared().admitted()).isEqualTo(2);
        assertThat(limiters.snapshot("a").orElseThrow().refused()).isEqualTo(1);
        assertThat(limiters.snapshot("c")).isEmpty();
        assertThat(limiters.toString()).startsWith("RateLimitersSnapshot[name=tenants");
    }

    @Test
    @DisplayName("RL-1 who is idle goes, and with it nothing that matters: its bucket is full")
    void idleKey_goes() {
        assertThat(taken("a")).isEqualTo(2);
        assertThat(taken("b")).isEqualTo(2);
        time.advance(ofSeconds(59));
        assertThat(limiters.tryEnter("b")).isNotNull();
        time.advance(ofSeconds(1));
        assertThat(taken("c")).isEqualTo(2);
        assertThat(limiters.snapshot("a")).isEmpty();
        assertThat(limiters.snapshot("b")).isPresent();
        assertThat(limiters.snapshot().evicted()).isEqualTo(1);
        assertThat(limiters.snapshot().overflowed()).isZero();
        assertThat(taken("a")).isEqualTo(2); // shared now
        assertThat(limiters.snapshot().overflowed()).isEqualTo(3);
    }

    @Test
    @DisplayName("RL-1 who is idle and whose permits have not come in stays, however long that is")
    void keyInDebt_stays() {
        limiters.reconfigure(r -> r.permits(1).per(Duration.ofHours(1)).burst(2));
        assertThat(taken("a")).isEqualTo(2);
        time.advance(ofMinutes(100));
        assertThat(limiters.tryEnter("b")).isNotNull();
        assertThat(taken("c")).isEqualTo(2);
        assertThat(limiters.snapshot("a")).isPresent();
        assertThat(taken("a")).isEqualTo(1);
    }

    @Test
    @DisplayName("RL-1 a gate finds its key's limiter each time, and what was not run goes back where it came from")
    void gate_resolvesItsKeyEachTime() {
        Gate gate = limiters.gate("a");
        Admission.Leave first = (Admission.Leave) gate.enter();
        gate.settle(first, RateScript.NOT_RUN, 0, 0, null);
        assertThat(limiters.snapshot("a").orElseThrow().available()).isEqualTo(2);
        assertThat(limiters.snapshot("a").orElseThrow().notUsed()).isEqualTo(1);
        assertThat(limiters.snapshot().shared().notUsed()).isZero();
        time.advance(ofMinutes(2));
        assertThat(taken("b")).isEqualTo(2); // a goes
        assertThat(limiters.snapshot("a")).isEmpty();
        assertThat(gate.enter()).isInstanceOf(Admission.Leave.class);
        assertThat(limiters.snapshot("a").orElseThrow().available()).isEqualTo(1);
        assertThat(gate.clock()).isEqualTo(time.coarse());
        assertThat(limiters.enter("a", 2)).isInstanceOf(Admission.class);
        assertThatThrownBy(() -> limiters.enter("a", 3)).hasMessage("tenants: permits must be 1 to the burst of 2: 3");
    }

    @Test
    @DisplayName("RL-1 what was not run is counted where it was admitted, also after a change, and of those who share")
    void gate_ofKeys_countsWhereItAdmitted() {
        Admission.Leave own = (Admission.Leave) limiters.enter("a");
        limiters.reconfigure(r -> r.permits(1).per(ofSeconds(10)).burst(3));
        assertThat(limiters.tryEnter("a")).isNotNull();
        limiters.gate("a").settle(own, RateScript.NOT_RUN, 0, 0, null);
        assertThat(limiters.tryEnter("b")).isNotNull();
        Gate sharing = limiters.gate("c");
        sharing.settle((Admission.Leave) sharing.enter(), RateScript.NOT_RUN, 0, 0, null);
        assertThat(limiters.snapshot("a").orElseThrow().notUsed()).isEqualTo(1);
        assertThat(limiters.snapshot("b").orElseThrow().notUsed()).isZero();
        assertThat(limiters.snapshot().shared().notUsed()).isEqualTo(1);
    }

    @Test
    @DisplayName("RL-1 a change reaches every key, those that there are and those to come")
    void change_reachesEveryKey() {
        assertThat(taken("a")).isEqualTo(2);
        limiters.reconfigure(r -> r.permits(1).per(ofSeconds(10)).burst(5));
        assertThat(taken("a")).isEqualTo(3);
        assertThat(taken("b")).isEqualTo(5);
        assertThat(taken("c")).isEqualTo(5);
        assertThatThrownBy(() -> limiters.reconfigure(r -> r.permits(0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("rate limiters tenants");
        assertThat(limiters.snapshot().limit().burst()).isEqualTo(5);
    }

    @Test
    @DisplayName("RL-1 T-88 many threads and keys that come and go: nobody has more than its burst at once")
    void threads_neverHaveTwoLimiters() {
        RateLimiters<Integer> many = RateLimiters.create(
                "tenants",
                r -> r.permits(1).per(Duration.ofNanos(1)).burst(3),
                k -> k.maximumSize(4).idleAfter(Duration.ofMillis(1)),
                time);
        for (int round = 0; round < 30; round++) {
            time.advance(ofSeconds(1));
            AtomicInteger admitted = new AtomicInteger();
            int key = round;
            Rendezvous.threads(4, () -> {
                for (int i = 0; i < 5; i++) {
                    admitted.addAndGet(many.tryEnter(key) == null ? 0 : 1);
                }
            });
            assertThat(admitted).hasValue(3);
        }
        assertThat(many.snapshot().evicted()).isPositive();
        assertThat(many.snapshot().keys()).isBetween(1, 4);
    }

    @Test
    @DisplayName("RL-1 everything that is wrong is said at once")
    void wrongSettings_areRefused() {
        assertThatThrownBy(() -> RateLimiters.create(
                        "no name", r -> r, k -> k.maximumSize(0).idleAfter(Duration.ZERO)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"no name\"",
                                        "permits must be at least 1: 0",
                                        "maximumSize must be 1 to 10000000: 0",
                                        "idleAfter must be 1 ms to 366 days: PT0S"));
    }
}
