package dev.plimsoll;

import static dev.plimsoll.AsyncScene.available;
import static dev.plimsoll.AsyncScene.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.budget.FailureKind;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asynchronous calls that are not wanted any more: everything stops, and nothing is left. */
final class AsyncCancelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AsyncScene scene = new AsyncScene();
    private final VirtualTime time = scene.time;
    private final Heard heard = scene.heard;
    private final Guards guards = scene.guards;

    @AfterEach
    void nothingIsLeft() {
        scene.close();
    }

    @Test
    @DisplayName(
            "RT-6 CB-13 T-16 cancelling the future cancels the stage, stops retries, removes timers, and blames nobody")
    void cancel_whileRunning_stopsEverything() {
        Guard guard = scene.full();
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner);
        assertThat(call.cancel(true)).isTrue();
        assertThat(inner).isCancelled();
        assertThat(call).isCancelled();
        assertThat(time.pendingTimers()).isZero();
        assertThat(available(guard)).isEqualTo(1);
        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
        assertThat(call.cancel(true)).isTrue();
        heard.only(CallEnded.class);
    }

    @Test
    @DisplayName("RT-6 T-50 a call that is cancelled in its pause makes no further attempt and has its charge back")
    void cancel_inPause_stopsEverything() {
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(1), time);
        Guard guard = guards.guard("prices", g -> g.retry(Retry.fixed(SECOND)).retryBudget(budget));
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> call = guard.callAsync(() -> {
            attempts.incrementAndGet();
            return CompletableFuture.failedFuture(new IOException("lost"));
        });
        while (budget.tryWithdraw(time.precise(), FailureKind.TRANSIENT)) {
            assertThat(attempts).hasValue(1);
        }
        assertThat(call.cancel(false)).isTrue();
        assertThat(budget.tryWithdraw(time.precise(), FailureKind.TRANSIENT)).isTrue();
        time.advance(SECOND.multipliedBy(10));
        assertThat(attempts).hasValue(1);
        heard.only(CallEnded.class);
    }

    @Test
    @DisplayName("RT-6 BH-1 a call that is cancelled in the queue leaves its place")
    void cancel_inQueue_leavesThePlace() {
        Guard guard = scene.full();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> running = guard.callAsync(() -> first);
        CompletableFuture<String> queued = guard.callAsync(() -> CompletableFuture.completedFuture("never"));
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().waiting())
                .isEqualTo(1);
        queued.cancel(true);
        assertThat(guard.bulkhead().snapshot().waiting()).isZero();
        first.complete("a");
        assertThat(running.join()).isEqualTo("a");
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "BH-1 whoever waits for a permit goes on when it comes free, elsewhere than on the thread that gave it back")
    void queued_whenPermitComesFree_goesOn() {
        Guard guard = scene.full();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> running = guard.callAsync(() -> first);
        AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
        CompletableFuture<String> queued = guard.callAsync(() -> {
            thread.set(Thread.currentThread());
            return CompletableFuture.completedFuture("b");
        });
        time.advance(SECOND.dividedBy(2));
        first.complete("a");
        time.advance(Duration.ZERO);
        assertThat(running.join()).isEqualTo("a");
        assertThat(queued.join()).isEqualTo("b");
        assertThat(thread.get()).isNotNull().isNotSameAs(Thread.currentThread());
    }

    @Test
    @DisplayName("RT-6 cancelling the inner stage is seen, and ends the call")
    void innerStage_whenCancelled_endsTheCall() {
        Guard guard = scene.full();
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner);
        inner.cancel(false);
        assertThat(call).isCancelled();
        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("RT-6 completing the future from outside stops the call as well, as complete() and orTimeout() do")
    void future_completedFromOutside_stopsTheCall() {
        Guard guard = guards.guard("prices", g -> g.bulkhead(2));
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> two = new CompletableFuture<>();
        CompletableFuture<String> completed = guard.callAsync(() -> one);
        CompletableFuture<String> failed = guard.callAsync(() -> two);
        completed.complete("mine");
        assertThat(completed.join()).isEqualTo("mine");
        assertThat(one).isCancelled();
        failed.completeExceptionally(new TimeoutException("orTimeout would"));
        assertThat(two).isCancelled();
        assertThat(errorOf(failed)).isInstanceOf(TimeoutException.class);
        assertThat(available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("BH-3 a stage that cannot be cancelled keeps its permit, as an orphan, until it has ended")
    void orphan_whoseStageGoesOn_keepsThePermit() {
        Guard guard =
                guards.guard("deaf", g -> g.attemptTimeout(SECOND).bulkhead(1).onLateResult(heardLate::add));
        CompletableFuture<Object> inner = new CompletableFuture<>();
        CompletableFuture<Object> call = guard.callAsync(inner::minimalCompletionStage);
        time.advance(SECOND);
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(available(guard)).isZero();
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().orphans())
                .isEqualTo(1);
        inner.complete("late");
        assertThat(available(guard)).isEqualTo(1);
        assertThat(heardLate).containsExactly("late");
    }

    @Test
    @DisplayName("BH-3 CA-4 an orphan older than ten times the attempt timeout is reported to the guard's observers")
    void orphan_thatGetsOld_isReported() {
        Guard guard = guards.guard("old", g -> g.attemptTimeout(SECOND).bulkhead(1));
        CompletableFuture<Object> inner = new CompletableFuture<>();
        CompletableFuture<Object> call = guard.callAsync(inner::minimalCompletionStage);
        time.advance(SECOND);
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        Bulkhead bulkhead = Objects.requireNonNull(guard.bulkhead());
        Rendezvous.await(() -> bulkhead.snapshot().orphans() == 1, "the stage was let go");

        time.advance(SECOND.multipliedBy(10));

        assertThat(bulkhead.snapshot().abandoned()).isEqualTo(1);
        Rendezvous.await(() -> !heard.of(WorkAbandoned.class).isEmpty(), "it is told");
        assertThat(heard.only(WorkAbandoned.class))
                .isEqualTo(new WorkAbandoned("old", 1, SECOND.multipliedBy(10), false));
        inner.complete("late");
        assertThat(available(guard)).isEqualTo(1);
        assertThat(bulkhead.snapshot().abandoned()).isZero();
    }

    private final List<@Nullable Object> heardLate = new ArrayList<>();

    @Test
    @DisplayName("BH-3 endsWith: the permit is held until what was registered has ended, too")
    void endsWith_afterCancel_keepsThePermit() {
        Guard guard = guards.guard("real", g -> g.bulkhead(1));
        CompletableFuture<Object> inner = new CompletableFuture<>();
        CompletableFuture<Object> end = new CompletableFuture<>();
        AtomicReference<@Nullable Attempt> seen = new AtomicReference<>();
        CompletableFuture<Object> call = guard.callAsync(attempt -> {
            seen.set(attempt);
            attempt.endsWith(end);
            return inner;
        });
        call.cancel(true);
        assertThat(available(guard)).isZero();
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().orphans())
                .isEqualTo(1);
        end.complete("over");
        assertThat(available(guard)).isEqualTo(1);
        assertThatThrownBy(() -> Objects.requireNonNull(seen.get()).endsWith(end))
                .isInstanceOf(IllegalStateException.class);
    }
}
