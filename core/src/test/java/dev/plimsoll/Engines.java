package dev.plimsoll;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The two engines behind one face: the same deed, done by a call that blocks and by one that does not. */
enum Engines {
    BLOCKING {
        @Override
        Object call(Guard guard, VirtualTime time, Deeds deeds) throws Throwable {
            return guard.<Object, Exception>call(() -> deeds.next().block(time));
        }

        @Override
        Object callBeating(Guard guard, VirtualTime time, Deeds deeds) throws Throwable {
            return guard.<Object, Exception>call(attempt -> {
                Deed deed = deeds.next();
                for (int i = 0; i < deed.beats; i++) {
                    time.sleep(deed.every);
                    attempt.beat();
                }
                return deed.block(time);
            });
        }
    },
    ASYNC {
        @Override
        Object call(Guard guard, VirtualTime time, Deeds deeds) throws Throwable {
            return await(guard.callAsync(() -> deeds.next().stage(time)), time);
        }

        @Override
        Object callBeating(Guard guard, VirtualTime time, Deeds deeds) throws Throwable {
            return await(guard.callAsync(attempt -> deeds.next().beatingStage(time, attempt)), time);
        }
    };

    /** Where the work of one call gets from what it is to do in its next attempt. */
    interface Deeds {
        Deed next();
    }

    /**
     * What the work does in one attempt.
     *
     * @param takes how long
     * @param error what it ends with; null for the value
     * @param value what it ends with otherwise
     * @param beats how often it beats before that; only when called so
     * @param every how long before each beat
     */
    record Deed(Duration takes, @Nullable Exception error, Object value, int beats, Duration every) {

        Deed(Duration takes, @Nullable Exception error, Object value) {
            this(takes, error, value, 0, Duration.ZERO);
        }

        Deed beating(int times, Duration apart) {
            return new Deed(takes, error, value, times, apart);
        }

        Object block(VirtualTime time) throws Exception {
            time.sleep(takes);
            if (error != null) {
                throw error;
            }
            return value;
        }

        CompletableFuture<Object> stage(VirtualTime time) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            endLater(stage, time);
            return stage;
        }

        private void endLater(CompletableFuture<Object> stage, VirtualTime time) {
            if (takes.isZero()) {
                end(stage);
            } else {
                after(takes, time, () -> end(stage));
            }
        }

        CompletableFuture<Object> beatingStage(VirtualTime time, Attempt attempt) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            goOn(stage, time, attempt, beats);
            return stage;
        }

        private void goOn(CompletableFuture<Object> stage, VirtualTime time, Attempt attempt, int left) {
            if (left == 0) {
                endLater(stage, time);
            } else {
                after(every, time, () -> {
                    attempt.beat();
                    if (!stage.isDone()) {
                        goOn(stage, time, attempt, left - 1);
                    }
                });
            }
        }

        private static void after(Duration span, VirtualTime time, Runnable task) {
            time.start(
                    new Timer() {
                        @Override
                        protected void fire(long lateNanos) {
                            task.run();
                        }
                    },
                    span.toNanos());
        }

        private void end(CompletableFuture<Object> stage) {
            if (error != null) {
                stage.completeExceptionally(error);
            } else {
                stage.complete(value);
            }
        }
    }

    /** Makes one call; what the caller would get or be thrown. */
    abstract Object call(Guard guard, VirtualTime time, Deeds deeds) throws Throwable;

    /** The same, of work that beats. */
    abstract Object callBeating(Guard guard, VirtualTime time, Deeds deeds) throws Throwable;

    /** Waits through virtual time until a future is complete. */
    static <T> T await(CompletableFuture<T> future, VirtualTime time) throws Throwable {
        Thread me = Thread.currentThread();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        CompletableFuture<T> unused = future.whenComplete((value, error) -> {
            thrown.set(error);
            over.set(true);
            time.unpark(me);
        });
        while (!over.get()) {
            time.park(future);
        }
        Throwable error = thrown.get();
        if (error != null) {
            throw error;
        }
        return future.join();
    }
}
