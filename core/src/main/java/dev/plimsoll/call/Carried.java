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

    private final ContextCarrier.Snapshot ambient;
    private final @Nullable ClassLoader loader;
    private final List<ContextCarrier.Snapshot> snapshots;
    private final Observers faults;
    private final @Nullable Carried outside;

    private Carried(
            ContextCarrier.Snapshot ambient,
            @Nullable ClassLoader loader,
            List<ContextCarrier.Snapshot> snapshots,
            Observers faults,
            @Nullable Carried outside) {
        this.ambient = ambient;
        this.loader = loader;
        this.snapshots = snapshots;
        this.faults = faults;
        this.outside = outside;
    }

    /**
     * Takes all there is from the current thread.
     *
     * @param carriers asked in this order
     * @param observers hear of their exceptions; those of them that are around a call are asked first
     * @return to be put in force elsewhere
     */
    public static Carried take(List<ContextCarrier> carriers, Observers observers) {
        return take(carriers, observers, null);
    }

    /**
     * Takes all there is from the current thread, inside of a call that has begun.
     *
     * @param carriers asked in this order
     * @param observers hear of their exceptions; those of them that are around a call are asked first
     * @param outside what was taken before that call began; null where nobody has put anything around it
     * @return to be put in force elsewhere
     */
    public static Carried take(List<ContextCarrier> carriers, Observers observers, @Nullable Carried outside) {
        List<CallObserver> around = observers.around();
        if (carriers.isEmpty() && around.isEmpty()) {
            return withoutCarriers(observers);
        }
        List<ContextCarrier.Snapshot> all = new ArrayList<>(around.size() + carriers.size());
        ask(around, all, observers);
        ask(carriers, all, observers);
        return new Carried(Ambient.capture(), Thread.currentThread().getContextClassLoader(), all, observers, outside);
    }

    /**
     * What was taken before the call began that this is of: it is for what follows the call, and is not inside of it.
     *
     * @return null where nobody has put anything around the call
     */
    public @Nullable Carried outside() {
        return outside;
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
        return withoutCarriers(faults, null);
    }

    /**
     * Takes what the current thread is inside of, and its context class loader.
     *
     * @param faults hears of nothing before this is put in force
     * @param before given back if it would be put in force as the same: threads that are inside of nothing have the same
     *     to take along, as long as their class loader is the same; null for none
     * @return to be put in force elsewhere
     */
    public static Carried withoutCarriers(Observers faults, @Nullable Carried before) {
        ContextCarrier.Snapshot ambient = Ambient.capture();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (before == null
                || before.ambient != ambient // one object for all that are inside of nothing
                || before.loader != loader
                || before.faults != faults
                || !before.snapshots.isEmpty()) {
            return new Carried(ambient, loader, List.of(), faults, null);
        }
        return before;
    }

    /**
     * Runs a task with all of it in force, and leaves the thread as it was, whatever is thrown meanwhile.
     *
     * @param task what it throws passes, unless a carrier throws an {@link Error} after it
     */
    public void around(Runnable task) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        Deque<ContextCarrier.Scope> scopes = snapshots.isEmpty() ? null : new ArrayDeque<>(snapshots.size());
        ContextCarrier.Scope inside = ambient.open(); // nothing may come between this and what leaves it again
        try {
            changeLoader(thread, loader);
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
                changeLoader(thread, before);
            }
        }
    }

    /** Mostly it is the same, and to say so once more would cost more than to look. */
    private static void changeLoader(Thread thread, @Nullable ClassLoader loader) {
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
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
