package dev.plimsoll.time;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A hashed timing wheel: the timers that are started and neither fired nor cancelled, ready to be found by instant.
 *
 * <p>It reads no clock and has no thread; {@link TimerThread} drives it, tests drive it by hand.
 *
 * <p><b>Threading:</b> {@link #start}, {@link Timer#cancel()}, {@link #pending()} and {@link #hasArrivals()} may be
 * called by any thread and take no lock; everything else only by one thread at a time, the <i>driver</i>.
 */
final class TimerWheel implements Timer.Owner {
    /*
     *   start ──push──▶ arrivals ──advance──▶ slot[(when / tick) mod slots] ──advance──▶ fire
     *                      ╰── cancelled: dropped when drained ──╯╰── cancelled: dropped when next walked or swept
     *
     * A slot is an unsorted list, linked through the timers; it holds the timers of its tick of every revolution, and
     * remembers the earliest instant among them, so that a slot with nothing due is passed with one comparison, and
     * the next expiry is found without touching a timer. `when` is compared exactly: a timer is never early, and a
     * slot is looked at again until the clock has left its tick.
     *
     * Cancelling only marks the timer. Marked ones that are already in a slot are garbage: the wheel knows how many
     * there are (held - pending) and sweeps, a few slots per advance, at a pace that follows what arrived, so that
     * garbage stays below about half of what is held, each advance stays short, and the cost per timer is constant.
     *
     * Concurrency: starting threads and the driver meet in TimerArrivals (a compare-and-set publishes `when`), the
     * driver and cancelling threads meet in the timer's state. Slots are the driver's alone. `pending` is added to
     * before a timer can be seen and taken from once by whoever wins its last transition: exact when nobody is
     * between the two, and never lasting.
     *
     * Instants wrap: slots come from bits of the instant, which are consistent across the wrap because the number of
     * slots divides 2^44; the order of instants comes from subtraction.
     *
     * G. Varghese, T. Lauck: Hashed and Hierarchical Timing Wheels, SOSP 1987, scheme 6.
     */
    /** A tick is 2^20 ns, which is 1.05 ms. */
    private static final int TICK_BITS = 20;

    private static final int SLOTS = 4096;
    private static final int MASK = SLOTS - 1;

    private final TimerArrivals arrivals =
            new TimerArrivals(Math.min(64, 4 * Runtime.getRuntime().availableProcessors()));
    private final LongAdder pending = new LongAdder();

    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private final long[] earliest = new long[SLOTS];
    private long current;
    private long held;
    private int broom;
    private volatile long failures;

    TimerWheel(long now) {
        current = now;
    }

    /**
     * Starts a timer.
     *
     * @return false if it had been cancelled and so there is nothing to wait for
     * @throws IllegalStateException when it was started before
     */
    boolean start(Timer timer, long when) {
        if (!timer.claim(this, when)) {
            return false;
        }
        pending.increment();
        if (!timer.arm()) {
            pending.decrement();
            return false;
        }
        arrivals.push(timer);
        return true;
    }

    @Override
    public void cancelled(Timer timer) {
        pending.decrement();
    }

    /** How many started timers have neither run nor been cancelled; exact when none of that happens meanwhile. */
    long pending() {
        return Math.max(0, pending.sum());
    }

    boolean hasArrivals() {
        return !arrivals.isEmpty();
    }

    /** How many timers threw when they were fired. */
    long failures() {
        return failures;
    }

    /** How many timers the slots hold, cancelled ones included. */
    long held() {
        return held;
    }

    /**
     * Sorts in what was started, fires what is due, sweeps a little.
     *
     * @param now an instant not before the one of the last call
     * @return how many timers arrived since the last call
     */
    int advance(long now) {
        int arrived = sortIn();
        long last = current;
        if (now - last >= 0) {
            current = now;
            fireDue(last, now);
        }
        sweep(arrived);
        return arrived;
    }

    /** The instant of the first timer, or an earlier one if that was cancelled; ask only if {@link #held()} is not 0. */
    long nextExpiry() {
        boolean found = false;
        long first = 0;
        long tickEnd = ((current >>> TICK_BITS) + 1) << TICK_BITS;
        for (int ahead = 0; ahead < SLOTS; ahead++, tickEnd += 1L << TICK_BITS) {
            int slot = slotOf(tickEnd - 1);
            if (slots[slot] != null) {
                long instant = earliest[slot];
                if (instant - tickEnd < 0) {
                    return instant;
                }
                if (!found || instant - first < 0) {
                    found = true;
                    first = instant;
                }
            }
        }
        return first;
    }

    private static int slotOf(long instant) {
        return (int) (instant >>> TICK_BITS) & MASK;
    }

    private int sortIn() {
        int arrived = 0;
        for (int stack = 0; stack < arrivals.stacks(); stack++) {
            Timer timer = arrivals.drain(stack);
            while (timer != null) {
                Timer following = timer.next;
                arrived++;
                if (timer.isPending()) {
                    insert(timer);
                } else {
                    timer.next = null;
                }
                timer = following;
            }
        }
        return arrived;
    }

    private void insert(Timer timer) {
        // What is overdue goes where the next advance begins to look.
        int slot = slotOf(timer.when - current > 0 ? timer.when : current);
        Timer head = slots[slot];
        if (head == null || timer.when - earliest[slot] < 0) {
            earliest[slot] = timer.when;
        }
        timer.next = head;
        slots[slot] = timer;
        held++;
    }

    private void fireDue(long last, long now) {
        // Ticks are numbers of 44 bits that wrap; after a whole revolution every slot has been seen.
        long ticks = ((now >>> TICK_BITS) - (last >>> TICK_BITS)) & (-1L >>> TICK_BITS);
        int count = (int) Math.min(ticks, MASK);
        int slot = slotOf(last);
        for (int i = 0; i <= count; i++, slot = (slot + 1) & MASK) {
            if (slots[slot] != null && earliest[slot] - now <= 0) {
                fireAll(takeDue(slot, now), now);
            }
        }
    }

    /** Takes what is due out of a slot, and what was cancelled; returns what is due as a list. */
    private @Nullable Timer takeDue(int slot, long now) {
        Timer dueFirst = null;
        Timer dueLast = null;
        Timer keptLast = null;
        Timer timer = slots[slot];
        slots[slot] = null;
        while (timer != null) {
            Timer following = timer.next;
            timer.next = null;
            if (!timer.isPending()) {
                held--;
            } else if (timer.when - now <= 0) {
                held--;
                if (dueLast == null) {
                    dueFirst = timer;
                } else {
                    dueLast.next = timer;
                }
                dueLast = timer;
            } else {
                if (keptLast == null) {
                    slots[slot] = timer;
                    earliest[slot] = timer.when;
                } else {
                    keptLast.next = timer;
                    if (timer.when - earliest[slot] < 0) {
                        earliest[slot] = timer.when;
                    }
                }
                keptLast = timer;
            }
            timer = following;
        }
        return dueFirst;
    }

    private void fireAll(@Nullable Timer first, long now) {
        Timer timer = first;
        while (timer != null) {
            Timer following = timer.next;
            timer.next = null;
            if (timer.expire()) {
                fireOne(timer, now - timer.when);
            }
            timer = following;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one driver at a time
    private void fireOne(Timer timer, long late) {
        try {
            try {
                pending.decrement(); // may need memory
            } finally {
                timer.fire(late);
            }
        } catch (Throwable failure) {
            // Even an Error must not take the other timers down with it.
            failures++;
        }
    }

    /** Frees cancelled timers; how many entries it looks at follows from how many there are to find. */
    private void sweep(int arrived) {
        long garbage = held - pending();
        if (garbage <= 0) {
            return;
        }
        long looks = 256 + held / 256;
        if (garbage > held / 2) {
            looks = 4096 + 2L * arrived + held / 32;
        }
        long before = held;
        for (int i = 0; i < SLOTS && looks > 0; i++, broom = (broom + 1) & MASK) {
            looks -= 1 + sweepSlot(broom);
            if (before - held >= garbage) {
                return;
            }
        }
    }

    private int sweepSlot(int slot) {
        int looked = 0;
        Timer keptLast = null;
        Timer timer = slots[slot];
        slots[slot] = null;
        while (timer != null) {
            Timer following = timer.next;
            looked++;
            if (timer.isPending()) {
                if (keptLast == null) {
                    slots[slot] = timer;
                } else {
                    keptLast.next = timer;
                }
                if (keptLast == null || timer.when - earliest[slot] < 0) {
                    earliest[slot] = timer.when;
                }
                keptLast = timer;
            } else {
                held--;
            }
            timer.next = null;
            timer = following;
        }
        return looked;
    }
}
