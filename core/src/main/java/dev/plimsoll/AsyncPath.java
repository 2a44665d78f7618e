package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RetryMark;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What asynchronous attempts, and the legs of one, are made for: they hand their result over to it, and are the caller's
 * wherever they run.
 *
 * <p><b>Threading:</b> the path is taken by one thread at a time, handed from one to the next.
 */
abstract class AsyncPath {

    /** The beginning of an attempt, and the limits that it has to its end. */
    record Start(long at, Timing limits) {

        boolean isWhole(Deadline deadline) {
            return limits.isWhole(deadline, at);
        }

        long givenNanos(Deadline deadline) {
            return limits.givenNanos(deadline, at);
        }
    }

    private static final VarHandle OWED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "owed", VarHandle.class, AsyncPath.class, Object.class);
    private static final Object OVER = new Object();

    final AsyncEngine engine;
    final Deadline deadline;
    private final Carried carried;

    @SuppressWarnings("UnusedVariable") // exchanged only
    private volatile @Nullable Object owed; // a Throwable, or OVER

    AsyncPath(AsyncEngine engine, Deadline deadline, Carried carried) {
        this.engine = engine;
        this.deadline = deadline;
        this.carried = carried;
    }

    /** An attempt begins now. */
    Start start() {
        long now = engine.steps.clock(deadline);
        return new Start(now, engine.limits(now));
    }

    /** After an attempt that the path had to wait for. */
    abstract void goOn(@Nullable Object result);

    /** After an attempt with several legs that the path had to wait for. */
    void raceIsOver(AsyncRace<?> race) {
        goOn(race.told());
    }

    /** What takes the place of how an attempt with several legs has ended; null where the path tells of it at its own end. */
    @Nullable
    Throwable ofAttempt() {
        return null;
    }

    /** The mark of this guard that the path itself is inside of; null where the path begins outside of the guard. */
    @Nullable
    RetryMark ownMark() {
        return null;
    }

    /** Whose threads begin the work; null for the one that is there. */
    @Nullable
    Bulkhead pool() {
        Bulkhead bulkhead = engine.parts.bulkhead();
        return bulkhead != null && bulkhead.hasPool() ? bulkhead : null;
    }

    /** How an attempt ends that nobody wants any more. */
    Ending stopped(long elapsed) {
        return engine.endings.stopped(elapsed);
    }

    /**
     * Does something on this thread as if it were the caller's, and in any case: an {@link Error} of a carrier becomes how
     * the call ends. Throws nothing.
     */
    void here(Runnable task) {
        under(carried, task);
    }

    private void under(Carried inForce, Runnable task) {
        Begun begun = null;
        try {
            begun = new Begun(task);
            inForce.around(begun);
        } catch (Throwable ofCarrier) { // or of the memory that there is not
            owes(ofCarrier);
            if (begun == null || !begun.yes) {
                task.run();
            }
        }
    }

    private static final class Begun implements Runnable {

        private final Runnable task;
        private boolean yes;

        Begun(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            yes = true;
            task.run();
        }
    }

    /**
     * Completes the future of the call, which is not around what depends on it: its observers are left before. False when
     * somebody else has completed it. Throws nothing.
     *
     * @param error null when the call was answered
     */
    final <T extends @Nullable Object> boolean completes(AsyncFuture<T> future, T value, @Nullable Throwable error) {
        Carried outside = carried.outside();
        Completion<T> completion = outside == null ? null : Completion.of(future, value, error);
        if (outside == null || completion == null) {
            return completed(future, value, error);
        }
        under(outside, completion);
        return completion.first;
    }

    private static <T extends @Nullable Object> boolean completed(
            AsyncFuture<T> future, T value, @Nullable Throwable error) {
        return error != null ? future.failed(error) : future.answered(value);
    }

    private static final class Completion<T extends @Nullable Object> implements Runnable {

        private final AsyncFuture<T> future;
        private final T value;
        private final @Nullable Throwable error;
        private boolean first;

        private Completion(AsyncFuture<T> future, T value, @Nullable Throwable error) {
            this.future = future;
            this.value = value;
            this.error = error;
        }

        /** Null when there is no memory for it. */
        static <T extends @Nullable Object> @Nullable Completion<T> of(
                AsyncFuture<T> future, T value, @Nullable Throwable error) {
            try {
                return new Completion<>(future, value, error);
            } catch (Throwable noMemory) {
                return null;
            }
        }

        @Override
        public void run() {
            first = completed(future, value, error);
        }
    }

    /** Does something as if on the caller's thread, but neither on this one; on this one if there is no memory for that. */
    void elsewhere(Runnable task) {
        try {
            engine.deliver(() -> here(task));
        } catch (Throwable noMemory) {
            owes(noMemory);
            here(task);
        }
    }

    // ---------------------------------------------------------------- what is the user's, and throws

    /** An {@link Error} of the user's code, or what has broken: it is how the path ends, or a fault if there is one already. */
    final void owes(Throwable thrown) {
        if (!OWED.compareAndSet(this, null, thrown)) {
            untold(thrown);
        }
    }

    /** What the path ends with instead; null for nothing. Whatever comes later is a fault. */
    final @Nullable Throwable owed() {
        Object thrown = OWED.getAndSet(this, OVER);
        return thrown == OVER ? null : (Throwable) thrown;
    }

    /** There is nobody to be thrown this: it is counted and shown. Throws nothing. */
    final void untold(Throwable thrown) {
        engine.counts.untold(thrown);
    }

    /** Hands over a value that came too late. Throws nothing. */
    final void late(@Nullable Object value) {
        try {
            engine.parts.late(value);
        } catch (Throwable ofTaker) {
            owes(ofTaker);
        }
    }
}
