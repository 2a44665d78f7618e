package dev.plimsoll.call;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much it matters that some work is done, where not all can be: who has less of it stands back first.
 *
 * <p>{@link #run(Task)} and {@link #call(Work)} put it in force on this thread; guards take it along to the other threads
 * of a call. The innermost counts. Where nobody has said anything it is {@link #NORMAL}.
 *
 * <p>The order of the constants is that of importance, the most important first.
 *
 * <p>After the criticality of requests in "Handling Overload" (Site Reliability Engineering, chapter 21), with fewer
 * steps.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public enum Criticality {
    /** Somebody waits for it and is harmed when it fails: an order, a payment. */
    CRITICAL,
    /** What is neither of the others. */
    NORMAL,
    /** Nobody notices soon when it is not done now: prefetching, a batch that is repeated, a report. */
    SHEDDABLE;

    /**
     * How much the work matters that runs on this thread.
     *
     * @return {@link #NORMAL} where nobody has said anything
     */
    public static Criticality current() {
        Criticality inForce = innermost();
        return inForce == null ? NORMAL : inForce;
    }

    /**
     * How much the work matters that runs on this thread, where somebody has said so.
     *
     * @return empty when nobody has
     */
    public static Optional<Criticality> inForce() {
        return Optional.ofNullable(innermost());
    }

    private static @Nullable Criticality innermost() {
        return Ambient.isUsed() ? Ambient.innermost(Criticality.class) : null;
    }

    /**
     * Runs a task that matters so much.
     *
     * @param task what to run
     * @param <X> the checked exception it may throw
     * @throws X as the task does
     */
    public <X extends Exception> void run(Task<X> task) throws X {
        Objects.requireNonNull(task, "task");
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        Ambient.push(ambient, this);
        try {
            task.run();
        } finally {
            Ambient.unwind(ambient, depth);
        }
    }

    /**
     * Does work that matters so much.
     *
     * @param work what to do
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returns
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        Ambient.push(ambient, this);
        try {
            return work.call();
        } finally {
            Ambient.unwind(ambient, depth);
        }
    }
}
