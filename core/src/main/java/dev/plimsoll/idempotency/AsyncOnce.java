package dev.plimsoll.idempotency;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Timer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One who asks for asynchronous work to be done once, and the future of it.
 *
 * <p><b>Threading:</b> the path is gone by one thread at a time: who ends a wait, the waking first or the timer, goes on,
 * and who would end one that has not begun only makes the path ask once more.
 */
final class AsyncOnce<T extends @Nullable Object> extends CompletableFuture<T> {

    private final Desk<T> desk;
    private final Desk.Key key;
    private final String fingerprint;
    private final Work<? extends CompletionStage<? extends T>, ?> body;
    private final Deadline deadline = Deadline.current();
    private final Carried carried = Carried.take(List.of(), new Observers(null));
    private final Runnable wake = this::woken;
    private final Runnable path = this::goOn;
    private final Runnable elsewhere = this::goOnCarried; // made before it is needed: then there may be no memory
    private final AtomicReference<@Nullable Alarm> alarm = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();

    AsyncOnce(Desk<T> desk, String key, String fingerprint, Work<? extends CompletionStage<? extends T>, ?> body) {
        this.desk = desk;
        this.key = new Desk.Key(desk, key);
        this.fingerprint = fingerprint;
        this.body = body;
    }

    void begin() {
        try {
            desk.failIfInside(key);
            Begun<T> begun = desk.begin(key.key(), fingerprint);
            if (!(begun instanceof Begun.Running<T>)) {
                settle(begun);
                return;
            }
            desk.waiting.add(key.key(), wake);
            CompletableFuture<T> unused = whenComplete((value, error) -> stopWaiting());
        } catch (Throwable refused) {
            completeExceptionally(refused);
            return;
        }
        goOn();
    }

    private void stopWaiting() {
        desk.waiting.remove(key.key(), wake);
        Alarm last = alarm.get();
        if (last != null) {
            boolean unused = last.end();
        }
    }

    /** Asks again, now that it would be woken, until there is nothing to wait for or a wait has begun. */
    private void goOn() {
        try {
            boolean waits = false;
            while (!waits) {
                Alarm next = new Alarm();
                alarm.set(next); // before the store is asked: a waking from here on is not lost
                if (isDone()) {
                    return; // given up: the others who wait are woken too
                }
                Begun<T> begun = desk.begin(key.key(), fingerprint);
                if (!(begun instanceof Begun.Running<T> running)) {
                    stopWaiting();
                    settle(begun);
                    return;
                }
                waits = next.begin(desk.patience(running, deadline, desk.time.precise()));
            }
        } catch (Throwable refused) {
            completeExceptionally(refused);
        }
    }

    private void woken() {
        Alarm now = alarm.get();
        if (now != null && now.end()) {
            elsewhere();
        }
    }

    /** Not on the thread of who has ended the wait: it has work of its own. */
    private void elsewhere() {
        desk.elsewhere.execute(elsewhere);
    }

    private void goOnCarried() {
        carried.around(path);
    }

    private void settle(Begun<T> begun) {
        if (begun instanceof Begun.First<T> first) {
            run(first.generation());
        } else if (begun instanceof Begun.Done<T> done) {
            ended(done.result().value(), done.result().error());
        }
    }

    private void run(long generation) {
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        CompletionStage<? extends T> stage;
        try {
            Ambient.push(ambient, key);
            stage = Objects.requireNonNull(body.call(), "the stage of the body");
        } catch (Throwable error) {
            over(generation, null, error);
            return;
        } finally {
            Ambient.unwind(ambient, depth);
        }
        try {
            CompletionStage<? extends T> unusedStage =
                    stage.whenComplete((value, error) -> over(generation, value, unwrapped(error)));
        } catch (Throwable ofStage) {
            over(generation, null, ofStage);
        }
        CompletableFuture<T> unused = whenComplete((value, error) -> {
            if (isCancelled()) {
                stage.toCompletableFuture().cancel(true);
            }
        });
    }

    /** The work has ended, in whichever way is told first. */
    @SuppressWarnings("NullAway") // the value is the work's, and null only where that was
    private void over(long generation, @Nullable T value, @Nullable Throwable error) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Throwable end = error;
        try {
            if (error == null) {
                desk.returned(key.key(), generation, value);
            } else {
                desk.threw(key.key(), generation, error);
            }
        } catch (Throwable ofPredicateOrStore) {
            end = ofPredicateOrStore;
        }
        ended(value, end);
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    @SuppressWarnings("NullAway") // the value is the work's, and null only where that was
    private void ended(@Nullable T value, @Nullable Throwable error) {
        if (error != null) {
            completeExceptionally(error);
        } else {
            complete(value);
        }
    }

    /** Dependents are ordinary futures. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    /**
     * Ends a wait, once. What would end it while the store is still asked makes the path ask again.
     *
     * <pre>
     *   ASKED ── begin ──▶ WAITS ── the first to end it ──▶ OVER, and who ended it goes on elsewhere
     *     └── woken meanwhile ──▶ OVER, and the path asks again
     * </pre>
     */
    private final class Alarm extends Timer {

        private enum State {
            ASKED,
            WAITS,
            OVER
        }

        private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);

        /** Whether there is now a wait that somebody will end; false when it was to end already. */
        boolean begin(long nanos) {
            if (nanos <= 0) {
                if (state.compareAndSet(State.ASKED, State.OVER)) {
                    throw desk.timeIsUp(key.key());
                }
                return false;
            }
            desk.time.start(this, nanos);
            boolean waits = state.compareAndSet(State.ASKED, State.WAITS);
            if (!waits) {
                cancel();
            }
            return waits;
        }

        /** Ends it; whether there was a wait, and nobody has ended it before. */
        boolean end() {
            boolean first = state.getAndSet(State.OVER) == State.WAITS;
            if (first) {
                cancel();
            }
            return first;
        }

        @Override
        protected void fire(long lateNanos) {
            if (state.getAndSet(State.OVER) == State.WAITS) {
                elsewhere();
            }
        }
    }
}
