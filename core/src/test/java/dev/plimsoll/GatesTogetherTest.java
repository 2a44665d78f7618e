package dev.plimsoll;

import static dev.plimsoll.AsyncScene.errorOf;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.shed.AdaptiveThrottle;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gates of a guard one behind the other: what is asked again after a wait, and what goes back after a refusal. */
final class GatesTogetherTest extends LimitScene {

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 CL-1 AT-1 CB-8 T-15 when one refuses, all before it have back what they gave")
    void refusal_givesBackWhatIsBeforeIt(Engines engine) throws Throwable {
        Bulkhead shared = Bulkhead.create("shared", b -> b.maxConcurrent(1), time);
        Guard guard = guard(g -> g.circuitBreaker(b -> b.consecutiveFailures(1)
                        .openFor(SECOND)
                        .maxConcurrentProbes(1)
                        .successesToClose(1))
                .adaptiveThrottle(t -> t)
                .rateLimiter(r -> r.permits(5).per(AGES))
                .concurrencyLimit(l -> l.initial(5))
                .bulkhead(shared));
        assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(1), new IOException("lost"), "")))
                .isInstanceOf(IOException.class);
        time.advance(SECOND);
        try (Permit taken = shared.tryEnter()) {
            assertThat(taken).isNotNull();
            for (int i = 0; i < 5; i++) {
                assertThat(refusal(engine, guard).reason()).isEqualTo(Reason.BULKHEAD_FULL);
            }
        }
        assertThat(taken(guard)).isEqualTo(1);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(guard.snapshot().throttle().orElseThrow().requests()).isEqualTo(1);
        assertThat(call(engine, guard, GOOD)).as("the probe's place is free").isEqualTo("good");
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        assertThat(taken(guard)).isEqualTo(2);
        assertThat(limiter(guard).snapshot().available())
                .as("but for parts of one")
                .isBetween(2L, 3L);
    }

    @Test
    @DisplayName(
            "CL-1 RL-1 BH-1 who queues for the bulkhead has no slot and keeps the token; then the limit is asked again")
    void queueing_keepsTheTokenOnly() {
        ConcurrencyLimit shared = ConcurrencyLimit.create("shared", l -> l.initial(2), time);
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(5).per(AGES))
                .concurrencyLimit(shared)
                .bulkhead(b -> b.maxConcurrent(1).maxWaiting(2).maxWait(SECOND)));
        CompletableFuture<Object> first = new CompletableFuture<>();
        CompletableFuture<Object> running = guard.callAsync(() -> first);
        CompletableFuture<Object> queued = guard.callAsync(() -> CompletableFuture.completedFuture("queued"));
        CompletableFuture<Object> tooLate = guard.callAsync(() -> CompletableFuture.completedFuture("never"));
        assertThat(shared.snapshot().inFlight()).isEqualTo(1);
        assertThat(limiter(guard).snapshot().available()).isEqualTo(2);

        Permit one = Objects.requireNonNull(shared.tryEnter());
        first.complete("first");
        Rendezvous.await(queued::isDone, "the queued one has got its place and asked the limit");
        assertThat(running.join()).isEqualTo("first");
        assertThat(queued.join()).isEqualTo("queued");
        assertThat(tooLate.join()).isEqualTo("never");

        CompletableFuture<Object> second = new CompletableFuture<>();
        CompletableFuture<Object> again = guard.callAsync(() -> second);
        CompletableFuture<Object> refusedThen = hung(guard);
        one.close();
        Permit two = Objects.requireNonNull(shared.tryEnter());
        assertThat(shared.tryEnter()).isNull();
        Bulkhead bulkhead = Objects.requireNonNull(guard.bulkhead());
        bulkhead.resize(2); // a place comes free while both slots are taken
        Rendezvous.await(refusedThen::isDone, "it was asked again");
        assertThat(((RejectedException) errorOf(refusedThen)).reason()).isEqualTo(Reason.CONCURRENCY_LIMIT);
        assertThat(bulkhead.snapshot().active()).isEqualTo(1);
        assertThat(limiter(guard).snapshot().available())
                .as("its token is back")
                .isEqualTo(1);
        second.complete("second");
        assertThat(again.join()).isEqualTo("second");
        two.close();
        assertThat(shared.snapshot().inFlight()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "RL-1 BH-1 a token is given back once by who waits in vain for the bulkhead, for a time or for a circuit")
    void queueing_inVain_givesTheTokenBack(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker()
                .rateLimiter(r -> r.permits(5).per(AGES))
                .concurrencyLimit(l -> l.initial(2))
                .bulkhead(b -> b.maxConcurrent(1).maxWaiting(2).maxWait(SECOND)));
        CompletableFuture<Object> first = new CompletableFuture<>();
        CompletableFuture<Object> running = guard.callAsync(() -> first);

        assertThat(refusal(engine, guard).reason()).isEqualTo(Reason.BULKHEAD_TIMEOUT);
        assertThat(taken(guard)).isEqualTo(1);

        AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
        Thread waiting =
                time.start("waiting", () -> reason.set(refusal(engine, guard).reason()));
        time.advance(ofMillis(1));
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "me");
        first.complete("first");
        time.join(waiting);
        assertThat(reason).hasValue(Reason.CIRCUIT_OPEN);
        assertThat(running.join()).isEqualTo("first");
        assertThat(taken(guard)).isEqualTo(1);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(limiter(guard).snapshot().available()).isBetween(3L, 4L);
    }

    @Test
    @DisplayName("RL-1 RT-6 T-31 a wait that is interrupted, or cancelled, returns its reservation")
    void wait_thatIsNotWanted_returnsItsReservation() throws InterruptedException {
        Guard guard = guard(g -> g.circuitBreaker()
                .rateLimiter(r -> r.permits(1).per(SECOND).maxWait(SECOND.multipliedBy(9)))
                .bulkhead(1));
        guard.run(() -> {});
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread caller = time.start("caller", () -> thrown.set(catchThrowable(() -> guard.run(() -> {}))));
        CompletableFuture<Object> cancelled = hung(guard);
        time.advance(ofMillis(1));
        assertThat(limiter(guard).snapshot().waiting()).isEqualTo(2);

        cancelled.cancel(true);
        caller.interrupt();
        time.join(caller);

        assertThat(thrown.get())
                .isInstanceOf(CallInterruptedException.class)
                .hasMessageContaining("a turn at the rate limiter");
        assertThat(limiter(guard).snapshot().waiting()).isZero();
        assertThat(time.pendingTimers()).isZero();
        long before = time.precise();
        guard.run(() -> {});
        assertThat(time.precise() - before).isEqualTo(ofMillis(999).toNanos());
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 CB-1 a circuit that opens while a call waits for its turn refuses it, and the permit is back")
    void breaker_isAskedAgainAfterTheTurn(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker()
                .rateLimiter(r -> r.permits(1).per(SECOND).maxWait(SECOND.multipliedBy(9)))
                .bulkhead(1));
        guard.run(() -> {});
        AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
        Thread waiting =
                time.start("waiting", () -> reason.set(refusal(engine, guard).reason()));
        time.advance(ofMillis(1));
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "me");
        time.join(waiting);
        assertThat(reason).hasValue(Reason.CIRCUIT_OPEN);
        assertThat(limiter(guard).snapshot().notUsed()).isEqualTo(1);
        assertThat(limiter(guard).snapshot().available()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CL-1 RL-1 RT-1 each attempt of a call passes all gates anew, and holds nothing in the pause")
    void retry_holdsNothingInItsPause(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.retry(Retry.fixed(SECOND).maxAttempts(3))
                .rateLimiter(r -> r.permits(10).per(AGES))
                .concurrencyLimit(l -> l.aimd().initial(1)));
        Thread caller = time.start(
                "caller",
                () -> assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(10), new IOException("lost"), "")))
                        .isInstanceOf(IOException.class));
        time.advance(ofMillis(500));
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        time.join(caller);
        assertThat(limiter(guard).snapshot().available()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "BH-3 CL-1 the limit hears of a timeout at once and has its slot back; the bulkhead's place stays taken")
    void slot_isBackAtTheTimeout_thePlaceAtTheEnd(Engines engine) {
        Guard guard = guard(g -> g.attemptTimeout(SECOND)
                .withoutInterrupt()
                .concurrencyLimit(l -> l.initial(4))
                .bulkhead(b -> b.maxConcurrent(1).ownPool()));
        assertThatThrownBy(() -> engine.call(guard, time, () -> {
                    sleep(SECOND.multipliedBy(2));
                    return new Deed(Duration.ZERO, null, "late");
                }))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(limit(guard).snapshot().dropped()).isEqualTo(1);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(active(guard)).isEqualTo(1);
        time.advance(SECOND.multipliedBy(2));
        Rendezvous.await(() -> active(guard) == 0, "the work has ended");
    }

    private void sleep(Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 CL-1 AT-1 one limiter, limit or throttle given to two guards counts the attempts of both")
    void shared_countsBoth(Engines engine) throws Throwable {
        RateLimiter limiter = RateLimiter.create("all", r -> r.permits(3).per(AGES), time);
        ConcurrencyLimit limit = ConcurrencyLimit.create("all", l -> l.aimd().initial(1), time);
        AdaptiveThrottle throttle = AdaptiveThrottle.create("all", t -> t, time);
        UnaryOperator<GuardBuilder> setup =
                g -> g.rateLimiter(limiter).concurrencyLimit(limit).adaptiveThrottle(throttle);
        Guard one = scene.guards.guard("one", setup);
        Guard two = scene.guards.guard("two", setup);
        CompletableFuture<Object> held = new CompletableFuture<>();
        CompletableFuture<Object> running = one.callAsync(() -> held);

        RejectedException refused = refusal(engine, two);
        assertThat(refused.reason()).isEqualTo(Reason.CONCURRENCY_LIMIT);
        assertThat(refused.dependency()).isEqualTo("all");
        held.complete("held");
        assertThat(running.join()).isEqualTo("held");
        assertThat(call(engine, two, GOOD)).isEqualTo("good");
        assertThat(call(engine, one, GOOD)).isEqualTo("good");
        assertThat(refusal(engine, two).reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(throttle.snapshot().accepts()).isEqualTo(3);
        assertThat(one.concurrencyLimit()).isSameAs(two.concurrencyLimit());
    }
}
