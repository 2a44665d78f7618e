package dev.plimsoll.call;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the current thread is inside of: the deadline in force, and the guards, bulkheads and timers around it. For those
 * who write engines; everybody else asks {@link Deadline#current()} and {@link Criticality#current()}.
 *
 * <p><b>Threading:</b> each thread sees its own; {@link #capture()} takes a copy to another thread.
 */
public final class Ambient {

    /* One holder per thread, never removed: setting and removing a thread-local for each call would cost more than all
     * the rest of a guarded call. It is made of JDK types and holds ours only while a call runs, so that a thread that
     * outlives a redeployed application keeps nothing of it:
     *
     *   [0] the Deadline in force, or null     [1] int[], the depth      [2] Object[], what we are inside of
     *
     * Few ask for the deadline of an attempt, which has a timer all the same: so the timer stands in [0] until somebody does.
     *
     * To store a reference in an old array and to clear it again costs more than all the rest of going inside. What many
     * calls are inside of, a guard, is therefore kept by a weak reference, which is a JDK type as well: it stays where it
     * is above the depth, and the next call through the same guard finds it there and writes nothing but the depth. That
     * is in the midst of an array, so that it has a cache line for itself: a collector puts what threads have made side by
     * side.
     */
    private static final ThreadLocal<Object[]> HOLDER = new ThreadLocal<>();
    private static final int DEADLINE = 0;
    private static final int DEPTH = 1;
    private static final int STACK = 2;
    private static final int NOW = 16; // 64 bytes from either end
    private static final int ROOMY = 16;
    private static final Object[] NOBODY = {};
    private static final ContextCarrier.Scope NOTHING_TO_CLOSE = () -> {};

    /** What ends the work, and knows when: it stands for the deadline, which is made when somebody asks for it. */
    public interface Bound {

        /**
         * The deadline that it stands for.
         *
         * @return a new one, at the same instant each time
         */
        Deadline deadline();
    }

    /* A thread sees its own writes, and a deadline is only ever set by the thread it binds, or by one that handed over to
     * it: so a plain field is enough to spare everybody the look-up until somebody uses deadlines at all. */
    private static boolean used;

    private Ambient() {}

    /**
     * The current thread's holder, to be passed to the other methods; looked up once per call.
     *
     * @return the same array for the life of the thread
     */
    public static Object[] here() {
        Object[] holder = HOLDER.get();
        return holder != null ? holder : adopt(null, 0, new Object[ROOMY]);
    }

    /**
     * Whether the current thread may be inside of anything, or under a deadline.
     *
     * @return false only when it surely is not
     */
    public static boolean isUsed() {
        return used;
    }

    private static Object[] adopt(@Nullable Object deadline, int depth, Object[] stack) {
        Object[] holder = newHolder(deadline, depth, stack);
        HOLDER.set(holder);
        used = true;
        return holder;
    }

    @SuppressWarnings("NullAway") // the deadline's place may be empty
    private static Object[] newHolder(@Nullable Object deadline, int depth, Object[] stack) {
        int[] alone = new int[2 * NOW];
        alone[NOW] = depth;
        return new Object[] {deadline, alone, stack};
    }

    /**
     * The deadline in force on this thread.
     *
     * @return {@link Deadline#none()} when there is none
     */
    static Deadline deadline() {
        Object[] holder = HOLDER.get();
        return holder == null ? Deadline.none() : deadline(holder);
    }

    /**
     * The deadline in force.
     *
     * @param holder from {@link #here()}
     * @return {@link Deadline#none()} when there is none
     */
    @SuppressWarnings("NullAway") // the deadline's place may be empty
    public static Deadline deadline(Object[] holder) {
        Object deadline = holder[DEADLINE];
        if (deadline instanceof Bound bound) {
            deadline = bound.deadline();
            holder[DEADLINE] = deadline;
        }
        return deadline == null ? Deadline.none() : (Deadline) deadline;
    }

    /**
     * Puts a deadline in force. The caller has combined it with the outer one.
     *
     * @param holder from {@link #here()}
     * @param deadline the new one; {@link Deadline#none()} clears the place
     */
    @SuppressWarnings("NullAway") // the deadline's place may be empty
    public static void setDeadline(Object[] holder, Deadline deadline) {
        Object next = deadline.isNone() ? null : deadline;
        if (holder[DEADLINE] != next) {
            holder[DEADLINE] = next;
        }
    }

    /**
     * Puts in force the deadline that something stands for, until {@link #setDeadline} puts another one there.
     *
     * @param holder from {@link #here()}
     * @param bound stands for a deadline that is not later than the outer one
     */
    public static void setBound(Object[] holder, Bound bound) {
        holder[DEADLINE] = bound;
    }

    /**
     * What to {@link #push(Object[], Object)} for something that many calls go inside of: cheaper than the thing itself.
     *
     * @param around a guard, a bulkhead; whoever is inside keeps it reachable
     * @return to be made once, not per call
     */
    public static WeakReference<Object> lasting(Object around) {
        return new WeakReference<>(around);
    }

    /**
     * Goes inside something. {@link #pop(Object[])} or {@link #unwind(Object[], int)} must follow in a {@code finally}.
     *
     * @param holder from {@link #here()}
     * @param around a guard, a bulkhead, a timer; or what {@link #lasting(Object)} has made of it
     */
    public static void push(Object[] holder, Object around) {
        int[] depth = (int[]) holder[DEPTH];
        Object[] stack = (Object[]) holder[STACK];
        int at = depth[NOW];
        if (at == stack.length) {
            stack = Arrays.copyOf(stack, 2 * stack.length);
            holder[STACK] = stack;
        }
        if (stack[at] != around) {
            stack[at] = around;
        }
        depth[NOW] = at + 1;
    }

    /**
     * How much the current thread is inside of.
     *
     * @param holder from {@link #here()}
     * @return what to come back to with {@link #unwind(Object[], int)}
     */
    public static int depth(Object[] holder) {
        return ((int[]) holder[DEPTH])[NOW];
    }

    /**
     * Leaves everything that was entered since; what somebody within forgot to leave included.
     *
     * @param holder from {@link #here()}
     * @param depth what {@link #depth(Object[])} was
     */
    public static void unwind(Object[] holder, int depth) {
        int[] now = (int[]) holder[DEPTH];
        Object[] stack = (Object[]) holder[STACK];
        for (int at = now[NOW] - 1; at >= depth; at--) {
            clear(stack, at);
        }
        now[NOW] = depth;
    }

    @SuppressWarnings("NullAway") // an empty place keeps nothing alive
    private static void clear(Object[] stack, int at) {
        if (!isLasting(stack[at])) {
            stack[at] = null;
        }
    }

    /** What is in a place: itself, or what {@link #lasting(Object)} stands for. */
    private static @Nullable Object inside(Object[] stack, int at) {
        Object around = stack[at];
        return isLasting(around) ? ((WeakReference<?>) around).get() : around;
    }

    /** Of that very class: a reference of another one may be the application's. */
    private static boolean isLasting(@Nullable Object around) {
        return around != null && around.getClass() == WeakReference.class;
    }

    /**
     * Leaves everything that was entered since something else was, and stays inside of that.
     *
     * @param holder from {@link #here()}
     * @param around what this thread is inside of, the same object that was pushed
     */
    public static void unwindTo(Object[] holder, Object around) {
        Object[] stack = (Object[]) holder[STACK];
        int depth = depth(holder);
        while (depth > 0 && stack[depth - 1] != around) {
            depth--;
        }
        unwind(holder, depth);
    }

    /**
     * Leaves what was entered last.
     *
     * @param holder from {@link #here()}
     */
    public static void pop(Object[] holder) {
        int[] depth = (int[]) holder[DEPTH];
        clear((Object[]) holder[STACK], --depth[NOW]);
    }

    /**
     * Whether this thread is inside of something.
     *
     * @param around a guard, a bulkhead, a timer
     * @return true when it was pushed and not yet popped
     */
    public static boolean isInside(Object around) {
        return isInsideAny(each -> each == around);
    }

    /**
     * Whether this thread is inside of anything that a test accepts, asked from the innermost outwards.
     *
     * @param test must not push or pop
     * @return true when the test accepted something
     */
    public static boolean isInsideAny(Predicate<Object> test) {
        Object[] holder = HOLDER.get();
        return holder != null && isInsideAny(holder, test);
    }

    /**
     * Whether a thread is inside of anything that a test accepts, asked from the innermost outwards.
     *
     * @param holder from {@link #here()}
     * @param test must not push or pop
     * @return true when the test accepted something
     */
    public static boolean isInsideAny(Object[] holder, Predicate<Object> test) {
        Object[] stack = (Object[]) holder[STACK];
        for (int i = ((int[]) holder[DEPTH])[NOW] - 1; i >= 0; i--) {
            Object around = inside(stack, i);
            if (around != null && test.test(around)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The innermost thing of some type that this thread is inside of.
     *
     * @param type of what is looked for
     * @param <T> that type
     * @return null when there is none
     */
    static <T> @Nullable T innermost(Class<T> type) {
        Object[] holder = HOLDER.get();
        if (holder == null) {
            return null;
        }
        Object[] stack = (Object[]) holder[STACK];
        for (int i = ((int[]) holder[DEPTH])[NOW] - 1; i >= 0; i--) {
            Object around = inside(stack, i);
            if (type.isInstance(around)) {
                return type.cast(around);
            }
        }
        return null;
    }

    /**
     * How many of the things that this thread is inside of a test accepts.
     *
     * @param test must not push or pop
     * @return 0 or more
     */
    public static int count(Predicate<Object> test) {
        Object[] holder = HOLDER.get();
        if (holder == null) {
            return 0;
        }
        Object[] stack = (Object[]) holder[STACK];
        int accepted = 0;
        for (int i = ((int[]) holder[DEPTH])[NOW] - 1; i >= 0; i--) {
            Object around = inside(stack, i);
            accepted += around != null && test.test(around) ? 1 : 0;
        }
        return accepted;
    }

    /**
     * Takes a copy of what this thread is inside of, for a task that will go on with the work on another thread.
     *
     * @return a snapshot that may be opened any number of times
     */
    public static ContextCarrier.Snapshot capture() {
        Object[] holder = HOLDER.get();
        if (holder == null || isOutside(holder)) {
            return Ambient::openNothing;
        }
        Object deadline = holder[DEADLINE];
        int depth = ((int[]) holder[DEPTH])[NOW];
        Object[] stack = new Object[Math.max(ROOMY, depth + 2)];
        System.arraycopy(holder[STACK], 0, stack, 0, depth);
        Object[] kept = kept(stack, depth);
        return () -> open(deadline, depth, stack.clone(), kept);
    }

    /** What a copy is inside of: it may outlive the calls that keep it reachable here. */
    @SuppressWarnings("NullAway") // the places of what has gone stay empty
    private static Object[] kept(Object[] stack, int depth) {
        Object[] kept = new Object[depth];
        for (int i = 0; i < depth; i++) {
            kept[i] = inside(stack, i);
        }
        return kept;
    }

    private static boolean isOutside(Object[] holder) {
        return holder[DEADLINE] == null && ((int[]) holder[DEPTH])[NOW] == 0;
    }

    /** The thread may be inside of something that has nothing to do with the task. */
    private static ContextCarrier.Scope openNothing() {
        Object[] holder = HOLDER.get();
        return holder == null || isOutside(holder) ? NOTHING_TO_CLOSE : open(null, 0, new Object[ROOMY], NOBODY);
    }

    private static ContextCarrier.Scope open(@Nullable Object deadline, int depth, Object[] stack, Object[] kept) {
        Object[] before = here();
        Object[] opened = newHolder(deadline, depth, stack);
        ContextCarrier.Scope scope = () -> {
            try {
                Arrays.fill(stack, null);
                setDeadline(opened, Deadline.none());
                HOLDER.set(before);
            } finally {
                Reference.reachabilityFence(kept);
            }
        };
        HOLDER.set(opened); // last: there was memory for what leaves it again
        used = true;
        return scope;
    }
}
