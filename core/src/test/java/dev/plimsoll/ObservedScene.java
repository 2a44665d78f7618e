package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.failover.Failover;
import dev.plimsoll.failover.Replicas;
import dev.plimsoll.failover.Voting;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.health.HeartbeatMonitor;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Guards, and whatever else tells what happens, on virtual time: each kind of event is brought about by one method. */
final class ObservedScene implements AutoCloseable {

    /** Brings an event about. */
    interface Cause {
        void happens(ObservedScene scene) throws Exception;
    }

    /** Around each call, and said to be for changes only. */
    record Both(Heard heard) implements CallObserver, ChangeObserver {
        @Override
        public Scope begins(String dependency) {
            return () -> {};
        }

        @Override
        public Snapshot capture() {
            return () -> () -> {};
        }

        @Override
        public void on(Event event) {
            heard.on(event);
        }
    }

    final VirtualTime time = VirtualTime.create();
    final Guards guards = Guards.create(g -> g.time(time).logging(false));
    final ConnectException down = new ConnectException("down");
    private final List<Observer> listening;

    ObservedScene(Observer... listening) {
        this.listening = List.of(listening);
        this.listening.forEach(guards::observe);
    }

    static void fail(Guard guard, ConnectException error) throws ConnectException {
        guard.run(() -> {
            throw error;
        });
    }

    /** A guard whose circuit is open for 30 s. */
    Guard opened() {
        Guard prices = guards.guard("prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
        assertThat(catchThrowable(() -> fail(prices, down))).isSameAs(down);
        return prices;
    }

    void opens() {
        Guard unused = opened();
    }

    void reconfigures() {
        guards.guard("prices", g -> g).reconfigure(g -> g.bulkhead(3));
    }

    /** Tries twice, and then no more. */
    void retriesInVain() {
        Guard prices = guards.guard("prices", g -> g.retry(Retry.immediate().maxAttempts(2)));
        assertThat(catchThrowable(() -> fail(prices, down))).isSameAs(down);
    }

    void hedgesInVain() {
        Guard prices =
                guards.guard("prices", g -> g.hedge(Hedge.after(ofMillis(100))).bulkhead(1));
        hedge(prices, 1);
    }

    void hedges() {
        hedge(guards.guard("prices", g -> g.hedge(Hedge.after(ofMillis(100)))), 2);
    }

    private void hedge(Guard guard, int legs) {
        List<CompletableFuture<String>> stages = new ArrayList<>();
        CompletableFuture<String> call = guard.callAsync(() -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
        time.advance(ofMillis(100));
        assertThat(stages).hasSize(legs);
        stages.get(legs - 1).complete("good");
        assertThat(call).isCompletedWithValue("good");
    }

    /** Work goes on for ten times as long as its caller has waited. */
    void abandons() {
        Guard prices =
                guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)).bulkhead(1));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = prices.callAsync(inner::minimalCompletionStage);
        time.advance(ofSeconds(1));
        assertThat(AsyncScene.errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        Rendezvous.await(
                () -> Objects.requireNonNull(prices.bulkhead()).snapshot().orphans() == 1, "the stage was let go");
        time.advance(ofSeconds(10));
        assertThat(Objects.requireNonNull(prices.bulkhead()).snapshot().abandoned())
                .isOne();
        inner.complete("late");
    }

    void addsReplica() {
        Replicas<String> shops = Replicas.create("shops", Map.of("a", "a"), r -> r, time);
        listening.forEach(shops::observe);
        shops.add("b", "b");
    }

    void beats() {
        try (HeartbeatMonitor node = HeartbeatMonitor.create("node-7", h -> h, time)) {
            listening.forEach(node::observe);
            node.heartbeat();
        }
    }

    void holds() {
        Degradation shop = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"), time);
        listening.forEach(shop::observe);
        shop.hold(Level.MINIMAL, "the sale begins", "anna");
    }

    void answers() {
        assertThat(guards.guard("prices", g -> g.circuitBreaker()).get(() -> 7)).isEqualTo(7);
    }

    void refuses() {
        Guard prices = opened();
        assertThatThrownBy(() -> prices.get(() -> 7)).isInstanceOf(RejectedException.class);
    }

    void votes() {
        Replicas<String> shops = Replicas.create("shops", Map.of("a", "a", "b", "b", "c", "c"), r -> r, time);
        Voting<String, String> votes = Voting.create("votes", shops, v -> v.asyncOnly());
        listening.forEach(votes::observe);
        assertThat(votes.callAsync(shop -> CompletableFuture.completedFuture("true")))
                .isCompletedWithValue("true");
    }

    void failsOver() throws ConnectException {
        Failover<String> sites =
                Failover.create("sites", f -> f.primary("east", "e").backup("west", "w"), time);
        listening.forEach(sites::observe);
        String answer = sites.<String, ConnectException>call(site -> {
            if (site.equals("e")) {
                throw down;
            }
            return site;
        });
        assertThat(answer).isEqualTo("w");
    }

    void answersRefusal() {
        Guard full = guards.guard("full", g -> g.rateLimiter(r -> r.permits(1)));
        assertThat(full.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        assertThat(full.<Integer, RuntimeException>call(() -> 7, refused -> 8)).isEqualTo(8);
    }

    void fallsBack() throws ConnectException {
        Guard prices = guards.guard("prices", g -> g.circuitBreaker());
        Fallback<String> fallback = Fallback.<String>onRefusedOrFailed().orElse("none");
        String answer = prices.<String, ConnectException>call(
                () -> {
                    throw down;
                },
                fallback);
        assertThat(answer).isEqualTo("none");
    }

    @Override
    public void close() {
        guards.close();
    }
}
