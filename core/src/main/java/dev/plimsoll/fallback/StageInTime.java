package dev.plimsoll.fallback;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a stage that is waited for no longer than the deadline in force. Whoever completes the future of {@link
 * #begin} before the stage does, the timer included, cancels the stage.
 */
final class StageInTime<T extends @Nullable Object> extends Timer implements Runnable {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final String dependency;
    private final long leftNanos;
    private final Time time;
    private final Delivery delivery;

    private StageInTime(String dependency, long leftNanos, Time time) {
        this.dependency = dependency;
        this.leftNanos = leftNanos;
        this.time = time;
        this.delivery = new Delivery(time);
    }

    static <T extends @Nullable Object> CompletableFuture<T> begin(
            Work<? extends CompletionStage<? extends T>, ?> work, String dependency, Time time) throws Exception {
        Deadline deadline = Deadline.current();
        CompletionStage<? extends T> stage = Objects.requireNonNull(work.call(), "the stage of a slower path");
        StageInTime<T> timer = new StageInTime<>(dependency, deadline.remainingNanos(time.precise()), time);
        timer.watch(stage);
        if (!deadline.isNone()) {
            timer.start();
        }
        return timer.result;
    }

    /** Where there is no timer for it nobody would end the stage: it is cancelled, and the caller hears why. */
    private void start() {
        try {
            time.start(this, leftNanos);
        } catch (Throwable noTimer) {
            result.cancel(true);
            throw noTimer;
        }
    }

    private void watch(CompletionStage<? extends T> stage) {
        CompletionStage<? extends T> unusedStage = stage.whenComplete((value, error) -> {
            cancel();
            if (error == null) {
                result.complete(value);
            } else {
                boolean wrapped = error instanceof CompletionException && error.getCause() != null;
                result.completeExceptionally(wrapped ? Objects.requireNonNull(error.getCause()) : error);
            }
        });
        CompletableFuture<T> unused = result.whenComplete((value, error) -> {
            if (error instanceof java.util.concurrent.CancellationException
                    || error instanceof TimeoutExceededException) {
                cancel();
                stage.toCompletableFuture().cancel(true);
            }
        });
    }

    @Override
    protected void fire(long lateNanos) {
        delivery.execute(this);
    }

    /** Where the caller's future goes on. */
    @Override
    public void run() {
        result.completeExceptionally(TimeoutExceededException.byOuterDeadline(dependency, leftNanos, false));
    }
}
