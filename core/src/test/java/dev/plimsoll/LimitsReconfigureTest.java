package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.limit.BrokenAlgorithm;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-12: the limits of a guard that is configured anew while it is in use; and what it says about them. */
final class LimitsReconfigureTest extends LimitScene {

    private static GuardBuilder all(GuardBuilder guard) {
        return guard.circuitBreaker()
                .attemptTimeout(SECOND)
                .adaptiveThrottle(t -> t)
                .rateLimiter(r -> r.permits(100).per(SECOND).maxWait(ofMillis(50)))
                .concurrencyLimit(l -> l.within(2, 200))
                .bulkhead(50);
    }

    @Test
    @DisplayName("CB-12 RL-1 CL-1 AT-1 each stays the same object with its counts, and the change is told in words")
    void reconfigure_keepsThem() {
        Guard guard = guard(LimitsReconfigureTest::all);
        RateLimiter limiter = guard.rateLimiter();
        ConcurrencyLimit limit = guard.concurrencyLimit();
        AdaptiveThrottle throttle = guard.adaptiveThrottle();
        CompletableFuture<Object> stage = new CompletableFuture<>();
        CompletableFuture<Object> across = guard.callAsync(() -> stage);

        guard.reconfigure(g -> g.circuitBreaker()
                .attemptTimeout(SECOND)
                .adaptiveThrottle(t -> t.k(3))
                .rateLimiter(r -> r.permits(50).per(SECOND))
                .concurrencyLimit(l -> l.aimd().within(2, 100))
                .bulkhead(50));

        assertThat(guard.rateLimiter()).isSameAs(limiter);
        assertThat(guard.concurrencyLimit()).isSameAs(limit);
        assertThat(guard.adaptiveThrottle()).isSameAs(throttle);
        assertThat(heard.only(Reconfigured.class).changes())
                .hasSize(3)
                .anyMatch(line -> line.equals("rateLimiter: 100 permits per 1 s, 100 at once, waits up to 50 ms -> "
                        + "50 permits per 1 s, 50 at once"))
                .anyMatch(line -> line.startsWith("concurrencyLimit: ") && line.contains("max=200"))
                .anyMatch(line -> line.startsWith("adaptiveThrottle: "));
        assertThat(limit(guard).snapshot().inFlight()).isEqualTo(1);
        assertThat(limiter(guard).snapshot().available()).isEqualTo(49);
        stage.complete("good");
        assertThat(across.join()).isEqualTo("good");
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(guard.snapshot().throttle().orElseThrow().accepts()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "CB-12 an equal set-up changes nothing, and one without limits leaves them to the calls that are inside")
    void reconfigure_whenEqualOrNone() {
        Guard guard = guard(LimitsReconfigureTest::all);
        ConcurrencyLimit left = limit(guard);
        CompletableFuture<Object> stage = new CompletableFuture<>();
        CompletableFuture<Object> across = guard.callAsync(() -> stage);

        guard.reconfigure(LimitsReconfigureTest::all);
        assertThat(heard.of(Reconfigured.class)).isEmpty();
        guard.reconfigure(g -> g);

        assertThat(guard.concurrencyLimit()).isNull();
        assertThat(guard.rateLimiter()).isNull();
        assertThat(guard.adaptiveThrottle()).isNull();
        assertThat(guard.get(() -> "bare")).isEqualTo("bare");
        assertThat(left.snapshot().inFlight()).isEqualTo(1);
        stage.complete("good");
        assertThat(across.join()).isEqualTo("good");
        assertThat(left.snapshot().inFlight()).isZero();
        guard.reconfigure(LimitsReconfigureTest::all);
        assertThat(limit(guard)).isNotSameAs(left);
    }

    @Test
    @DisplayName(
            "CB-12 CA-4 all or nothing: what is wrong is listed, and an algorithm that does not start changes nothing")
    void reconfigure_whenWrong_changesNothing() {
        Guard guard = guard(LimitsReconfigureTest::all);
        String before = guard.describe();

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guard.reconfigure(g -> g.attemptTimeout(SECOND.multipliedBy(40))
                        .adaptiveThrottle(t -> t.k(1))
                        .rateLimiter(r -> r)
                        .concurrencyLimit(l -> l.within(30, 40))
                        .bulkhead(0)))
                .satisfies(wrong -> assertThat(wrong.problems())
                        .containsExactly(
                                "adaptiveThrottle.k must be above 1 and at most 100: 1",
                                "adaptiveThrottle.over must be longer than the attempt timeout of PT40S: PT30S",
                                "rateLimiter.permits must be at least 1: 0",
                                "concurrencyLimit.initial must be within 30 and 40: 20",
                                "bulkhead.maxConcurrent must be at least 1: 0"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guard.reconfigure(g -> g.rateLimiter(r -> r.permits(7))
                        .concurrencyLimit(
                                l -> l.algorithm(BrokenAlgorithm.stillborn()).initial(7))))
                .satisfies(wrong -> assertThat(wrong.problems())
                        .containsExactly("algorithm must start at 20: java.lang.IllegalStateException: not today"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> scene.guards.guard(
                        "other", g -> g.concurrencyLimit(l -> l.algorithm(BrokenAlgorithm.stillborn()))));

        assertThat(guard.describe()).isEqualTo(before);
        assertThat(limiter(guard).limit().permits()).isEqualTo(100);
        assertThat(heard.of(Reconfigured.class)).isEmpty();
        assertThat(scene.guards.find("other")).isEmpty();
        guard.reconfigure(g -> g.rateLimiter(r -> r.permits(7)));
        assertThat(guard.describe()).isEqualTo("[rate limiter of 7 permits per 1 s, 7 at once → work]");
    }

    @Test
    @DisplayName("CB-12 CB-11 nor does it change the guards by key, which go on as before")
    void reconfigure_whenAlgorithmDoesNotStart_leavesTheGuardsByKey() {
        KeyedGuards<String> tenants = scene.guards.keyed("tenants", g -> g.concurrencyLimit(l -> l.initial(7)), k -> k);
        assertThat(tenants.call("a", () -> 1)).isEqualTo(1);
        String before = tenants.describe();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        tenants.reconfigure(g -> g.concurrencyLimit(l -> l.algorithm(BrokenAlgorithm.stillborn()))));
        assertThat(tenants.call("a", () -> 1)).isEqualTo(1);
        assertThat(tenants.call("b", () -> 2)).isEqualTo(2);
        assertThat(tenants.describe()).isEqualTo(before);
        assertThat(heard.of(Reconfigured.class)).isEmpty();
        tenants.reconfigure(g -> g.bulkhead(1));
        assertThat(tenants.call("b", () -> 2)).isEqualTo(2);
    }

    @Test
    @DisplayName("CA-4 nothing where a gate must be is one line each")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void null_isListed() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guard(g -> g.adaptiveThrottle(t -> null)
                        .adaptiveThrottle((AdaptiveThrottle) null)
                        .rateLimiter(r -> null)
                        .rateLimiter((RateLimiter) null)
                        .concurrencyLimit(l -> null)
                        .concurrencyLimit((ConcurrencyLimit) null)))
                .satisfies(wrong -> assertThat(wrong.problems())
                        .containsExactly(
                                "adaptiveThrottle must not be null: null",
                                "adaptiveThrottle must not be null: null",
                                "rateLimiter must not be null: null",
                                "rateLimiter must not be null: null",
                                "concurrencyLimit must not be null: null",
                                "concurrencyLimit must not be null: null"));
    }

    @Test
    @DisplayName(
            "CA-4 the order is fixed and printed; explain and snapshot have a place for each; the same twice is the same")
    void guard_tellsOfThem() {
        Guard guard = guard(LimitsReconfigureTest::all);
        assertThat(guard.describe())
                .startsWith("[circuit breaker (")
                .endsWith(") → adaptive throttle → "
                        + "rate limiter of 100 permits per 1 s, 100 at once, waits up to 50 ms → "
                        + "concurrency limit from 2 to 200 → bulkhead of 50 → attempt timeout 1000 ms → work]");
        assertThat(guard.explain().lines().skip(1).map(String::strip))
                .anyMatch(line -> line.startsWith("adaptive throttle payments: holds nothing back"))
                .anyMatch(line -> line.startsWith("rate limiter payments: 100 permits per 1 s, 100 at once; 100 there"))
                .anyMatch(
                        line -> line.startsWith("concurrency limit payments: 0 of 20 under way, 2 to 200 by adaptive"));
        assertThat(guard.snapshot().rateLimiter().orElseThrow().available()).isEqualTo(100);
        assertThat(guard.snapshot().concurrencyLimit().orElseThrow().limit()).isEqualTo(20);
        assertThat(guard(LimitsReconfigureTest::all)).isSameAs(guard);
        assertThat(guard.warnings()).isEmpty();
        assertThat(scene.guards.guard("hangs", g -> g.concurrencyLimit(l -> l)).warnings())
                .singleElement()
                .asString()
                .startsWith("concurrencyLimit without a timeout");
        assertThat(scene.guards.guard("none", g -> g).snapshot().throttle()).isEmpty();
    }
}
