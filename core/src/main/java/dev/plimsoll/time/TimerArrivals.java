package dev.plimsoll.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The letter box of the timer wheel: timers that were started and that the timer thread has not sorted in yet.
 *
 * <p><b>Threading:</b> any thread pushes; one thread at a time drains.
 */
final class TimerArrivals {
    /*
     * A few stacks, linked through the timers themselves (Treiber 1986). A thread pushes by compare-and-set on the
     * stack its id selects; the drainer takes a whole stack with one exchange, so the classic ABA fault, which needs
     * single pops, cannot occur. The heads stand 128 bytes apart (two lines: processors prefetch pairs), so that
     * threads on different stacks do not share a cache line.
     */
    private static final int APART = 32;
    private static final VarHandle HEADS = MethodHandles.arrayElementVarHandle(Timer[].class);

    private final @Nullable Timer[] heads;
    private final int mask;

    TimerArrivals(int atLeastStacks) {
        int stacks = atLeastStacks <= 1 ? 1 : Integer.highestOneBit(atLeastStacks - 1) << 1;
        heads = new Timer[(stacks + 1) * APART];
        mask = stacks - 1;
    }

    /** Adds a timer; by the time this returns, any later {@link #drain} sees it. */
    void push(Timer timer) {
        // Thread ids are small and consecutive; threads of one pool often differ by a multiple of two.
        int id = (int) Thread.currentThread().getId();
        int at = ((id ^ (id >>> 3)) & mask) * APART + APART / 2;
        while (true) {
            Timer head = (Timer) HEADS.getVolatile(heads, at);
            timer.next = head;
            if (HEADS.compareAndSet(heads, at, head, timer)) {
                return;
            }
        }
    }

    boolean isEmpty() {
        for (int stack = 0; stack <= mask; stack++) {
            if (HEADS.getVolatile(heads, stack * APART + APART / 2) != null) {
                return false;
            }
        }
        return true;
    }

    int stacks() {
        return mask + 1;
    }

    /** Takes all timers of one stack, newest first. */
    @Nullable
    Timer drain(int stack) {
        int at = stack * APART + APART / 2;
        return HEADS.getVolatile(heads, at) == null ? null : (Timer) HEADS.getAndSet(heads, at, null);
    }
}
