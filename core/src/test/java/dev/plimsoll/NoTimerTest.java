package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Breakdown;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No timer can be started, or no thread may wait: the call ends with that error, and everything is given back. */
final class NoTimerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Error noThread = new Error("unable to create native thread");

    private static Bulkhead bulkhead(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead());
    }

    @Test
    @DisplayName("BH-2 an asynchronous wait that no timer can bound ends with that error, and leaves the queue")
    void callAsync_whenQueueHasNoTimer_ends() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> running = guard.callAsync(() -> inner);
            Breakdown.of(scene.time, noThread);
            CompletableFuture<String> queued = guard.callAsync(() -> CompletableFuture.completedFuture("never"));
            assertThat(queued).isDone();
            assertThat(AsyncScene.errorOf(queued)).isSameAs(noThread);
            assertThat(bulkhead(guard).snapshot().waiting()).isZero();
            Breakdown.of(scene.time, null);
            inner.complete("a");
            assertThat(running.join()).isEqualTo("a");
            assertThat(scene.heard.of(CallEnded.class)).hasSize(2);
        }
    }

    @Test
    @DisplayName("RB-1 an asynchronous pause that has no timer ends the call, and what it was charged is given back")
    void callAsync_whenPauseHasNoTimer_ends() {
        try (AsyncScene scene = new AsyncScene()) {
            RetryBudget budget = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(1), scene.time);
            Guard guard = scene.guards.guard(
                    "mail",
                    g -> g.retry(Retry.fixed(SECOND)).retryBudget(budget).bulkhead(1));
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> call = guard.callAsync(() -> inner);
            Breakdown.of(scene.time, noThread);
            inner.completeExceptionally(new IOException("lost"));
            assertThat(call).isDone();
            assertThat(AsyncScene.errorOf(call)).isSameAs(noThread);
            assertThat(noThread.getSuppressed()).hasOnlyElementsOfType(IOException.class);
            assertThat(budget.snapshot().retries()).isZero();
            scene.heard.only(CallEnded.class);
        }
    }

    @Test
    @DisplayName("TO-1 an asynchronous attempt whose timeout cannot be started does not begin its work")
    void callAsync_whenTimeoutHasNoTimer_ends() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            AtomicBoolean begun = new AtomicBoolean();
            Breakdown.of(scene.time, noThread);
            CompletableFuture<String> call = guard.callAsync(() -> {
                begun.set(true);
                return CompletableFuture.completedFuture("never");
            });
            assertThat(AsyncScene.errorOf(call)).isSameAs(noThread);
            assertThat(begun).isFalse();
            assertThat(AsyncScene.available(guard)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("TO-1 BH-6 an attempt whose timeout cannot be started leaves nothing around its thread")
    void call_whenTimeoutHasNoTimer_isInsideOfNothing() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            AtomicReference<@Nullable Throwable> nested = new AtomicReference<>();
            AtomicBoolean first = new AtomicBoolean(true);
            scene.guards.observe(event -> {
                if (event instanceof AttemptEnded && first.compareAndSet(true, false)) {
                    Breakdown.of(scene.time, null);
                    nested.set(whatIsAroundHere(guard));
                }
            });
            Breakdown.of(scene.time, noThread);
            assertThatThrownBy(() -> guard.call(() -> "never")).isSameAs(noThread);
            assertThat(nested.get()).isNull();
            assertThat(AsyncScene.available(guard)).isEqualTo(1);
        }
    }

    /** The bulkhead is not full here: who enters it twice is inside of it only by mistake. */
    private static @Nullable Throwable whatIsAroundHere(Guard guard) {
        return Ambient.isInside(bulkhead(guard)) ? new AssertionError("inside") : null;
    }

    @Test
    @DisplayName("BH-2 EV-4 a thread that may not wait leaves the queue again, and its call ends")
    void call_whenThreadMayNotWait_leavesTheQueue() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> running = guard.callAsync(() -> inner);
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread stranger = new Thread(
                    () -> { // virtual time does not know it
                        try {
                            guard.call(() -> "never");
                        } catch (Throwable e) {
                            thrown.set(e);
                        }
                    });
            stranger.start();
            Rendezvous.join(stranger);
            assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
            assertThat(bulkhead(guard).snapshot().waiting()).isZero();
            assertThat(scene.heard.of(CallEnded.class)).hasSize(1);
            inner.complete("a");
            assertThat(running.join()).isEqualTo("a");
        }
    }

    private static CircuitBreakerBuilder opensAtOnce(CircuitBreakerBuilder breaker) {
        return breaker.consecutiveFailures(1)
                .openFor(SECOND)
                .maxConcurrentProbes(1)
                .successesToClose(1);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CB-4 EV-1 a call that opens the circuit ends with its own error, though no timer can be started")
    void call_whenItOpensTheCircuitWithoutTimer_endsWithItsError(Engines engine) {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.guards.guard(
                    "mail", g -> g.circuitBreaker(NoTimerTest::opensAtOnce).bulkhead(1));
            IOException lost = new IOException("lost");
            Breakdown.of(scene.time, noThread);
            assertThatThrownBy(() -> engine.call(guard, scene.time, () -> failed(lost)))
                    .isSameAs(lost);
            assertThat(scene.heard.only(CallEnded.class).error()).isSameAs(lost);
            assertThat(scene.heard.only(CircuitTransition.class).to()).isEqualTo(BreakerState.OPEN);
            assertThat(AsyncScene.available(guard)).isEqualTo(1);
        }
    }

    private static Engines.Deed failed(IOException error) {
        return new Engines.Deed(Duration.ZERO, error, "");
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CB-5 a probe is admitted, and closes the circuit, though no timer can watch its lease")
    void call_whenProbeHasNoTimer_isTheProbe(Engines engine) throws Throwable {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.guards.guard("mail", g -> g.circuitBreaker(NoTimerTest::opensAtOnce));
            Breakdown.of(scene.time, noThread);
            assertThatThrownBy(() -> engine.call(guard, scene.time, () -> failed(new IOException())))
                    .isInstanceOf(IOException.class);
            scene.time.advance(SECOND);
            assertThat(engine.call(guard, scene.time, () -> new Engines.Deed(Duration.ZERO, null, "probe")))
                    .isEqualTo("probe");
            assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName(
            "CB-12 a guard whose breaker is open can be reconfigured, and observed, though no timer can be started")
    void reconfigure_whenBreakerHasNoTimer_isWhole() throws Throwable {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.guards.guard("mail", g -> g.circuitBreaker(NoTimerTest::opensAtOnce));
            Breakdown.of(scene.time, noThread);
            assertThatThrownBy(() -> guard.run(() -> {
                        throw new IOException();
                    }))
                    .isInstanceOf(IOException.class);
            Heard later = new Heard();
            scene.guards.observe(later);
            guard.reconfigure(g -> g.circuitBreaker(b -> opensAtOnce(b).openFor(SECOND.multipliedBy(2)))
                    .bulkhead(3));
            assertThat(AsyncScene.available(guard)).isEqualTo(3);
            later.only(Event.Reconfigured.class);
            assertThat(scene.guards.guard(
                            "mail",
                            g -> g.circuitBreaker(b -> opensAtOnce(b).openFor(SECOND.multipliedBy(2)))
                                    .bulkhead(3)))
                    .isSameAs(guard);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("DG-1 a rung whose stage no timer can bound lets the stage go, and the call ends with that error")
    void rung_whenStageHasNoTimer_isCancelled(boolean blocking) throws Exception {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.guards.guard("mail", g -> g.circuitBreaker());
            Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "me");
            CompletableFuture<String> rung = new CompletableFuture<>();
            Fallback<String> ladder =
                    Fallback.<String>onRefused().slowerAsync(() -> rung).orElse("default");
            Breakdown.of(scene.time, noThread);
            Throwable thrown = Deadline.in(scene.time, SECOND)
                    .call(() -> blocking
                            ? catchThrowable(() -> guard.call(() -> "never", ladder))
                            : AsyncScene.errorOf(
                                    guard.callAsync(() -> CompletableFuture.completedFuture("never"), ladder)));
            assertThat(thrown).isSameAs(noThread);
            assertThat(rung).isCancelled();
        }
    }
}
