package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the holder of an asynchronous call's future can do with it, and what it keeps. */
final class AsyncFutureTest {

    private static void endedBy(Consumer<CompletableFuture<String>> holder) {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> call = guard.callAsync(() -> inner);
            AtomicReference<@Nullable Boolean> stopped = new AtomicReference<>();
            CompletableFuture<Object> dependent = call.handle((value, error) -> {
                stopped.set(inner.isCancelled() && AsyncScene.available(guard) == 1);
                throw new AssertionError("of a dependent");
            });
            holder.accept(call);
            assertThat(call).isDone();
            assertThat(inner).isCancelled();
            assertThat(stopped.get()).isTrue();
            assertThat(dependent).isCompletedExceptionally();
        }
    }

    @Test
    @DisplayName("RT-6 T-16 the stage is cancelled, and the permit back, before what depends on the future runs")
    void future_completedFromOutside_stopsFirst() {
        endedBy(call -> assertThat(call.cancel(true)).isTrue());
        endedBy(call -> assertThat(call.complete("mine")).isTrue());
        endedBy(call ->
                assertThat(call.completeExceptionally(new IOException())).isTrue());
        endedBy(call -> call.completeAsync(() -> "mine", Runnable::run));
        endedBy(call -> call.obtrudeValue("forced"));
        endedBy(call -> call.obtrudeException(new IOException()));
    }

    @Test
    @DisplayName("RT-6 a dependent that blocks does not keep the stage from being cancelled")
    void cancel_whenDependentBlocks_cancelsTheStage() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.full();
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> call = guard.callAsync(() -> inner);
            CountDownLatch blocking = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<Void> dependent = call.handle((value, error) -> {
                blocking.countDown();
                Rendezvous.await(end);
                return null;
            });
            Thread holder = new Thread(() -> call.cancel(true));
            holder.start();
            Rendezvous.await(blocking);
            assertThat(inner).isCancelled();
            assertThat(AsyncScene.available(guard)).isEqualTo(1);
            end.countDown();
            Rendezvous.join(holder);
            assertThat(dependent).isDone();
        }
    }

    @Test
    @DisplayName("RT-6 completeAsync() with a supplier that throws ends the call as it ends any future")
    void completeAsync_whenSupplierThrows_failsAsUsual() {
        try (AsyncScene scene = new AsyncScene()) {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> call = scene.full().callAsync(() -> inner);
            AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
            CompletableFuture<String> dependent = call.whenComplete((value, error) -> seen.set(error));
            IOException lost = new IOException("lost");
            call.completeAsync(
                    () -> {
                        throw new CompletionException(lost);
                    },
                    Runnable::run);
            assertThat(AsyncScene.errorOf(call)).isSameAs(lost);
            assertThat(seen.get()).isInstanceOf(CompletionException.class);
            assertThat(dependent).isCompletedExceptionally();
            assertThat(inner).isCancelled();
            call.completeAsync(
                    () -> {
                        throw new AssertionError("not asked: the future is complete");
                    },
                    Runnable::run);
        }
    }

    /** What a call could keep alive: something that its work knows, and something that is carried along with it. */
    private record Kept(
            CompletableFuture<String> future, WeakReference<Object> ofWork, WeakReference<Object> ofContext) {}

    private static Kept over(Consumer<CompletableFuture<String>> end) {
        VirtualTime time = VirtualTime.create();
        AtomicReference<@Nullable Object> context = new AtomicReference<>(new Object());
        ContextCarrier carrier = () -> {
            Object taken = context.get();
            return () -> () -> assertThat(taken).isNotNull();
        };
        Guard guard = Guards.create(g -> g.time(time).logging(false).contextCarrier(carrier))
                .guard("prices", g -> g.retry(Retry.immediate().maxAttempts(2)).bulkhead(1));
        Object known = new Object();
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> future = guard.callAsync(() -> stageOf(known, inner));
        WeakReference<Object> ofContext = new WeakReference<>(context.getAndSet(null));
        end.accept(inner);
        assertThat(future).isDone();
        return new Kept(future, new WeakReference<>(known), ofContext);
    }

    private static CompletionStage<String> stageOf(Object known, CompletableFuture<String> stage) {
        assertThat(known).isNotNull();
        return stage;
    }

    private static void isGone(WeakReference<Object> object, String what) {
        Rendezvous.await(
                () -> {
                    System.gc();
                    return object.get() == null;
                },
                what + " is collected");
    }

    @Test
    @DisplayName("CA-5 who keeps the future of a call that is over keeps neither its work nor its context")
    void future_whenCallIsOver_keepsTheResultOnly() throws ExecutionException {
        Kept answered = over(inner -> inner.complete("a"));
        Kept failed = over(inner -> inner.completeExceptionally(new IOException("lost")));
        for (Kept kept : new Kept[] {answered, failed}) {
            isGone(kept.ofWork(), "what the work knows");
            isGone(kept.ofContext(), "the context");
            assertThat(kept.future()).isDone();
        }
        assertThat(Rendezvous.get(answered.future())).isEqualTo("a");
    }
}
