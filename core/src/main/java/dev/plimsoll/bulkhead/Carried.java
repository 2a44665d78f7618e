package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Observers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task takes along from its caller's thread: what that is inside of, its context class loader, and what the
 * carriers took.
 *
 * <p><b>Threading:</b> made on the caller's thread, put in force on any other.
 */
final class Carried {

    private final ContextCarrier.Snapshot ambient = Ambient.capture();
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final List<ContextCarrier.Snapshot> snapshots;
    private final Observers faults;

    Carried(List<ContextCarrier.Snapshot> snapshots, Observers faults) {
        this.snapshots = snapshots;
        this.faults = faults;
    }

    /** Runs a task with all of it in force, and leaves the thread as a pool's thread was before: with nothing. */
    void around(Runnable task) {
        Thread thread = Thread.currentThread();
        ContextCarrier.Scope inside = ambient.open();
        Deque<ContextCarrier.Scope> scopes = new ArrayDeque<>();
        try {
            thread.setContextClassLoader(loader);
            for (ContextCarrier.Snapshot each : snapshots) {
                tolerantly(() -> scopes.push(each.open()));
            }
            task.run();
        } finally {
            try {
                scopes.forEach(each -> tolerantly(each::close));
            } finally {
                inside.close();
                thread.setContextClassLoader(null);
            }
        }
    }

    /** Runs code of the user whose exceptions must not change anything. */
    void tolerantly(Runnable foreign) {
        try {
            foreign.run();
        } catch (Exception e) {
            faults.fault(e);
        }
    }
}
