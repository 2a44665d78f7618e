package dev.plimsoll;

import static dev.plimsoll.AsyncScene.available;
import static dev.plimsoll.AsyncScene.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asynchronous calls: how they end, and that nothing is left of them. */
final class AsyncCallTest {

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
    @DisplayName("CA-1 the value, null included, and the work's own error, unwrapped, come through")
    void call_whenStageCompletes_completesAlike() throws Exception {
        Guard guard = scene.full();
        assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("a")).get())
                .isEqualTo("a");
        assertThat(guard.callAsync(() -> CompletableFuture.<@Nullable Object>completedFuture(null))
                        .get())
                .isNull();
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner.thenApply(value -> value + "!"));
        IllegalStateException wrong = new IllegalStateException("wrong");
        inner.completeExceptionally(wrong);
        assertThat(errorOf(call)).isSameAs(wrong);
        assertThat(heard.of(CallEnded.class))
                .extracting(CallEnded::end)
                .containsExactly(Event.End.ANSWERED, Event.End.ANSWERED, Event.End.FAILED);
    }

    @Test
    @DisplayName("CA-2 what the work throws instead of returning a stage, and no stage at all, are in the future")
    void call_whenWorkThrows_isInTheFuture() {
        Guard guard = guards.guard("bare", g -> g);
        IOException lost = new IOException("lost");
        assertThat(errorOf(guard.callAsync(() -> {
                    throw lost;
                })))
                .isSameAs(lost);
        assertThat(errorOf(guard.callAsync(AsyncCallTest::noStage)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("bare");
        AssertionError error = new AssertionError("broken");
        assertThat(errorOf(guard.callAsync(() -> CompletableFuture.failedFuture(error))))
                .isSameAs(error);
    }

    @SuppressWarnings("NullAway") // that is the point
    private static CompletionStage<String> noStage() {
        return null;
    }

    @Test
    @DisplayName("TO-1 a timeout ends the attempt, cancels the stage, and gives the permit back")
    void attempt_whenTimeIsUp_isLetGo() {
        Guard guard = guards.guard("slow", g -> g.attemptTimeout(SECOND).bulkhead(1));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner);
        time.advance(SECOND.minusNanos(1));
        assertThat(call).isNotDone();
        time.advance(Duration.ofNanos(1));
        assertThat(errorOf(call))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        timeout -> assertThat(timeout.limit()).isEqualTo(TimeoutExceededException.Limit.ATTEMPT));
        assertThat(inner).isCancelled();
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("TO-1 the user's continuations never run on the timer thread")
    void continuations_afterTimeout_runElsewhere() {
        AtomicReference<@Nullable Thread> timer = new AtomicReference<>();
        List<Thread> continued = new ArrayList<>();
        Guard guard = guards.guard("slow", g -> g.attemptTimeout(SECOND));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> inner);
        CompletableFuture<Void> outside = call.handle((value, error) -> {
            continued.add(Thread.currentThread());
            return null;
        });
        CompletableFuture<Void> inside = inner.handle((value, error) -> {
            continued.add(Thread.currentThread());
            return null;
        });
        time.start(
                new dev.plimsoll.time.Timer() {
                    @Override
                    protected void fire(long lateNanos) {
                        timer.set(Thread.currentThread());
                    }
                },
                1);
        time.advance(SECOND);
        assertThat(CompletableFuture.allOf(outside, inside)).isDone();
        assertThat(continued).hasSize(2).doesNotContain(Objects.requireNonNull(timer.get()));
    }

    @Test
    @DisplayName("T-71 a million immediate retries need constant stack")
    void retries_aMillionAtOnce_needNoStack() {
        int many = 1_000_000;
        Guard guard = guards.guard(
                "stubborn", g -> g.retry(Retry.immediate().maxAttempts(many)).retryBudget(RetryBudget.unlimited()));
        guards.forget(heard);
        AtomicInteger attempts = new AtomicInteger();
        IOException lost = new IOException("lost");
        CompletableFuture<String> call = guard.callAsync(() -> attempts.incrementAndGet() == many
                ? CompletableFuture.completedFuture("at last")
                : CompletableFuture.failedFuture(lost));
        assertThat(call.join()).isEqualTo("at last");
        assertThat(attempts).hasValue(many);
    }

    @Test
    @DisplayName("DL-1 CA-6 the deadline is there in the work of every attempt, on whatever thread")
    void deadline_inLaterAttempts_isThere() {
        Guard guard = scene.full();
        List<Deadline> deadlines = new ArrayList<>();
        CompletableFuture<String> call = guard.callAsync(attempt -> {
            deadlines.add(Deadline.current());
            assertThat(attempt.deadline().remaining())
                    .isEqualTo(Deadline.current().remaining());
            return attempt.number() == 3
                    ? CompletableFuture.completedFuture("a")
                    : CompletableFuture.failedFuture(new IOException("lost"));
        });
        time.advance(SECOND);
        assertThat(call.join()).isEqualTo("a");
        assertThat(deadlines).hasSize(3).noneMatch(Deadline::isNone);
        assertThat(Deadline.current().isNone()).isTrue();
    }

    @Test
    @DisplayName("CA-8 CB-13 an outer guard's timeout ends the inner call as that timeout")
    void outerTimeout_endsTheInnerCall() {
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND.multipliedBy(2)));
        Guard inner = guards.guard(
                "inner", g -> g.retry(Retry.fixed(Duration.ofMillis(1))).circuitBreaker(b -> b.consecutiveFailures(1)));
        CompletableFuture<String> never = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> call = outer.callAsync(() -> inner.callAsync(() -> {
            attempts.incrementAndGet();
            return never;
        }));
        time.advance(SECOND.multipliedBy(2));
        assertThat(errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        time.advance(SECOND);
        assertThat(never).isCancelled();
        assertThat(attempts).hasValue(1);
        assertThat(Objects.requireNonNull(inner.circuitBreaker()).state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    @DisplayName("CA-3 the fallback for refusals is asked, and what it throws is in the future")
    void refused_isAsked() {
        Guard guard = guards.guard("full", g -> g.bulkhead(1));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> running = guard.callAsync(() -> inner);
        assertThat(guard.callAsync(() -> inner, refused -> "list").join()).isEqualTo("list");
        IllegalStateException wrong = new IllegalStateException("wrong");
        assertThat(errorOf(guard.<String>callAsync(() -> inner, refused -> {
                    throw wrong;
                })))
                .isSameAs(wrong);
        assertThat(errorOf(guard.callAsync(() -> inner)))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.Reason.BULKHEAD_FULL));
        inner.complete("a");
        assertThat(running.join()).isEqualTo("a");
    }

    @Test
    @DisplayName("CA-5 close lets a call end, refuses new ones, and cancels after 30 s what has not ended")
    void close_waitsForCalls_andCancelsTheRest() throws Exception {
        Guard guard = guards.guard("plain", g -> g);
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> stuck = new CompletableFuture<>();
        CompletableFuture<String> ends = guard.callAsync(() -> inner);
        CompletableFuture<String> never = guard.callAsync(() -> stuck);
        Thread closing = time.start("closing", guards::close);
        time.advance(SECOND);
        assertThat(errorOf(guard.callAsync(() -> CompletableFuture.completedFuture("x"))))
                .isInstanceOf(RejectedException.class);
        inner.complete("a");
        assertThat(ends.join()).isEqualTo("a");
        time.advance(Duration.ofSeconds(28));
        assertThat(never).isNotDone();
        time.advance(SECOND);
        time.join(closing);
        assertThat(never).isCancelled();
        assertThat(stuck).isCancelled();
    }

    @Test
    @DisplayName("BH-1 with a pool the work begins there, and the permit is held until the stage has ended")
    void pool_beginsTheWork() throws Exception {
        Guard guard = guards.guard(
                "pooled",
                g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool())
                        .retry(Retry.immediate().maxAttempts(2)));
        AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(attempt -> {
            thread.set(Thread.currentThread());
            return attempt.number() == 1 ? CompletableFuture.failedFuture(new IOException("lost")) : inner;
        });
        time.advance(Duration.ZERO);
        Rendezvous.await(() -> inner.getNumberOfDependents() > 0, "the second attempt has begun");
        assertThat(Objects.requireNonNull(thread.get()).getName()).startsWith("plimsoll-pooled");
        assertThat(available(guard)).isZero();
        inner.complete("a");
        assertThat(Rendezvous.get(call)).isEqualTo("a");
        Rendezvous.await(() -> available(guard) == 1, "the permit is back");
    }
}
