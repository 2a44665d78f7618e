package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Asynchronous calls that are taken in short, as far as they can be: where they go on as any other. */
final class PlainCallTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final VirtualTime time = VirtualTime.create();
    private final Heard heard = new Heard();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard));
    private final Guard guard = guards.guard("prices", g -> g.circuitBreaker());

    private static CompletableFuture<String> done(String value) {
        return CompletableFuture.completedFuture(value);
    }

    /** Begins a call on another thread, and gives back what that has come to. */
    private AtomicReference<@Nullable CompletableFuture<String>> callElsewhere(
            List<Thread> callers, Guard called, Beginning beginning) throws InterruptedException {
        AtomicReference<@Nullable CompletableFuture<String>> future = new AtomicReference<>();
        callers.add(time.start("caller", () -> future.set(called.callAsync(beginning::stage))));
        time.advance(Duration.ofMillis(1));
        return future;
    }

    private interface Beginning {
        CompletionStage<String> stage() throws Exception;
    }

    @Test
    @DisplayName(
            "CA-5 close waits for the beginning of a call that nothing else knows of, and lets what is nested in it go on")
    void close_whileWorkBegins_waits() throws InterruptedException {
        Guard inner = guards.guard("inner", g -> g);
        List<Thread> callers = new ArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> future = callElsewhere(callers, guard, () -> {
            time.advance(SECOND);
            return inner.callAsync(() -> done("nested"));
        });

        guards.close();

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        time.join(callers.get(0));
        assertThat(future.get()).isCompletedWithValue("nested");
    }

    /** How work ends its beginning that nobody waits for any more. */
    enum TooLate {
        COMPLETE,
        PENDING,
        FAILED,
        THROWS;

        CompletionStage<String> stage(CompletableFuture<String> pending) throws IOException {
            return switch (this) {
                case COMPLETE -> done("good");
                case PENDING -> pending;
                case FAILED -> CompletableFuture.failedFuture(new IOException("lost"));
                case THROWS -> throw new IOException("lost");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CA-5 a call whose work is still at its beginning when the waiting is over is cancelled, whatever comes of it")
    void close_whenItsWaitingIsOverBeforeTheBeginning_cancels(TooLate how) throws InterruptedException {
        CompletableFuture<String> pending = new CompletableFuture<>();
        List<Thread> callers = new ArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> future = callElsewhere(callers, guard, () -> {
            time.advance(HOUR);
            return how.stage(pending);
        });

        guards.close();

        assertThat(time.precise()).isEqualTo(Duration.ofMillis(30_001).toNanos());
        time.join(callers.get(0));
        assertThat(future.get()).isCancelled();
        assertThat(pending.isCancelled()).isEqualTo(how == TooLate.PENDING);
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
        assertThat(guard.snapshot().calls().answered()).isZero();
    }

    @Test
    @DisplayName("CA-5 close waits for a pending call, and cancels it when the waiting is over")
    void close_whileStageIsPending_waitsThenCancels() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> stage);

        guards.close();

        assertThat(time.precise()).isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(call).isCancelled();
        assertThat(stage).isCancelled();
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
    }

    @Test
    @DisplayName("CA-5 close returns as soon as the last pending call is over")
    void close_whenPendingStageCompletes_returns() throws InterruptedException {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = guard.callAsync(() -> stage);
        Thread other = time.start("other", () -> {
            time.advance(SECOND);
            stage.complete("good");
        });

        guards.close();

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        time.join(other);
        assertThat(call).isCompletedWithValue("good");
    }

    @Test
    @DisplayName(
            "CB-11 nobody is inside of the guard of a key when its call is over, at once or later, so that it can go")
    void keyedCall_whenOver_hasLeft() {
        KeyedGuards<String> hosts = guards.keyed("hosts", g -> g, k -> k.idleAfter(Duration.ofMinutes(1)));
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> never = new CompletableFuture<>();
        assertThat(hosts.get("at once").callAsync(() -> done("good"))).isCompletedWithValue("good");
        CompletableFuture<String> later = hosts.get("later").callAsync(() -> stage);
        CompletableFuture<String> pending = hosts.get("pending").callAsync(() -> never);
        stage.complete("good");
        time.advance(Duration.ofMinutes(5));
        assertThat(hosts.call("sweeps", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("at once")).isEmpty();
        assertThat(hosts.snapshot("later")).isEmpty();
        assertThat(hosts.snapshot("pending")).isPresent();
        assertThat(later).isCompletedWithValue("good");
        assertThat(pending.cancel(true)).isTrue();
    }

    @Test
    @DisplayName(
            "CA-6 whoever hears of a call that ends elsewhere is where its caller was, and not where the stage was completed")
    void end_onAnotherThread_isAsIfAtTheCaller() {
        Guard bounded = guards.guard("bounded", g -> g.totalTimeout(HOUR));
        List<Boolean> free = new CopyOnWriteArrayList<>();
        List<@Nullable ClassLoader> loaders = new CopyOnWriteArrayList<>();
        CompletableFuture<String> stage = new CompletableFuture<>();
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        ClassLoader other = new ClassLoader(own) {};
        CompletableFuture<Void> dependent = guard.callAsync(() -> stage).thenAccept(value -> {
            free.add(Deadline.current().isNone());
            loaders.add(Thread.currentThread().getContextClassLoader());
        });
        bounded.run(() -> {
            Thread.currentThread().setContextClassLoader(other);
            try {
                stage.complete("good");
                assertThat(Deadline.current().isNone()).isFalse();
                assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(other);
            } finally {
                Thread.currentThread().setContextClassLoader(own);
            }
        });
        assertThat(dependent).isDone();
        assertThat(free).containsExactly(true);
        assertThat(loaders).containsExactly(own);
    }

    @Test
    @DisplayName("DL-1 a call inside of a deadline is bounded by it, however plain its guard is")
    void call_insideOfADeadline_isBounded() {
        Guard bounded = guards.guard("bounded", g -> g.totalTimeout(SECOND));
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicReference<@Nullable CompletableFuture<String>> inner = new AtomicReference<>();
        bounded.run(() -> inner.set(guard.callAsync(() -> stage)));
        time.advance(SECOND.multipliedBy(2));
        assertThat(inner.get()).isCompletedExceptionally();
        assertThat(stage).isCancelled();
    }

    @Test
    @DisplayName(
            "CA-5 who keeps the future of a call that is over does not keep its work, though its stage goes on for ever")
    void future_whenCallIsOver_doesNotKeepTheWork() {
        CompletableFuture<String> atOnce = new CompletableFuture<>();
        CompletableFuture<String> forEver = new CompletableFuture<>();
        List<WeakReference<Object>> known = new ArrayList<>();
        List<CompletableFuture<String>> kept = new ArrayList<>();
        kept.add(called(known, atOnce));
        kept.add(called(known, forEver.minimalCompletionStage()));
        atOnce.complete("good");
        kept.get(1).cancel(true);
        for (WeakReference<Object> each : known) {
            Rendezvous.await(
                    () -> {
                        System.gc();
                        return each.get() == null;
                    },
                    "what the work knows is collected");
        }
        assertThat(kept).allMatch(CompletableFuture::isDone);
        assertThat(forEver.complete("at last")).isTrue();
    }

    private CompletableFuture<String> called(List<WeakReference<Object>> known, CompletionStage<String> stage) {
        Object one = new Object();
        known.add(new WeakReference<>(one));
        return guard.callAsync(() -> {
            assertThat(one).isNotNull();
            return stage;
        });
    }

    @Test
    @DisplayName(
            "RT-6 a call that is cancelled as an observer hears of its good end gives its value to the taker of late ones")
    void cancel_whileGoodEndIsTold_handsTheValueOver() {
        List<@Nullable Object> late = new CopyOnWriteArrayList<>();
        AtomicReference<@Nullable CompletableFuture<String>> held = new AtomicReference<>();
        Guard told = guards.guard(
                "told",
                g -> g.onLateResult(late::add).observer(event -> {
                    CompletableFuture<String> future = held.get();
                    if (event instanceof CallEnded && future != null) {
                        future.cancel(true);
                    }
                }));
        CompletableFuture<String> stage = new CompletableFuture<>();
        held.set(told.callAsync(() -> stage));
        stage.complete("good");
        assertThat(held.get()).isCancelled();
        assertThat(late).containsExactly("good");
        guards.close();
        assertThat(time.precise()).as("nothing is left to wait for").isZero();
    }

    @Test
    @DisplayName("EV-2 an Error of an observer takes the place of a good end, and nothing is left of the call")
    void observer_whenItThrowsAnError_failsTheCall() {
        List<@Nullable Object> late = new CopyOnWriteArrayList<>();
        for (Class<? extends Event> at : List.of(CallEnded.class, Event.AttemptEnded.class)) {
            Error planted = new AssertionError("planted");
            Guard told = guards.guard(
                    at.getSimpleName(),
                    g -> g.bulkhead(1).onLateResult(late::add).observer(event -> {
                        if (at.isInstance(event)) {
                            throw planted;
                        }
                    }));
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> later = told.callAsync(() -> stage);
            stage.complete("good");
            assertThat(AsyncScene.errorOf(later)).isSameAs(planted);
            assertThat(AsyncScene.errorOf(told.callAsync(() -> done("good")))).isSameAs(planted);
            assertThat(AsyncScene.available(told)).isOne();
        }
        assertThat(late).as("the call has ended in time").isEmpty();
        guards.close();
        assertThat(time.precise()).as("nothing is left to wait for").isZero();
    }

    @Test
    @DisplayName(
            "RT-6 a call that is cancelled cancels its stage, and holds its permit until a stage that goes on has ended")
    void cancel_whileStageIsPending_letsItGo() {
        Guard held = guards.guard("held", g -> g.bulkhead(2));
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        CompletableFuture<String> first = held.callAsync(() -> one);
        CompletableFuture<String> second = held.callAsync(other::minimalCompletionStage);
        assertThat(first.cancel(true)).isTrue();
        assertThat(second.cancel(true)).isTrue();
        assertThat(one).isCancelled();
        assertThat(AsyncScene.errorOf(first)).isInstanceOf(CancellationException.class);
        assertThat(AsyncScene.available(held)).isOne();
        other.complete("at last");
        assertThat(AsyncScene.available(held)).isEqualTo(2);
        assertThat(heard.of(CallEnded.class)).extracting(CallEnded::end).containsOnly(Event.End.CANCELLED);
    }
}
