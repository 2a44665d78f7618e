package dev.plimsoll;

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
    },
    ASYNC {
        @Override
        Object call(Guard guard, VirtualTime time, Deeds deeds) throws Throwable {
            return await(guard.callAsync(() -> deeds.next().stage(time)), time);
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
     */
    record Deed(Duration takes, @Nullable Exception error, Object value) {

        Object block(VirtualTime time) throws Exception {
            time.sleep(takes);
            if (error != null) {
                throw error;
            }
            return value;
        }

        CompletableFuture<Object> stage(VirtualTime time) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            if (takes.isZero()) {
                end(stage);
            } else {
                time.start(
                        new Timer() {
                            @Override
                            protected void fire(long lateNanos) {
                                end(stage);
                            }
                        },
                        takes.toNanos());
            }
            return stage;
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
