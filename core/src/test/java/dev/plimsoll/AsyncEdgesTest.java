package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asynchronous calls at the edges: two things at once, and user code that throws where nobody expects it. */
final class AsyncEdgesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Heard heard = new Heard();

    private Guards guards(UnaryOperator<GuardsBuilder> more) {
        return Guards.create(g -> more.apply(g.time(time).logging(false).observer(heard)));
    }

    private static Throwable errorOf(CompletableFuture<?> future) {
        try {
            Rendezvous.get(future);
            throw new AssertionError("no error");
        } catch (ExecutionException wrapped) {
            return Objects.requireNonNull(wrapped.getCause());
        } catch (CancellationException cancelled) {
            return cancelled;
        }
    }

    private static int available(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().available();
    }

    @Test
    @DisplayName("RT-6 RB-1 a retry that is cancelled while it waits for a permit has its charge back")
    void cancel_whenRetryIsInQueue_givesTheChargeBack() {
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(1), time);
        Guard guard = guards(g -> g)
                .guard(
                        "prices",
                        g -> g.retry(Retry.immediate().maxAttempts(2))
                                .retryBudget(budget)
                                .bulkhead(b -> b.maxConcurrent(1).maxWaiting(2).maxWait(SECOND)));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> first);
        CompletableFuture<String> other = guard.callAsync(() -> second);
        first.completeExceptionally(new IOException("lost"));
        time.advance(Duration.ZERO); // the permit goes to the other call, the retry waits behind it
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().waiting())
                .isEqualTo(1);
        long charged = budget.snapshot().retries();
        assertThat(charged).isEqualTo(1);
        call.cancel(true);
        assertThat(budget.snapshot().retries()).isZero();
        second.complete("b");
        assertThat(other.join()).isEqualTo("b");
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("BH-2 whoever is cancelled in the queue was not rejected by the bulkhead")
    void cancel_inQueue_isNoRejection() {
        Guard guard = guards(g -> g)
                .guard(
                        "prices",
                        g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(SECOND)));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> running = guard.callAsync(() -> first);
        CompletableFuture<String> queued = guard.callAsync(() -> CompletableFuture.completedFuture("never"));
        queued.cancel(true);
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().rejected())
                .isZero();
        first.complete("a");
        assertThat(running.join()).isEqualTo("a");
    }

    @Test
    @DisplayName("BH-3 endsWith: a stage that cannot be followed does not keep the permit")
    @SuppressWarnings("NullAway") // that is the point
    void endsWith_whenStageIsBroken_doesNotKeepThePermit() {
        Guard guard = guards(g -> g).guard("real", g -> g.bulkhead(1));
        CompletableFuture<String> call = guard.callAsync(attempt -> {
            attempt.endsWith(null);
            return CompletableFuture.completedFuture("a");
        });
        assertThat(errorOf(call)).isInstanceOf(NullPointerException.class);
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("EV-2 BH-2 an Error of a carrier, on the thread that completes the stage, is the call's end")
    void carrier_whenOpenThrowsAnError_endsTheCall() {
        AssertionError broken = new AssertionError("carrier");
        ContextCarrier carrier = () -> () -> {
            throw broken;
        };
        Guard guard = guards(g -> g.contextCarrier(carrier))
                .guard("prices", g -> g.bulkhead(1).circuitBreaker(b -> b.consecutiveFailures(3)));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner);
        inner.complete("a");
        assertThat(call).isDone();
        assertThat(errorOf(call)).isSameAs(broken);
        assertThat(available(guard)).isEqualTo(1);
        heard.only(AttemptEnded.class);
        heard.only(CallEnded.class);
    }

    @Test
    @DisplayName("CA-2 an Error of a carrier, when it takes the context, is in the future")
    void carrier_whenCaptureThrowsAnError_isInTheFuture() {
        AssertionError broken = new AssertionError("carrier");
        ContextCarrier carrier = () -> {
            throw broken;
        };
        Guard guard = guards(g -> g.contextCarrier(carrier)).guard("prices", g -> g.bulkhead(1));
        CompletableFuture<String> call = guard.callAsync(() -> CompletableFuture.completedFuture("a"));
        assertThat(errorOf(call)).isSameAs(broken);
        heard.only(CallEnded.class);
    }

    @Test
    @DisplayName("RT-6 T-50 a call that is cancelled between the gates and the pool begins no work there")
    void call_cancelledOnItsWayIntoThePool_beginsNothing() {
        AtomicReference<@Nullable CompletableFuture<String>> call = new AtomicReference<>();
        ContextCarrier carrier = () -> {
            CompletableFuture<String> known = call.get();
            if (known != null) {
                known.cancel(true);
            }
            return () -> () -> {};
        };
        Guard guard = guards(g -> g.contextCarrier(carrier))
                .guard(
                        "prices",
                        g -> g.retry(Retry.fixed(SECOND))
                                .bulkhead(b -> b.maxConcurrent(1).ownPool()));
        AtomicInteger begun = new AtomicInteger();
        for (int round = 1; round <= 200; round++) { // a thread of the pool would be quick enough now and then
            call.set(null);
            CompletableFuture<String> next = guard.callAsync(() -> {
                begun.incrementAndGet();
                return CompletableFuture.failedFuture(new IOException("lost"));
            });
            call.set(next);
            int expected = round;
            Rendezvous.await(() -> begun.get() == expected && available(guard) == 1, "the first attempt is over");

            time.advance(SECOND.multipliedBy(10));

            assertThat(errorOf(next)).isInstanceOf(CancellationException.class);
            Rendezvous.await(() -> available(guard) == 1, "the permit is back");
        }
        assertThat(begun).hasValue(200);
    }

    @Test
    @DisplayName("TO-1 a value that nobody takes, for the call was cancelled meanwhile, goes to onLateResult")
    void value_whenCallIsCancelledMeanwhile_isLate() {
        List<@Nullable Object> late = new CopyOnWriteArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> call = new AtomicReference<>();
        Guard guard = guards(g -> g.observer(event -> {
                    if (event instanceof AttemptEnded) {
                        Objects.requireNonNull(call.get()).cancel(true);
                    }
                }))
                .guard("prices", g -> g.attemptTimeout(SECOND).onLateResult(late::add));
        CompletableFuture<String> inner = new CompletableFuture<>();
        call.set(guard.callAsync(() -> inner));
        inner.complete("connection");
        assertThat(call.get()).isCancelled();
        assertThat(late).containsExactly("connection");
    }

    @Test
    @DisplayName("TO-1 a later attempt whose work blocks before it has a stage is bounded by the timeout all the same")
    void retry_whenWorkBlocks_isTimedOut() {
        Guard guard = guards(g -> g)
                .guard(
                        "prices",
                        g -> g.totalTimeout(SECOND)
                                .retry(Retry.fixed(SECOND.dividedBy(10)).maxAttempts(2)));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> call = guard.callAsync(() -> {
            if (attempts.incrementAndGet() > 1) {
                begun.countDown();
                time.sleep(SECOND.multipliedBy(10));
            }
            return CompletableFuture.failedFuture(new IOException("lost"));
        });
        time.advance(SECOND.multipliedBy(2));
        Rendezvous.await(begun);
        try {
            assertThat(call).isDone();
        } finally {
            time.advance(SECOND.multipliedBy(20));
            end.countDown();
        }
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(heard.of(AttemptEnded.class)).hasSize(2);
        heard.only(CallEnded.class);
    }

    @Test
    @DisplayName("TO-1 an executor that breaks down does not keep the call from its end")
    void executor_whenItThrowsAnError_isReplaced() {
        Guard guard = guards(g -> g.executor(task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                }))
                .guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(1));
        CompletableFuture<String> call = guard.callAsync(CompletableFuture::new);
        time.advance(SECOND);
        time.advance(SECOND);
        assertThat(call).isDone();
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("TO-1 CA-8 an executor that breaks down and runs its task all the same does not end the call twice")
    void executor_thatKeepsItsTaskAndThrows_endsTheCallOnce() {
        List<Runnable> kept = new CopyOnWriteArrayList<>();
        Guard guard = guards(g -> g.executor(task -> {
                    kept.add(task);
                    throw new OutOfMemoryError("unable to create native thread");
                }))
                .guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(1).retry(Retry.immediate()));
        CompletableFuture<String> call = guard.callAsync(CompletableFuture::new);
        time.advance(SECOND.multipliedBy(9));
        kept.forEach(Runnable::run);
        time.advance(SECOND.multipliedBy(9));
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(available(guard)).isEqualTo(1);
        assertThat(heard.of(AttemptEnded.class)).hasSize(Retry.immediate().maxAttempts());
        heard.only(CallEnded.class);
        assertThat(guard.snapshot().calls().timedOut()).isOne();
    }

    @Test
    @DisplayName("RT-6 completeAsync() and obtrude…() end the call as complete() does")
    void future_completedInRareWays_stopsTheCall() {
        Guard guard = guards(g -> g).guard("prices", g -> g.bulkhead(3));
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> two = new CompletableFuture<>();
        CompletableFuture<String> three = new CompletableFuture<>();
        CompletableFuture<String> byTask = guard.callAsync(() -> one);
        CompletableFuture<String> byForce = guard.callAsync(() -> two);
        CompletableFuture<String> inError = guard.callAsync(() -> three);
        assertThat(byTask.completeAsync(() -> "mine", Runnable::run)).isSameAs(byTask);
        byForce.obtrudeValue("forced");
        inError.obtrudeException(new IOException("forced"));
        assertThat(byTask.join()).isEqualTo("mine");
        assertThat(byForce.join()).isEqualTo("forced");
        assertThatThrownBy(inError::join).isInstanceOf(CompletionException.class);
        assertThat(List.of(one, two, three)).allMatch(CompletableFuture::isCancelled);
        assertThat(available(guard)).isEqualTo(3);
    }

    @Test
    @DisplayName("CA-8 when the outer timeout ends an inner call, it is the outer one that has ended, whoever is first")
    void nested_whenOuterTimeIsUp_isTheOuterTimeout() {
        for (int seed = 0; seed < 40; seed++) {
            VirtualTime clock = VirtualTime.create(seed);
            Heard all = new Heard();
            Guards owner = Guards.create(g -> g.time(clock).logging(false).observer(all));
            Guard outer = owner.guard("outer", g -> g.attemptTimeout(SECOND));
            Guard inner = owner.guard("inner", g -> g.bulkhead(1));
            CompletableFuture<Object> call =
                    outer.callAsync(() -> inner.callAsync(() -> new CompletableFuture<Object>()));
            clock.advance(SECOND);
            clock.advance(SECOND);
            assertThat(errorOf(call))
                    .as("seed " + seed + " " + all.all())
                    .isInstanceOfSatisfying(
                            TimeoutExceededException.class,
                            timeout -> assertThat(timeout.dependency()).isEqualTo("outer"));
            assertThat(all.of(CallEnded.class)).extracting(CallEnded::end).containsOnly(Event.End.TIMED_OUT);
            assertThat(all.of(CallEnded.class))
                    .allSatisfy(ended -> assertThat(ended.error()).hasMessageContaining("outer: the attempt"));
        }
    }

    @Test
    @DisplayName("CA-8 an outer guard without a limit of time has not ended the inner call whose own time is up")
    void nested_whenInnerTimeIsUp_isTheInnerTimeout() {
        Duration limit = SECOND.dividedBy(10);
        List<UnaryOperator<GuardBuilder>> unbounded =
                List.of(g -> g, g -> g.heartbeatTimeout(SECOND), g -> g.retry(Retry.immediate()));
        for (long origin : new long[] {0, -1, Long.MAX_VALUE}) {
            for (UnaryOperator<GuardBuilder> around : unbounded) {
                VirtualTime clock = VirtualTime.startingAt(origin, 1);
                Guards owner = Guards.create(g -> g.time(clock).logging(false));
                Guard outer = owner.guard("outer", around);
                Guard inner = owner.guard("inner", g -> g.totalTimeout(limit));
                CompletableFuture<Object> call =
                        outer.callAsync(attempt -> inner.callAsync(() -> new CompletableFuture<Object>()));
                clock.advance(SECOND);
                assertThat(errorOf(call)).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
                    assertThat(timeout.dependency()).isEqualTo("inner");
                    assertThat(timeout.after()).isEqualTo(limit);
                });
            }
        }
    }

    @Test
    @DisplayName(
            "TO-1 RT-6 a last value that is bad is handed over as late, too, when the call is completed from outside")
    void complete_whenBadValueIsLookedAt_handsItOver() {
        List<@Nullable Object> late = new CopyOnWriteArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> held = new AtomicReference<>();
        Retry bad = Retry.immediate().maxAttempts(2).retryOnResult(value -> {
            assertThat(Objects.requireNonNull(held.get()).complete("mine")).isTrue();
            return true;
        });
        try (Guards all = guards(g -> g)) {
            Guard guard = all.guard("mail", g -> g.retry(bad).onLateResult(late::add));
            CompletableFuture<String> stage = new CompletableFuture<>();
            held.set(guard.callAsync(() -> stage));
            stage.complete("bad");
            assertThat(held.get()).isCompletedWithValue("mine");
            assertThat(late).containsExactly("bad");
            CompletableFuture<String> other = new CompletableFuture<>();
            held.set(guard.callAsync(() -> other, rejected -> "refused"));
            other.complete("worse");
            assertThat(late).containsExactly("bad", "worse");
        }
    }

    @Test
    @DisplayName("TO-1 RT-6 what a rung answers, when the call is completed from outside, is no late value of the work")
    void complete_whenRungAnswers_handsNothingOver() {
        List<@Nullable Object> late = new CopyOnWriteArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> held = new AtomicReference<>();
        try (Guards all = guards(g -> g)) {
            Guard guard = all.guard("mail", g -> g.onLateResult(late::add));
            CompletableFuture<String> stage = new CompletableFuture<>();
            held.set(guard.callAsync(() -> stage, Fallback.<String>onFailed().orElseGet(outcome -> {
                assertThat(Objects.requireNonNull(held.get()).complete("mine")).isTrue();
                return "rung";
            })));
            stage.completeExceptionally(new IOException("lost"));
            assertThat(held.get()).isCompletedWithValue("mine");
            assertThat(late).isEmpty();
        }
    }
}
