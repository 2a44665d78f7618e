package dev.plimsoll.chaos;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a dependency does in one attempt.
 *
 * @param takes nanoseconds
 * @param error what it ends with; null for the value
 * @param value what it ends with otherwise
 * @param deaf takes no notice of an interrupt, or of its stage being cancelled
 * @param beatEvery how often it gives a sign of life, in nanoseconds; 0 for never
 * @param onHand whether its stage is completed on a thread of its own, and not by a timer
 */
record Deed(
        long takes, @Nullable Throwable error, @Nullable Object value, boolean deaf, long beatEvery, boolean onHand) {

    static Deed well(@Nullable Object value) {
        return new Deed(0, null, value, false, 0, false);
    }

    static Deed failing(Throwable error) {
        return new Deed(0, error, null, false, 0, false);
    }

    /** Does it on this thread. */
    @Nullable
    Object block(VirtualTime time, @Nullable Attempt attempt) throws Throwable {
        long end = time.precise() + takes;
        long left = takes;
        while (left > 0) {
            try {
                time.sleep(beatEvery == 0 ? left : Math.min(left, beatEvery));
            } catch (InterruptedException interrupt) {
                if (!deaf) {
                    throw interrupt;
                }
            }
            if (beatEvery > 0 && attempt != null) {
                attempt.beat();
            }
            left = end - time.precise();
        }
        if (error != null) {
            throw error;
        }
        return value;
    }

    /** Begins it; no thread waits for it. */
    CompletableFuture<@Nullable Object> stage(VirtualTime time, @Nullable Attempt attempt) {
        Stage stage = new Stage(deaf);
        if (takes == 0) {
            end(stage);
            return stage;
        }
        Timer atEnd = timer(() -> {
            if (onHand) {
                Hands.begin(time, () -> end(stage));
            } else {
                end(stage);
            }
        });
        time.start(atEnd, takes);
        if (beatEvery > 0 && attempt != null) {
            beat(stage, time, attempt);
        }
        CompletableFuture<@Nullable Object> unused = stage.whenComplete((any, thrown) -> atEnd.cancel());
        return stage;
    }

    private void beat(Stage stage, VirtualTime time, Attempt attempt) {
        Timer next = timer(() -> {
            attempt.beat();
            if (!stage.isDone()) {
                beat(stage, time, attempt);
            }
        });
        time.start(next, beatEvery);
        CompletableFuture<@Nullable Object> unused = stage.whenComplete((any, thrown) -> next.cancel());
    }

    private void end(CompletableFuture<@Nullable Object> stage) {
        if (error != null) {
            stage.completeExceptionally(error);
        } else {
            stage.complete(value);
        }
    }

    static Timer timer(Runnable task) {
        return new Timer() {
            @Override
            protected void fire(long lateNanos) {
                task.run();
            }
        };
    }

    private static final class Stage extends CompletableFuture<@Nullable Object> {
        private final boolean deaf;

        Stage(boolean deaf) {
            this.deaf = deaf;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return !deaf && super.cancel(mayInterruptIfRunning);
        }
    }
}
