package dev.plimsoll.drain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done when a {@link Drain} has stopped, each thing once, isolated from the others.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. No lock is held while a hook runs.
 */
final class StopHooks {

    private final Object lock = new Object();
    /* Guarded by lock. */
    private final List<Runnable> hooks = new ArrayList<>();
    private boolean over;
    private int broken;
    private @Nullable Exception lastFault;

    private volatile @Nullable Thread runner;

    void add(Runnable hook) {
        synchronized (lock) {
            if (!over) {
                hooks.add(hook);
                return;
            }
        }
        Error error = run(hook);
        if (error != null) {
            throw error;
        }
    }

    /** Runs all of them. Called once. */
    void run() {
        List<Runnable> all;
        synchronized (lock) {
            over = true;
            all = List.copyOf(hooks);
            hooks.clear();
        }
        runner = Thread.currentThread();
        Error first = null;
        for (Runnable each : all) {
            Error error = run(each);
            if (first == null) {
                first = error;
            }
        }
        runner = null;
        if (first != null) {
            throw first;
        }
    }

    private @Nullable Error run(Runnable hook) {
        try {
            hook.run();
        } catch (Exception e) {
            synchronized (lock) {
                broken++;
                lastFault = e;
            }
        } catch (Error e) {
            return e;
        }
        return null;
    }

    /** Whether a thread is running hooks at the moment, so that it must not wait for their end. */
    boolean isRunBy(Thread thread) {
        return runner == thread;
    }

    int broken() {
        synchronized (lock) {
            return broken;
        }
    }

    @Nullable
    Exception lastFault() {
        synchronized (lock) {
            return lastFault;
        }
    }
}
