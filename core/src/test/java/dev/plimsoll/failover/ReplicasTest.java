package dev.plimsoll.failover;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Breakdown;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FO-1 replicas: who is asked, who is sent away, and how it comes back. */
@NullUnmarked // nulls are values here
final class ReplicasTest extends ReplicasScene {

    @Test
    @DisplayName("FO-1 each replica has its part of the calls")
    void call_whenAllAreWell_asksAll() {
        Replicas<Shard> shops = replicas(r -> r);
        ask(shops, 400);
        assertThat(shards.values())
                .allSatisfy(each -> assertThat(each.asked.get()).isBetween(50, 150));
        assertThat(events).isEmpty();
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        assertThat(shops.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.inFlight()).isZero());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE - 40_000_000_000L})
    @DisplayName(
            "FO-1 T-44 a replica that fails five times in a row is asked no more until its time is over, whatever the clock")
    void call_whenReplicaFailsInARow_isEjected(long origin) {
        VirtualTime other = VirtualTime.startingAt(origin, 7);
        Replicas<Shard> shops = Replicas.create("shops", shards, r -> r, other);
        shops.observe(events::add);
        shard("a").fails();
        ask(shops, 100);
        assertThat(shard("a").asked).hasValue(5);
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.EJECTED);
        other.advance(ofMillis(29_999));
        assertThat(askedOf("a", shops, 100)).isZero();
        shard("a").isWell();
        other.advance(ofMillis(1));
        assertThat(of(shops, "a")).satisfies(each -> {
            assertThat(each.standing()).isEqualTo(Standing.STARTING);
            assertThat(each.weight()).isEqualTo(0.1);
        });
        assertThat(askedOf("a", shops, 400)).isBetween(1, 60);
        other.advance(ofSeconds(30));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        assertThat(askedOf("a", shops, 400)).isBetween(60, 140);
        assertThat(told())
                .containsExactly("1 a EJECTED: 5 failures in a row; away for 30 s", "2 a RETURNED: its time is over");
    }

    @Test
    @DisplayName("FO-1 each ejection is longer than the one before, up to the longest; doing well takes that back")
    void ejection_growsWithItsNumber() {
        Replicas<Shard> shops =
                replicas(r -> r.ejectFor(ofSeconds(30), ofSeconds(75)).slowStart(Duration.ZERO, 1));
        shard("a").fails();
        for (Duration span : List.of(ofSeconds(30), ofSeconds(60), ofSeconds(75), ofSeconds(75))) {
            ask(shops, 200);
            time.advance(span.minusNanos(1));
            assertThat(of(shops, "a").standing()).isEqualTo(Standing.EJECTED);
            time.advance(Duration.ofNanos(1));
            assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        }
        assertThat(of(shops, "a").ejections()).isEqualTo(4);
        shard("a").isWell();
        for (int i = 0; i < 3; i++) {
            ask(shops, 200);
            time.advance(ofSeconds(10));
        }
        ask(shops, 200);
        assertThat(of(shops, "a").ejections()).isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("FO-1 when all fail at most half are sent away, and the others go on being asked")
    void call_whenAllFail_halfStay() {
        Replicas<Shard> shops = replicas(r -> r);
        shards.values().forEach(Shard::fails);
        ask(shops, 200);
        assertThat(shops.snapshot().ejected()).isEqualTo(2);
        Replicas<Shard> alone = Replicas.create("alone", Map.of("a", shard("a")), r -> r, time);
        ask(alone, 50);
        assertThat(alone.snapshot().ejected()).isZero();
        Replicas<Shard> never = Replicas.create("never", shards, r -> r.mostEjected(0), time);
        ask(never, 200);
        assertThat(never.snapshot().ejected()).isZero();
    }

    @Test
    @DisplayName("FO-1 a replica that fails far more often than the others is sent away, though never often in a row")
    void call_whenReplicaIsFarBelowTheOthers_isEjected() {
        shards.putAll(Shard.named("e", "f"));
        Replicas<Shard> shops = replicas(r -> r.consecutiveFailures(1000));
        for (int i = 0; i < 2400; i++) {
            if (i % 2 == 0) {
                shard("e").fails();
            } else {
                shard("e").isWell();
            }
            ask(shops, 1);
        }
        assertThat(shops.snapshot().ejected()).isZero();
        time.advance(ofSeconds(10));
        ask(shops, 1);
        assertThat(of(shops, "e").standing()).isEqualTo(Standing.EJECTED);
        assertThat(told()).singleElement().asString().matches("1 e EJECTED: [45]\\d\\.\\d % succeeded, less than .*");
    }

    @Test
    @DisplayName("FO-1 a retry of the guard around asks another replica, by both forms, until all were asked")
    void work_inARetry_prefersAnother() throws Exception {
        Replicas<Shard> shops = replicas(r -> r.consecutiveFailures(1000));
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = guards.guard(
                    "prices", g -> g.retry(Retry.fixed(ofMillis(10)).maxAttempts(4)));
            for (int i = 0; i < 20; i++) {
                shards.values().forEach(Shard::fails);
                Shard well = shard(List.of("a", "b", "c", "d").get(i % 4));
                well.isWell();
                String answer = i < 10
                        ? prices.call(shops.work(Shard::ask))
                        : later(prices.callAsync(shops.workAsync(Shard::askAsync)));
                assertThat(answer).isEqualTo(well.name);
            }
            shards.values().forEach(each -> {
                each.fails();
                each.asked.set(0);
            });
            for (int i = 1; i <= 10; i++) {
                assertThatThrownBy(() -> prices.call(shops.work(Shard::ask))).hasMessageEndingWith("is down");
                int times = i;
                assertThat(shards.values())
                        .allSatisfy(each -> assertThat(each.asked).hasValue(times));
            }
        }
    }

    private String later(CompletableFuture<String> answer) throws Exception {
        time.advance(ofSeconds(1)); // for the pauses
        return Rendezvous.get(answer);
    }

    @Test
    @DisplayName("FO-1 a retry asks nobody who is away, even where it has asked all others")
    void work_whenOnlyEjectedOnesAreLeft_asksThoseAgainThatAreThere() throws Exception {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").fails();
        ask(shops, 100);
        int asked = shard("a").asked.get();
        shards.values().forEach(Shard::fails);
        var work = shops.work(Shard::ask);
        for (int i = 0; i < 8; i++) {
            assertThat(catchThrowable(work::call)).isNotNull();
        }
        assertThat(shard("a").asked).hasValue(asked);
    }

    @Test
    @DisplayName(
            "FO-1 CA-8 a refusal by the replica's own guard is no evidence; it is left alone for as long as that says")
    void call_whenOwnGuardRefuses_restsTheReplica() {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").error = new Rejection("a", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "open", 5_000_000_000L)
                .exception(false);
        ask(shops, 100);
        assertThat(shard("a").asked).hasValue(1);
        assertThat(of(shops, "a")).satisfies(each -> {
            assertThat(each.standing()).isEqualTo(Standing.RESTING);
            assertThat(each.failed()).isZero();
        });
        shard("a").isWell();
        time.advance(ofSeconds(5));
        assertThat(askedOf("a", shops, 100)).isBetween(5, 60);
        shards.values()
                .forEach(each -> each.error = new Rejection(
                                "x", "rate limiter", Rejection.Reason.RATE_LIMITED, "no", 5_000_000_000L)
                        .exception(false));
        int before = shards.values().stream().mapToInt(each -> each.asked.get()).sum();
        ask(shops, 40);
        assertThat(shards.values().stream().mapToInt(each -> each.asked.get()).sum())
                .isEqualTo(before + 40);
    }

    @Test
    @DisplayName("FO-1 CA-8 so it is when the replica's client has put that refusal into an exception of its own")
    void call_whenOwnGuardRefusesWithinAClient_restsTheReplica() {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").error = new CompletionException(busyFor(ofSeconds(5)));
        ask(shops, 100);
        assertThat(shard("a").asked).hasValue(1);
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.RESTING);
    }

    private static RejectedException busyFor(Duration span) {
        return new Rejection("a", "rate limiter", Rejection.Reason.RATE_LIMITED, "no", span.toNanos()).exception(false);
    }

    @Test
    @DisplayName(
            "FO-1 RT-4 a replica is left alone for as long as it says, 300 s at most, however short an ejection is")
    void call_whenReplicaIsBusyForLong_restsItUntilThen() {
        Replicas<Shard> shops = replicas(r -> r.ejectFor(ofSeconds(1), ofSeconds(1)));
        for (Duration span : List.of(ofMinutes(2), ofMinutes(5), ofSeconds(301))) {
            shard("a").error = busyFor(span);
            ask(shops, 100);
            shard("a").isWell();
            time.advance(ofSeconds(Math.min(300, span.toSeconds())).minusNanos(1));
            assertThat(of(shops, "a").standing()).isEqualTo(Standing.RESTING);
            assertThat(askedOf("a", shops, 100)).isZero();
            time.advance(Duration.ofNanos(1));
            assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        }
    }

    @Test
    @DisplayName("FO-1 of two answers that say when to come back the later time counts, whichever comes last")
    void call_whenReplicaIsBusyTwice_restsItUntilTheLaterTime() {
        Replicas<Shard> alone = Replicas.create("alone", Map.of("a", shard("a")), r -> r, time);
        List<CompletableFuture<String>> stages = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        for (CompletableFuture<String> stage : stages) {
            CompletableFuture<String> unused = alone.callAsync(shard -> stage);
        }
        stages.get(0).completeExceptionally(busyFor(ofMinutes(2)));
        stages.get(1).completeExceptionally(busyFor(ofSeconds(5)));
        time.advance(ofMinutes(2).minusNanos(1));
        assertThat(of(alone, "a").standing()).isEqualTo(Standing.RESTING);
        time.advance(Duration.ofNanos(1));
        assertThat(of(alone, "a").standing()).isEqualTo(Standing.OPEN);
    }

    @Test
    @DisplayName(
            "FO-1 CB-13 the end of the caller's time is the replica's failure if it was at it for long enough; HL-1 a local"
                    + " stall is nobody's")
    void call_whenTimeIsUp_blamesOrNot() throws Exception {
        Replicas<Shard> shops = Replicas.create("shops", Map.of("a", shard("a")), r -> r, time);
        Ask<Shard, String, InterruptedException> slow = shard -> {
            time.advance(ofSeconds(2));
            throw new InterruptedException();
        };
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(2)).run(() -> shops.call(slow)))
                .isInstanceOf(InterruptedException.class);
        assertThat(of(shops, "a").failed()).isEqualTo(1);
        assertThatThrownBy(() -> shops.call(slow)).isInstanceOf(InterruptedException.class);
        assertThat(of(shops, "a").failed()).isEqualTo(1);
        assertThatThrownBy(() -> Deadline.in(time, ofMillis(500))
                        .run(() -> shops.call(shard -> {
                            time.advance(ofMillis(500));
                            throw new InterruptedException();
                        })))
                .isInstanceOf(InterruptedException.class);
        assertThat(of(shops, "a").failed()).isEqualTo(1);
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(2))
                        .run(() -> shops.call(shard -> {
                            time.stall(ofSeconds(2));
                            throw new InterruptedException();
                        })))
                .isInstanceOf(InterruptedException.class);
        assertThat(of(shops, "a").failed()).isEqualTo(1);
        assertThat(of(shops, "a").inFlight()).isZero();
    }

    @Test
    @DisplayName("FO-1 DL-1 whose time is up before is refused, and asks nobody")
    void call_whenTimeIsUp_isRefused() {
        Replicas<Shard> shops = replicas(r -> r);
        assertThatThrownBy(() -> Deadline.in(time, Duration.ZERO).run(() -> shops.call(Shard::ask)))
                .isInstanceOf(RejectedException.class);
        assertThatThrownBy(() ->
                        Deadline.in(time, Duration.ZERO).run(() -> Rendezvous.get(shops.callAsync(Shard::askAsync))))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RejectedException.class);
        assertThat(shards.values()).allSatisfy(each -> assertThat(each.asked).hasValue(0));
    }

    @Test
    @DisplayName("FO-1 CB-7 what was under way when a replica was sent away says nothing about the time after")
    void call_whenItEndsAfterTheEjection_countsNothing() {
        Replicas<Shard> shops = replicas(r -> r.slowStart(Duration.ZERO, 1));
        List<CompletableFuture<String>> stages = new ArrayList<>();
        while (stages.size() < 10) {
            CompletableFuture<String> unused = shops.callAsync(shard -> {
                CompletableFuture<String> stage = new CompletableFuture<>();
                if (shard.name.equals("a")) {
                    stages.add(stage);
                }
                return stage;
            });
        }
        stages.subList(0, 5).forEach(each -> each.completeExceptionally(new java.io.IOException("down")));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.EJECTED);
        time.advance(ofSeconds(30));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        stages.subList(5, 10).forEach(each -> each.completeExceptionally(new java.io.IOException("down")));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.OPEN);
        assertThat(of(shops, "a").failuresInRow()).isZero();
        assertThat(of(shops, "a").inFlight()).isZero();
    }

    @Test
    @DisplayName("FO-1 RT-6 asynchronous: cancelling cancels the stage, and is no evidence")
    void callAsync_whenCancelled_cancelsTheStage() {
        Replicas<Shard> alone = Replicas.create("alone", Map.of("a", shard("a")), r -> r, time);
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> answer = alone.callAsync(shard -> stage);
        assertThat(of(alone, "a").inFlight()).isEqualTo(1);
        answer.cancel(true);
        assertThat(stage).isCancelled();
        assertThat(of(alone, "a")).satisfies(each -> {
            assertThat(each.inFlight()).isZero();
            assertThat(each.failed()).isZero();
        });
        assertThat(alone.callAsync(shard -> null)).isCompletedExceptionally();
        assertThat(of(alone, "a").failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("FO-1 asynchronous: a stage that nobody can listen to is a failure in the future, and leaves nothing")
    void callAsync_whenNobodyCanListen_fails() {
        Replicas<Shard> alone = Replicas.create("alone", Map.of("a", shard("a")), r -> r, time);
        IllegalStateException deaf = new IllegalStateException("deaf");
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> listener) {
                throw deaf;
            }
        };
        assertThatThrownBy(() -> alone.callAsync(shard -> stage).join()).hasCause(deaf);
        assertThat(of(alone, "a").inFlight()).isZero();
        assertThat(of(alone, "a").failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("FO-1 asynchronous: without a timer for the wait it ends with that error, and the stage is cancelled")
    void callAsync_whenThereIsNoTimer_ends() {
        Replicas<Shard> alone = Replicas.create("alone", Map.of("a", shard("a")), r -> r, time);
        Error noThread = new Error("unable to create native thread");
        CompletableFuture<String> stage = new CompletableFuture<>();
        Deadline.in(time, ofSeconds(1)).run(() -> {
            Breakdown.of(time, noThread);
            CompletableFuture<String> answer = alone.callAsync(shard -> stage);
            Breakdown.of(time, null);
            assertThatThrownBy(answer::join).hasCause(noThread);
        });
        assertThat(stage).isCancelled();
        assertThat(of(alone, "a").inFlight()).isZero();
        assertThat(of(alone, "a").failed()).isZero();
    }
}
