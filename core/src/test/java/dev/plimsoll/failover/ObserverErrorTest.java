package dev.plimsoll.failover;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** EV-2 an observer of the replicas throws an Error: all others hear, everything is given back, and then it surfaces. */
@NullUnmarked // nulls are values here
final class ObserverErrorTest extends VotingScene {

    private final Error broken = new Error("of an observer");

    private Replicas<Source> observed(String... names) {
        for (String name : names) {
            source(name).takes = Duration.ZERO;
        }
        Replicas<Source> stores = Replicas.create("stores", sources, r -> r.consecutiveFailures(1), time);
        stores.observe(event -> {
            throw broken;
        });
        return stores;
    }

    @Test
    @DisplayName("EV-2 FO-1 asynchronous: it is in the future, in place of what the stage came to")
    void callAsync_whenObserverThrows_failsWithThat() {
        Replicas<Source> stores = observed("a", "b");
        CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
        CompletableFuture<@Nullable String> answer = stores.callAsync(source -> stage);
        assertThat(answer).isNotDone();
        stage.completeExceptionally(new IOException("down"));
        assertThatThrownBy(answer::join).hasCause(broken);
        atRest(stores);
        assertThat(stores.snapshot().ejected()).isEqualTo(1);
        time.advance(ofSeconds(31));
        CompletableFuture<@Nullable String> next = stores.callAsync(Source::askAsync); // finds that one comes back
        assertThatThrownBy(next::join).hasCause(broken);
        atRest(stores);
        assertThat(stores.snapshot().ejected()).isZero();
    }

    /** What it takes along cannot be put in force anywhere. */
    private final class Unwearable implements CallObserver {

        @Override
        public Scope begins(String dependency) {
            return () -> {};
        }

        @Override
        public Snapshot capture() {
            return () -> {
                throw broken;
            };
        }

        @Override
        public void on(Event event) {}
    }

    @Test
    @DisplayName("EV-2 FO-1 asynchronous: a context that cannot be put in force ends the call, which nobody else would")
    void failoverAsync_whenContextThrows_failsWithThat() {
        Failover<Source> prices =
                Failover.create("prices", f -> f.primary("a", source("a")).backup("b", source("b")), time);
        prices.observe(new Unwearable());
        CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
        CompletableFuture<@Nullable String> answer = prices.callAsync(any -> stage);
        stage.completeExceptionally(new IOException("down"));
        assertThat(answer).isDone();
        assertThatThrownBy(answer::join).hasCause(broken);
    }

    @Test
    @DisplayName(
            "EV-2 FO-2 one whose context cannot be put in force votes for nobody: the vote ends, the replica is free")
    void vote_whenContextThrows_ends() {
        Replicas<Source> stores = replicas("a", "b");
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(2).executor(Runnable::run));
        votes.observe(new Unwearable());
        assertThatThrownBy(() -> votes.call(Source::ask))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("of an observer");
        atRest(stores);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.succeeded() + each.failed()).isZero());
    }

    @Test
    @DisplayName("FO-1 RT-6 asynchronous: to complete the future cancels the stage, and says nothing of the replica")
    void callAsync_whenCompletedFromOutside_cancelsTheStage() {
        Replicas<Source> stores = replicas("a", "b");
        CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
        CompletableFuture<@Nullable String> answer = stores.callAsync(source -> stage);
        assertThat(answer.complete("enough")).isTrue();
        assertThat(stage).isCancelled();
        atRest(stores);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.succeeded() + each.failed()).isZero());
    }

    @Test
    @DisplayName("EV-2 FO-1 every change is told to everybody before it surfaces")
    void update_whenObserverThrows_isToldWhole() {
        Replicas<Source> stores = observed("a", "b");
        List<String> heard = new ArrayList<>();
        stores.observe(event -> heard.add(((ReplicaChanged) event).replica()));
        assertThatThrownBy(() -> stores.update(Map.of("c", source("c"), "d", source("d"))))
                .isSameAs(broken);
        assertThat(heard).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    @DisplayName("EV-2 FO-2 a failure that makes a majority impossible ends the vote all the same")
    void vote_whenObserverThrowsAtTheLastFailure_ends() {
        Replicas<Source> stores = observed("a", "b");
        sources.values().forEach(each -> each.error = new IOException("down"));
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(2));
        CompletableFuture<@Nullable String> answer =
                votes.callAsync(source -> CompletableFuture.failedFuture(new IOException("down")));
        assertThat(answer).isDone();
        assertThatThrownBy(answer::join).hasCause(broken);
        atRest(stores);
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 0, 1, 0, 0));
        assertThat(events).hasSize(1);
    }

    @Test
    @DisplayName("EV-2 FO-2 all dissenters get their failure, and the end of the vote is told, before it surfaces")
    void vote_whenObserverThrowsOfADissenter_settlesAll() {
        Replicas<Source> stores = observed("liar", "other", "a", "b", "c");
        List<Source> honest = List.of(source("a"), source("b"), source("c"));
        List<CompletableFuture<@Nullable String>> truths = new ArrayList<>();
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(5));
        CompletableFuture<@Nullable String> answer = votes.callAsync(source -> {
            if (!honest.contains(source)) {
                return CompletableFuture.completedFuture("lie");
            }
            truths.add(new CompletableFuture<>());
            return truths.get(truths.size() - 1);
        });
        truths.forEach(each -> each.complete("true"));
        assertThatThrownBy(answer::join).hasCause(broken);
        atRest(stores);
        for (String liar : List.of("liar", "other")) {
            assertThat(of(stores, liar).failed()).isEqualTo(1);
            assertThat(of(stores, liar).standing()).isEqualTo(Standing.EJECTED);
        }
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 1, 0, 0, 2));
        assertThat(events).hasSize(1);
    }
}
