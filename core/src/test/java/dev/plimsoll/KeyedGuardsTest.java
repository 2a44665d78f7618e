package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Guards by key: each key its own, not too many of them, and never two for one key. */
final class KeyedGuardsTest {

    private final IllegalStateException down = new IllegalStateException("down");

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final KeyedGuards<String> hosts = guards.keyed(
            "hosts",
            g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(ofMinutes(2)))
                    .bulkhead(1),
            k -> k.maximumSize(2).idleAfter(ofMinutes(1)));

    @AfterEach
    void close() {
        guards.close();
    }

    private void fail(Guard guard) {
        assertThatThrownBy(() -> guard.run(() -> {
                    throw down;
                }))
                .isSameAs(down);
    }

    private static Rejection refusalOf(Guard guard) {
        return refusalBy(() -> guard.get(() -> 1));
    }

    private static Rejection refusalBy(Runnable call) {
        try {
            call.run();
        } catch (RejectedException refused) {
            return refused.rejection();
        }
        throw new AssertionError("not refused");
    }

    private BreakerState stateOf(String key) {
        return hosts.snapshot(key).orElseThrow().breaker().orElseThrow().state();
    }

    @Test
    @DisplayName("CB-11 a key that is sick is cut off, and the others are not")
    void keys_haveTheirOwn() {
        fail(hosts.get("a"));
        assertThat(refusalOf(hosts.get("a")).dependency()).isEqualTo("hosts/a");
        assertThat(hosts.call("b", () -> 7)).isEqualTo(7);
        assertThat(stateOf("a")).isEqualTo(BreakerState.OPEN);
        assertThat(stateOf("b")).isEqualTo(BreakerState.CLOSED);
        assertThat(hosts.snapshots()).extracting(GuardSnapshot::name).containsExactly("hosts/a", "hosts/b");
        assertThat(hosts.get("a").circuitBreaker()).isSameAs(hosts.get("a").circuitBreaker());
        assertThat(hosts.get("a").name()).isEqualTo(hosts.name()).isEqualTo("hosts");
        assertThat(hosts.describe())
                .startsWith("for each of 2 keys, until idle for 1 min: [circuit breaker (")
                .endsWith(") → bulkhead of 1 → work]; " + "others share one");
        assertThat(hosts.toString()).isEqualTo("hosts: " + hosts.describe());
    }

    @Test
    @DisplayName("CB-11 T-100 keyed overflow: beyond the most, new keys share one breaker, which is counted and shown")
    void overflow_isShared() {
        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        assertThat(hosts.call("b", () -> 2)).isEqualTo(2);
        fail(hosts.get("c"));
        Rejection refusal = refusalOf(hosts.get("d"));
        assertThat(refusal.dependency()).isEqualTo("hosts/*");
        assertThat(refusal.reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        KeyedGuardsSnapshot now = hosts.snapshot();
        assertThat(now.keys()).isEqualTo(now.maximumSize()).isEqualTo(2);
        assertThat(now.overflowed()).isEqualTo(2);
        assertThat(now.shared().name()).isEqualTo("hosts/*");
        assertThat(now.shared().breaker().orElseThrow().state()).isEqualTo(BreakerState.OPEN);
        assertThat(hosts.snapshot("c")).isEmpty();
    }

    @Test
    @DisplayName("CB-11 RL-1 a key whose permits have not come in again is not forgotten: it would have them all anew")
    void key_whoseRateLimitIsUsed_stays() {
        KeyedGuards<String> tenants = guards.keyed(
                "tenants",
                g -> g.rateLimiter(r -> r.permits(2).per(ofMinutes(60))),
                k -> k.maximumSize(1).idleAfter(ofMinutes(1)));
        assertThat(tenants.call("a", () -> 1)).isEqualTo(1);
        assertThat(tenants.call("a", () -> 2)).isEqualTo(2);
        time.advance(ofMinutes(2));
        assertThat(tenants.call("b", () -> 3)).isEqualTo(3);
        assertThat(refusalOf(tenants.get("a")).reason()).isEqualTo(Rejection.Reason.RATE_LIMITED);
        assertThat(tenants.snapshot().evicted()).isZero();
        time.advance(ofMinutes(60));
        assertThat(tenants.call("b", () -> 3)).isEqualTo(3);
        assertThat(tenants.snapshot().evicted()).isEqualTo(1);
        assertThat(tenants.call("a", () -> 4)).isEqualTo(4);
    }

    @Test
    @DisplayName("CB-11 or they are refused, by configuration, as by any other gate")
    void overflow_isRefused() {
        Heard heard = new Heard();
        KeyedGuards<Integer> tenants = guards.keyed(
                "tenants",
                g -> g.bulkhead(1).observer(heard),
                k -> k.maximumSize(1).refuseOthers());
        assertThat(tenants.call(1, () -> 1)).isEqualTo(1);
        Rejection refusal = refusalOf(tenants.get(2));
        assertThat(refusal.reason()).isEqualTo(Rejection.Reason.KEYS_FULL);
        assertThat(refusal.detail()).isEqualTo("as many keys have a guard of their own as may, 1");
        assertThat(heard.only(Event.AttemptRefused.class).dependency()).isEqualTo("tenants/*");
        assertThat(tenants.get(2).<Integer, RuntimeException>call(() -> 1, refused -> 0))
                .isZero();
        assertThat(tenants.get(2).callAsync(() -> CompletableFuture.completedFuture(1)))
                .isCompletedExceptionally();
        assertThat(refusalBy(() -> tenants.get(1).run(() -> tenants.call(2, () -> 1)))
                        .reason())
                .isEqualTo(Rejection.Reason.KEYS_FULL);
        assertThat(tenants.describe()).endsWith("; others are refused");
        assertThat(tenants.snapshot().overflowed()).isEqualTo(4);
        assertThat(tenants.call(1, () -> 1)).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 who is idle goes, and its place is free for another key")
    void idle_goes() {
        Guard handle = hosts.get("a");
        assertThat(handle.get(() -> 1)).isEqualTo(1);
        time.advance(ofSeconds(50));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        time.advance(ofSeconds(10));
        assertThat(hosts.call("c", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
        assertThat(hosts.snapshot("b")).isPresent();
        assertThat(hosts.snapshot().evicted()).isEqualTo(1);
        assertThat(hosts.snapshot().overflowed()).isZero();
    }

    @Test
    @DisplayName("CB-11 a handle finds its key's guard with each call: the one that is there then")
    void handle_resolvesItsKey() {
        Guard handle = hosts.get("a");
        Guard strict = handle.judgedBy(Classifier.standard());
        fail(handle);
        assertThat(refusalOf(strict).reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        time.advance(ofMinutes(3));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1); // a goes
        assertThat(hosts.snapshot("a")).isEmpty();
        fail(strict);
        assertThat(refusalOf(handle).reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        assertThat(hosts.snapshot("a").orElseThrow().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 an open breaker stays until its wait is over, however long it is idle")
    void open_staysForItsWait() {
        fail(hosts.get("a"));
        time.advance(ofSeconds(119));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(stateOf("a")).isEqualTo(BreakerState.OPEN);
        time.advance(ofSeconds(7));
        assertThat(hosts.call("c", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
    }

    @Test
    @DisplayName("CB-11 nor does it stay half open for ever where a timer has ended its wait")
    void halfOpenByTimer_goes() {
        hosts.observe(new Heard());
        fail(hosts.get("a"));
        time.advance(ofMinutes(3));
        assertThat(stateOf("a")).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
    }

    @Test
    @DisplayName("CB-11 what an operator has set stays")
    void forcedOpen_stays() {
        Objects.requireNonNull(hosts.get("a").circuitBreaker()).forceOpen("maintenance", "ops");
        time.advance(ofMinutes(100));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(refusalOf(hosts.get("a")).reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
    }

    @Test
    @DisplayName("CB-11 a key whose call is under way is not idle: its bulkhead is not doubled")
    void callUnderWay_keepsItsGuard() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        Thread caller = new Thread(() -> hosts.call("a", () -> {
            inside.countDown();
            Rendezvous.await(enough);
            return 1;
        }));
        caller.start();
        Rendezvous.await(inside);
        time.advance(ofMinutes(5));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(refusalOf(hosts.get("a")).reason()).isEqualTo(Rejection.Reason.BULKHEAD_FULL);
        enough.countDown();
        Rendezvous.join(caller);
        time.advance(ofMinutes(5));
        assertThat(hosts.call("c", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
    }

    @Test
    @DisplayName("CB-11 also where no bulkhead tells that: the breaker that hears of its end is the one in use")
    void callUnderWay_keepsItsBreaker() {
        KeyedGuards<String> bare = guards.keyed(
                "bare", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)), k -> k.idleAfter(ofMinutes(1)));
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        CompletableFuture<Integer> call = bare.get("a").callAsync(() -> stage);
        assertThatThrownBy(() -> bare.call("b", () -> {
                    time.advance(ofMinutes(5));
                    assertThat(bare.call("c", () -> 1)).isEqualTo(1); // sweeps
                    throw down;
                }))
                .isSameAs(down);
        stage.completeExceptionally(down);
        assertThat(call).isCompletedExceptionally();
        assertThat(refusalOf(bare.get("a")).reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        assertThat(refusalOf(bare.get("b")).reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
    }

    @Test
    @DisplayName("CB-11 nor is one whose asynchronous call is, or has left work behind that holds a permit")
    void asyncCallUnderWay_keepsItsGuard() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Integer> call = hosts.get("a").callAsync(attempt -> {
            attempt.endsWith(end);
            return stage;
        });
        time.advance(ofMinutes(5));
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(refusalOf(hosts.get("a")).reason()).isEqualTo(Rejection.Reason.BULKHEAD_FULL);
        assertThat(call.cancel(true)).isTrue();
        time.advance(ofMinutes(5));
        assertThat(hosts.call("c", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isPresent();
        end.complete(null);
        time.advance(ofMinutes(5));
        assertThat(hosts.call("d", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
    }

    @Test
    @DisplayName("CB-11 CB-12 a change reaches every key: those that there are, the shared one, and those to come")
    void change_reachesAll() {
        Heard heard = new Heard();
        Heard named = new Heard();
        guards.observe(heard);
        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        fail(hosts.get("a"));
        hosts.reconfigure(
                g -> g.circuitBreaker(b -> b.consecutiveFailures(2)).bulkhead(3).observer(named));
        assertThat(stateOf("a")).isEqualTo(BreakerState.OPEN);
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(hosts.call("c", () -> 1)).isEqualTo(1);
        assertThat(guards.bulkheads())
                .extracting(BulkheadSnapshot::name, BulkheadSnapshot::maxConcurrent)
                .containsExactlyInAnyOrder(tuple("hosts/*", 3), tuple("hosts/a", 3), tuple("hosts/b", 3));
        assertThat(heard.only(Event.Reconfigured.class).dependency()).isEqualTo("hosts");
        assertThat(named.of(Event.CallEnded.class))
                .extracting(Event::dependency)
                .containsExactly("hosts/b", "hosts/*");
        hosts.reconfigure(
                g -> g.circuitBreaker(b -> b.consecutiveFailures(2)).bulkhead(3).observer(named));
        assertThat(heard.of(Event.Reconfigured.class)).hasSize(1);
        assertThatThrownBy(() -> hosts.get("a").reconfigure(g -> g))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("hosts is set up with those of all keys");
    }

    @Test
    @DisplayName("CB-11 EV-1 events give the key in the name, and the group without it, for meters")
    void events_nameTheKey() {
        Heard heard = new Heard();
        Guard handle = hosts.get("http://api.example.com:8080/" + "x".repeat(100));
        handle.observe(heard);
        fail(handle);
        CircuitTransition opened = heard.only(CircuitTransition.class);
        assertThat(opened.dependency()).isEqualTo("hosts/http:__api.example.com:8080_" + "x".repeat(36));
        assertThat(opened.group()).isEqualTo("hosts");
        assertThat(heard.of(Event.CallEnded.class)).allMatch(end -> end.group().equals("hosts"));
        handle.forget(heard);
        heard.clear();
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(heard.all()).isEmpty();
        guards.observe(heard);
        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(heard.only(Event.CallEnded.class).dependency()).isEqualTo("hosts/b");
        guards.forget(heard);
        assertThat(new Event.Reconfigured("prices", List.of("x"), time.wall()).group())
                .isEqualTo("prices");
    }

    @Test
    @DisplayName("CB-11 CA-4 CA-5 the same name is the same guards, or an error; closed guards refuse every key")
    void names_andTheEnd() {
        KeyedGuards<Integer> tenants = guards.keyed("tenants", g -> g.bulkhead(1));
        assertThat(guards.keyed("tenants", g -> g.bulkhead(1))).isSameAs(tenants);
        assertThat(guards.allKeyed()).containsExactly(hosts, tenants);
        assertThat(tenants.warnings()).isEmpty();
        assertThat(problemsOf(() -> guards.keyed("tenants", g -> g.bulkhead(2), k -> k.refuseOthers())))
                .hasSize(2)
                .allMatch(problem -> problem.contains("must be as the guard"));
        assertThat(problemsOf(() -> guards.guard("tenants", g -> g)))
                .containsExactly("name must not be one of a guard and of guards by key: \"tenants\"");
        Guard unused = guards.guard("prices", g -> g);
        assertThat(problemsOf(() -> guards.keyed("prices", g -> g))).hasSize(1);
        assertThat(problemsOf(
                        () -> guards.keyed("p", g -> g, k -> k.maximumSize(0).idleAfter(ofMillis(0)))))
                .containsExactly("maximumSize must be 1 to 1000000: 0", "idleAfter must be 1 ms to 366 days: PT0S");
        assertThat(problemsOf(() -> tenants.reconfigure(
                        g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()))))
                .hasSize(1);
        guards.close();
        assertThat(refusalOf(tenants.get(1)).reason()).isEqualTo(Rejection.Reason.SHUT_DOWN);
        assertThatThrownBy(() -> guards.keyed("late", g -> g)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tenants.reconfigure(g -> g)).isInstanceOf(IllegalStateException.class);
    }

    private static List<String> problemsOf(Runnable wrong) {
        try {
            wrong.run();
        } catch (ConfigurationException e) {
            return e.problems();
        }
        throw new AssertionError("not refused");
    }

    @Test
    @DisplayName("CB-11 RB-1 a key whose own retry budget was charged lately is not forgotten into a new one")
    void retriesOfAKey_areNotForgotten() {
        KeyedGuards<String> retried =
                guards.keyed("retried", g -> g.retry(Retry.immediate().maxAttempts(2)), k -> k.idleAfter(ofSeconds(1)));
        assertThatThrownBy(() -> retried.call("sick", () -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);
        time.advance(ofSeconds(3));
        assertThat(retried.call("other", () -> 1)).isEqualTo(1);
        assertThat(retried.snapshot("sick").orElseThrow().budget().orElseThrow().retries())
                .isEqualTo(1);
        time.advance(ofSeconds(12)); // longer than the budget looks back
        assertThat(retried.call("other", () -> 1)).isEqualTo(1);
        time.advance(ofSeconds(3));
        assertThat(retried.call("another", () -> 1)).isEqualTo(1);
        assertThat(retried.snapshot("sick")).isEmpty();
    }
}
