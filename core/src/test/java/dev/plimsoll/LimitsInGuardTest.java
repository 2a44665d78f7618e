package dev.plimsoll;

import static dev.plimsoll.AsyncScene.errorOf;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rate limiter, concurrency limit and throttle as gates of a guard, in both engines. */
final class LimitsInGuardTest {

    private static final Duration SECOND = ofSeconds(1);
    private static final Deed GOOD = new Deed(ofMillis(10), null, "good");

    /** What says that the dependency is full. */
    private static final class Full extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final AsyncScene scene = new AsyncScene();
    private final VirtualTime time = scene.time;
    private final Heard heard = scene.heard;

    @AfterEach
    void nothingIsLeft() {
        scene.close();
    }

    private Guard guard(UnaryOperator<GuardBuilder> setup) {
        return scene.guards.guard("payments", setup);
    }

    private Object call(Engines engine, Guard guard, Deed deed) throws Throwable {
        return engine.call(guard, time, () -> deed);
    }

    private RejectedException refusal(Engines engine, Guard guard) {
        Throwable thrown = catchThrowable(() -> call(engine, guard, GOOD));
        assertThat(thrown).isInstanceOf(RejectedException.class);
        return (RejectedException) thrown;
    }

    private static RateLimiter limiter(Guard guard) {
        return Objects.requireNonNull(guard.rateLimiter());
    }

    private static ConcurrencyLimit limit(Guard guard) {
        return Objects.requireNonNull(guard.concurrencyLimit());
    }

    /** How many permits of its rate limiter are used, and were not given back. */
    private static long taken(Guard guard) {
        return limiter(guard).snapshot().admitted() - limiter(guard).snapshot().notUsed();
    }

    private static int active(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().active();
    }

    private static CompletableFuture<Object> hung(Guard guard) {
        return guard.callAsync(() -> new CompletableFuture<>());
    }

    // ---------------------------------------------------------------- each of them

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 each attempt takes a permit; who finds none is refused, and told when to come back")
    void rateLimiter_withoutPermits_refuses(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(2).per(SECOND)));

        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        RejectedException refused = refusal(engine, guard);

        assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(refused.gate()).isEqualTo("rate limiter");
        assertThat(refused.dependency()).isEqualTo("payments");
        assertThat(refused.retryAfter()).contains(ofMillis(480));
        heard.only(AttemptRefused.class);
        assertThat(guard.snapshot().refusals()).containsEntry(Reason.RATE_LIMITED, 1L);
        assertThat(limiter(guard).snapshot().refused()).isEqualTo(1);
        time.advance(ofMillis(480));
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 CB-14 who may wait begins at its turn, and the wait is not part of how long the work took")
    void rateLimiter_whoseTurnComes_begins(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(1).per(SECOND).maxWait(SECOND.multipliedBy(5))));
        long begun = time.precise();
        for (int i = 0; i < 3; i++) {
            assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        }
        assertThat(time.precise() - begun).isEqualTo(ofMillis(2010).toNanos());
        assertThat(heard.of(AttemptEnded.class))
                .allSatisfy(ended ->
                        assertThat(ended.elapsedNanos()).isEqualTo(ofMillis(10).toNanos()));
        assertThat(limiter(guard).snapshot().waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 DL-1 a wait that would outlast the call's own total timeout is refused at once")
    void rateLimiter_whoseTurnIsTooLate_refusesAtOnce(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.totalTimeout(SECOND)
                .rateLimiter(r -> r.permits(1).per(SECOND.multipliedBy(2)).maxWait(SECOND.multipliedBy(60))));
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        long before = time.precise();

        assertThat(refusal(engine, guard).reason()).isEqualTo(Reason.RATE_LIMITED);

        assertThat(time.precise()).isEqualTo(before);
        assertThat(limiter(guard).snapshot().waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "CL-1 T-45 a timeout and the dependency's overload are drops, another failure is not; all slots come back")
    void concurrencyLimit_hearsHowAttemptsEnd(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.attemptTimeout(SECOND)
                .classifier(Classifier.standard().judging(Full.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER)))
                .concurrencyLimit(l -> l.aimd().within(1, 100).initial(7)));

        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(1), new IOException("lost"), "")))
                .isInstanceOf(IOException.class);
        assertThat(limit(guard).snapshot().dropped()).isZero();
        assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(1), new Full(), "")))
                .isInstanceOf(Full.class);
        assertThat(limit(guard).snapshot().dropped()).isEqualTo(1);
        assertThatThrownBy(() -> call(engine, guard, new Deed(SECOND.multipliedBy(9), null, "")))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(limit(guard).snapshot().dropped()).isEqualTo(2);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(100), new Full(), "")))
                    .isInstanceOf(Full.class);
        }
        assertThat(limit(guard).limit()).as("drops do not raise it").isBetween(1, 6);
        time.advance(SECOND.multipliedBy(10)); // what timed out ends as well
    }

    @Test
    @DisplayName(
            "CL-1 T-46 asynchronous attempts are under way until their stages complete, whatever they complete with")
    void concurrencyLimit_ofStages_countsUntilTheyComplete() {
        Guard guard = guard(g -> g.concurrencyLimit(l -> l.initial(3)));
        List<CompletableFuture<Object>> stages = new ArrayList<>();
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            stages.add(stage);
            calls.add(guard.callAsync(() -> stage));
        }
        assertThat(limit(guard).snapshot().inFlight()).isEqualTo(3);
        RejectedException refused = (RejectedException) errorOf(hung(guard));
        assertThat(refused.reason()).isEqualTo(Reason.CONCURRENCY_LIMIT);

        stages.get(0).complete("good");
        stages.get(1).completeExceptionally(new StackOverflowError("not really"));
        calls.get(2).cancel(true);

        assertThat(calls.get(0).join()).isEqualTo("good");
        assertThat(errorOf(calls.get(1))).isInstanceOf(StackOverflowError.class);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        CompletableFuture<Object> failed = guard.callAsync(() -> {
            throw new OutOfMemoryError("not really");
        });
        assertThat(errorOf(failed)).isInstanceOf(OutOfMemoryError.class);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(limit(guard).snapshot().dropped()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "AT-1 a dependency that says it is full is sent less; what is held back is THROTTLED and takes no permit")
    void adaptiveThrottle_holdsBack(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.adaptiveThrottle(t -> t.minimumRequests(10))
                .rateLimiter(r -> r.permits(1_000).per(Duration.ofDays(300)))
                .classifier(Classifier.standard().judging(Full.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER))));
        int sent = 0;
        int heldBack = 0;
        for (int i = 0; i < 200; i++) {
            Throwable thrown = catchThrowable(() -> call(engine, guard, new Deed(ofMillis(1), new Full(), "")));
            if (thrown instanceof RejectedException refused) {
                assertThat(refused.reason()).isEqualTo(Reason.THROTTLED);
                heldBack++;
            } else {
                assertThat(thrown).isInstanceOf(Full.class);
                sent++;
            }
        }
        assertThat(heldBack).isGreaterThan(120);
        assertThat(sent).isGreaterThan(10);
        assertThat(limiter(guard).snapshot().admitted()).isEqualTo(sent);
        assertThat(guard.snapshot().throttle().orElseThrow().refused()).isEqualTo(heldBack);
    }

    // ---------------------------------------------------------------- together

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
                .rateLimiter(r -> r.permits(5).per(Duration.ofDays(300)))
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
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(5).per(Duration.ofDays(300)))
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
                .rateLimiter(r -> r.permits(5).per(Duration.ofDays(300)))
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
                .rateLimiter(r -> r.permits(10).per(Duration.ofDays(300)))
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
        RateLimiter limiter = RateLimiter.create("all", r -> r.permits(3).per(Duration.ofDays(300)), time);
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
