package dev.plimsoll.chaos;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a dependency does in one attempt.
 *
 * @param takes nanoseconds
 * @param error what it ends with; null for the value
 * @param value what it ends with otherwise
 * @param manner what it does when nobody wants it any more
 * @param beatEvery how often it gives a sign of life, in nanoseconds; 0 for never
 * @param onHand whether its stage is completed on a thread of its own, and not by a timer
 */
record Deed(
        long takes, @Nullable Throwable error, @Nullable Object value, Manner manner, long beatEvery, boolean onHand) {

    /** What work does when it is interrupted, or its stage cancelled. */
    enum Manner {
        /** Ends at once. */
        POLITE,
        /** The same, but with an error of its own and the flag set again. */
        RESTORING,
        /** Takes no notice. */
        DEAF
    }

    static Deed well(@Nullable Object value) {
        return new Deed(0, null, value, Manner.POLITE, 0, false);
    }

    static Deed failing(Throwable error) {
        return new Deed(0, error, null, Manner.POLITE, 0, false);
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
                gone(interrupt);
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

    private void gone(InterruptedException interrupt) throws Exception {
        if (manner == Manner.POLITE) {
            throw interrupt;
        } else if (manner == Manner.RESTORING) {
            Thread.currentThread().interrupt();
            throw new IOException("gone");
        }
    }

    boolean isDeaf() {
        return manner == Manner.DEAF;
    }

    /**
     * Begins it; no thread waits for it.
     *
     * @param atEnd done before anybody else learns that it is over
     */
    Stage stage(VirtualTime time, @Nullable Attempt attempt, Runnable atEnd) {
        Stage stage = new Stage(isDeaf(), atEnd);
        if (takes == 0) {
            stage.end(value, error);
            return stage;
        }
        Timer end = timer(() -> {
            if (onHand) {
                Hands.begin(time, () -> stage.end(value, error));
            } else {
                stage.end(value, error);
            }
        });
        time.start(end, takes);
        if (beatEvery > 0 && attempt != null) {
            beat(stage, time, attempt);
        }
        CompletableFuture<@Nullable Object> unused = stage.whenComplete((any, thrown) -> end.cancel());
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

    private static Timer timer(Runnable task) {
        return new Timer() {
            @Override
            protected void fire(long lateNanos) {
                task.run();
            }
        };
    }
}
