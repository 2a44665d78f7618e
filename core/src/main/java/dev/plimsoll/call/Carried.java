package dev.plimsoll.call;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task takes along from one thread to another: what that thread is inside of, its context class loader, and what
 * the carriers took. For those who write engines.
 *
 * <p>An exception of a carrier is counted and changes nothing.
 *
 * <p><b>Threading:</b> taken on one thread, put in force on any other, any number of times.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Carried {

    private final ContextCarrier.Snapshot ambient = Ambient.capture();
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final List<ContextCarrier.Snapshot> snapshots;
    private final Observers faults;

    private Carried(List<ContextCarrier.Snapshot> snapshots, Observers faults) {
        this.snapshots = snapshots;
        this.faults = faults;
    }

    /**
     * Takes all there is from the current thread.
     *
     * @param carriers asked in this order
     * @param observers hear of their exceptions; those of them that are around a call are asked first
     * @return to be put in force elsewhere
     */
    public static Carried take(List<ContextCarrier> carriers, Observers observers) {
        List<CallObserver> around = observers.around();
        if (carriers.isEmpty() && around.isEmpty()) {
            return withoutCarriers(observers);
        }
        List<ContextCarrier.Snapshot> all = new ArrayList<>(around.size() + carriers.size());
        ask(around, all, observers);
        ask(carriers, all, observers);
        return new Carried(all, observers);
    }

    private static void ask(
            List<? extends ContextCarrier> carriers, List<ContextCarrier.Snapshot> all, Observers faults) {
        for (ContextCarrier carrier : carriers) {
            try {
                all.add(carrier.capture());
            } catch (Exception e) {
                faults.fault(e);
            }
        }
    }

    /**
     * Takes what the current thread is inside of, and its context class loader.
     *
     * @param faults hears of nothing before this is put in force
     * @return to be put in force elsewhere
     */
    public static Carried withoutCarriers(Observers faults) {
        return new Carried(List.of(), faults);
    }

    /**
     * Runs a task with all of it in force, and leaves the thread as it was, whatever is thrown meanwhile.
     *
     * @param task what it throws passes, unless a carrier throws an {@link Error} after it
     */
    public void around(Runnable task) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ContextCarrier.Scope inside = ambient.open();
        Deque<ContextCarrier.Scope> scopes = snapshots.isEmpty() ? null : new ArrayDeque<>(snapshots.size());
        try {
            thread.setContextClassLoader(loader);
            if (scopes != null) {
                snapshots.forEach(each -> tolerantly(() -> scopes.push(each.open())));
            }
            task.run();
        } finally {
            try {
                if (scopes != null) {
                    leave(scopes);
                }
            } finally {
                inside.close();
                thread.setContextClassLoader(before);
            }
        }
    }

    /** Leaves all of them, for each is another's: the first {@link Error} passes when the last one is left. */
    private void leave(Deque<ContextCarrier.Scope> scopes) {
        Error first = null;
        for (ContextCarrier.Scope each : scopes) {
            try {
                tolerantly(each::close);
            } catch (Error ofCarrier) {
                first = first == null ? ofCarrier : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Runs code of the user whose exceptions must not change anything.
     *
     * @param foreign its {@link Error} passes
     */
    public void tolerantly(Runnable foreign) {
        try {
            foreign.run();
        } catch (Exception e) {
            faults.fault(e);
        }
    }
}
