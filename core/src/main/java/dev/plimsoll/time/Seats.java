package dev.plimsoll.time;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The registered threads of a {@link VirtualTime}: who runs, who waits for what, and what happens once all of them wait.
 *
 * <p><b>Threading:</b> {@link #await}, {@link #leave}, {@link #handOver} and {@link #takeBack} take the lock themselves;
 * everything else is guarded by it.
 */
final class Seats {
    /*
     *   running ──park──▶ parked ──unpark, interrupt, its instant──▶ running
     *
     * Concurrency: all state is guarded by one lock; a parked thread is really parked outside it. Whichever thread
     * finds that nobody runs moves the time, from within its own park: it takes the next thing to happen, sets the
     * clock, and either marks the thread concerned as running and unparks it, or fires the timer, outside the lock
     * (`firing` then keeps everybody else from moving the time). It goes on until somebody runs. A thread that leaves
     * wakes one of the parked, which then finds out for itself. A real park may end for no reason; only `parked` says
     * whether the virtual one has.
     * An interrupt cannot tell us. But whoever interrupts is a registered thread that runs, or a timer that fires, so
     * time does not move before the flag is set; and before time moves the flag of every parked thread is looked at,
     * and a thread that has it set counts as running from then on.
     */
    private final Object lock;
    private final VirtualClock clock;
    private final VirtualTimers timers;
    private final Map<Thread, Seat> seats = new LinkedHashMap<>();
    private int handedOver;
    private int failures;
    private @Nullable Thread firing;

    Seats(Object lock, VirtualClock clock, VirtualTimers timers) {
        this.lock = lock;
        this.clock = clock;
        this.timers = timers;
    }

    /** Registers a thread as running; false if it was registered already. */
    boolean enter(Thread thread) {
        return seats.putIfAbsent(thread, new Seat(thread)) == null;
    }

    boolean contains(Thread thread) {
        return seats.containsKey(thread);
    }

    /**
     * The seat of the current thread, which wants to park.
     *
     * @throws IllegalStateException when it has none, or fires a timer
     */
    Seat mine() {
        Thread thread = Thread.currentThread();
        if (firing == thread) {
            throw new IllegalStateException("a timer must not wait, nor move the time");
        }
        Seat seat = seats.get(thread);
        if (seat == null) {
            throw new IllegalStateException("thread " + thread.getName() + " waits on a virtual time that does not know"
                    + " it; start it with VirtualTime.start, or hand its task over with Time.handOver");
        }
        return seat;
    }

    /** How many timers threw when they were fired. */
    int failures() {
        return failures;
    }

    void unpark(Thread thread) {
        Seat seat = seats.get(thread);
        if (seat == null) {
            LockSupport.unpark(thread);
        } else if (seat.parked && !seat.deaf) {
            release(seat);
        } else {
            seat.permit = true;
        }
    }

    /** Waits until the seat is no longer parked; moves the time if nobody runs. */
    void await(Seat seat) {
        boolean interrupted = false;
        try {
            while (true) {
                if (seat.deaf) {
                    // Really parking with the flag set would spin.
                    interrupted |= Thread.interrupted();
                }
                VirtualTimers.Due due;
                synchronized (lock) {
                    if (seat.isInterrupted()) {
                        seat.parked = false;
                    }
                    due = firing == null && nobodyRuns() ? proceed() : null;
                    if (!seat.parked) {
                        rejectDeadlock(seat);
                        return;
                    }
                }
                if (due == null) {
                    LockSupport.park(this);
                } else {
                    fire(due);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void rejectDeadlock(Seat seat) {
        String deadlock = seat.deadlock;
        if (deadlock != null) {
            seat.deadlock = null;
            throw new IllegalStateException(deadlock);
        }
    }

    /** Whether every registered thread is parked; those that were interrupted are not, from now on. */
    private boolean nobodyRuns() {
        seats.keySet().removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        boolean running = handedOver > 0;
        for (Seat seat : seats.values()) {
            if (seat.isInterrupted()) {
                seat.parked = false;
            }
            running |= !seat.parked;
        }
        return !running;
    }

    /** Lets the next thing happen: ends a park, or returns the timer to fire; the clock is then right. */
    private VirtualTimers.@Nullable Due proceed() {
        Seat first = null;
        for (Seat seat : seats.values()) {
            if (seat.bounded && (first == null || seat.endsBefore(first.until, first.order))) {
                first = seat;
            }
        }
        VirtualTimers.Due due = timers.first();
        if (first != null && (due == null || first.endsBefore(due.when(), due.order()))) {
            clock.moveTo(first.until);
            release(first);
            return null;
        }
        if (due == null) {
            reportDeadlock();
            return null;
        }
        clock.moveTo(due.when());
        timers.take(due);
        firing = Thread.currentThread();
        return due;
    }

    private void reportDeadlock() {
        String message = seats.values().stream()
                .map(Seat::describe)
                .collect(Collectors.joining("; ", "deadlock on virtual time: ", ""));
        for (Seat seat : seats.values()) {
            seat.deadlock = message;
            release(seat);
        }
    }

    private static void release(Seat seat) {
        seat.parked = false;
        LockSupport.unpark(seat.thread);
    }

    private void fire(VirtualTimers.Due due) {
        boolean failed = false;
        try {
            if (due.timer().expire()) {
                due.timer().fire(clock.now() - due.when());
            }
        } catch (Throwable failure) {
            failed = true;
        } finally {
            synchronized (lock) {
                firing = null;
                failures += failed ? 1 : 0;
            }
        }
    }

    /** Ends the registration of a thread, and the waiting of those that joined it. */
    void leave(Thread thread) {
        synchronized (lock) {
            seats.remove(thread);
            for (Seat seat : seats.values()) {
                if (seat.parked && seat.blocker == thread) {
                    release(seat);
                }
            }
            nudge();
        }
    }

    /** Somebody no longer runs: wakes a parked thread, so that it moves the time if it can. */
    private void nudge() {
        for (Seat seat : seats.values()) {
            if (seat.parked) {
                LockSupport.unpark(seat.thread);
                return;
            }
        }
    }

    /** Nothing moves until the task has begun or is taken back. */
    Runnable handOver(Runnable task) {
        HandedOver wrapped = new HandedOver(this, task);
        synchronized (lock) {
            handedOver++;
        }
        return wrapped;
    }

    void takeBack(Runnable wrapped) {
        if (wrapped instanceof HandedOver task && task.seats == this) {
            synchronized (lock) {
                task.begin();
                nudge();
            }
        }
    }

    private static final class HandedOver implements Runnable {
        private final Seats seats;
        private final Runnable task;
        private boolean begun;

        HandedOver(Seats seats, Runnable task) {
            this.seats = seats;
            this.task = task;
        }

        private void begin() {
            if (!begun) {
                begun = true;
                seats.handedOver--;
            }
        }

        @Override
        public void run() {
            Thread thread = Thread.currentThread();
            boolean entered;
            synchronized (seats.lock) {
                begin();
                entered = seats.enter(thread);
            }
            try {
                task.run();
            } finally {
                if (entered) {
                    seats.leave(thread);
                }
            }
        }
    }
}
