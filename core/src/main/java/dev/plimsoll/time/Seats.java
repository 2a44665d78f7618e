package dev.plimsoll.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The registered threads of a {@link VirtualTime}: who runs, who waits for what, and what happens once all of them wait.
 *
 * <p><b>Threading:</b> {@link #await}, {@link #begin()}, {@link #leave}, {@link #handOver} and {@link #takeBack} take the lock themselves;
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
     * Where threads take turns, who may go on does not yet: it waits until nobody works, and is then chosen among those
     * that wait; when there is none, the first task that was handed over is called. A task that has found its thread waits
     * for that outside of the table, so that it does not matter how long the thread took to come. Who is interrupted
     * meanwhile wakes, notes it and takes the flag down, for it could not sleep with it, and puts it up again in its turn.
     * Whoever finds that nobody works decides the same then. Only for a timer it matters on which thread it fires: that
     * thread may be in the midst of something. So they all fire on one, `timekeeper`, which the others wake for it.
     */
    private final Object lock;
    private final VirtualClock clock;
    private final VirtualTimers timers;
    private final Map<Thread, Seat> seats = new LinkedHashMap<>();
    private final Deque<HandedOver> handedOver = new ArrayDeque<>(); // and not begun
    private @Nullable SplittableRandom turns; // chooses whose turn it is; null where all work at once
    private @Nullable Thread timekeeper; // fires the timers; null where whoever moves the time does
    private int failures;
    private @Nullable Thread firing;

    Seats(Object lock, VirtualClock clock, VirtualTimers timers) {
        this.lock = lock;
        this.clock = clock;
        this.timers = timers;
    }

    /** From now on one thread works at a time, and the current one fires the timers. */
    void takeTurns(SplittableRandom chance) {
        if (seats.size() != 1 || !handedOver.isEmpty()) {
            throw new IllegalStateException("threads take part already, " + seats.size() + ": they work at once");
        }
        timekeeper = mine().thread;
        turns = chance;
    }

    /** Registers a thread as running; false if it was registered already. */
    boolean enter(Thread thread) {
        return seats.putIfAbsent(thread, new Seat(thread)) == null;
    }

    /** Registers a thread that is about to start, and will call {@link #begin}. */
    void enterLater(Thread thread) {
        enter(thread);
        Objects.requireNonNull(seats.get(thread)).waits = turns != null;
    }

    /** Waits until the current thread, which was registered by another, may begin. */
    void begin() {
        Seat seat;
        synchronized (lock) {
            seat = mine();
        }
        await(seat);
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
                    noticeInterrupt(seat);
                    due = firing == null && nobodyRuns() ? proceed() : null;
                    if (seat.works()) {
                        interrupted |= seat.struck;
                        seat.struck = false;
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

    /** Of the current thread. */
    private void noticeInterrupt(Seat seat) {
        if (turns == null) {
            if (seat.isInterrupted()) {
                seat.parked = false;
            }
        } else if (!seat.deaf && !seat.works()) {
            seat.struck |= Thread.interrupted();
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
        boolean running = turns == null ? !handedOver.isEmpty() : isCalled();
        for (Seat seat : seats.values()) {
            if (seat.isInterrupted()) {
                seat.parked = false;
                seat.waits = turns != null;
            }
            running |= seat.works();
        }
        return !running;
    }

    /** Whether it is the turn of a task that has not begun. */
    private boolean isCalled() {
        HandedOver first = handedOver.peekFirst();
        return first != null && first.called;
    }

    /**
     * Lets one of those work that may; false when there is none, or where threads take no turns. Threads come before tasks
     * that were handed over: such a one may need a thread that works on another.
     */
    private boolean giveTurn() {
        SplittableRandom chance = turns;
        if (chance == null) {
            return false;
        }
        List<Seat> waiting = seats.values().stream().filter(seat -> seat.waits).toList();
        HandedOver first = handedOver.peekFirst();
        if (!waiting.isEmpty()) {
            goOn(waiting.get(chance.nextInt(waiting.size())));
        } else if (first != null) {
            first.called = true;
            LockSupport.unpark(first.thread);
        }
        return !waiting.isEmpty() || first != null;
    }

    /** Lets the next thing happen: ends a park, or returns the timer to fire; the clock is then right. */
    private VirtualTimers.@Nullable Due proceed() {
        if (giveTurn()) {
            return null;
        }
        Seat first = null;
        for (Seat seat : seats.values()) {
            if (seat.bounded && (first == null || seat.endsBefore(first.until, first.order))) {
                first = seat;
            }
        }
        VirtualTimers.Due due = timers.first();
        if (first != null && (due == null || first.endsBefore(due.when(), due.order()))) {
            clock.moveTo(first.until);
            goOn(first);
            return null;
        }
        if (due == null) {
            reportDeadlock();
            return null;
        }
        if (isForTimekeeper()) {
            LockSupport.unpark(timekeeper);
            return null;
        }
        clock.moveTo(due.when());
        timers.take(due);
        firing = Thread.currentThread();
        return due;
    }

    /** Whether the current thread must leave timers to another. */
    private boolean isForTimekeeper() {
        Thread keeper = timekeeper;
        return keeper != null && keeper != Thread.currentThread() && contains(keeper);
    }

    private void reportDeadlock() {
        String message = seats.values().stream()
                .map(Seat::describe)
                .collect(Collectors.joining("; ", "deadlock on virtual time: ", ""));
        for (Seat seat : seats.values()) {
            seat.deadlock = message;
            release(seat);
        }
        boolean unused = giveTurn();
    }

    /** Ends a park: the thread works, or waits for its turn to. */
    private void release(Seat seat) {
        if (turns == null) {
            goOn(seat);
        } else {
            seat.parked = false;
            seat.waits = true;
        }
    }

    private static void goOn(Seat seat) {
        seat.parked = false;
        seat.waits = false;
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

    /** Somebody no longer runs: gives the turn on, or wakes a parked thread, so that it moves the time if it can. */
    private void nudge() {
        if (turns != null && firing == null && nobodyRuns() && giveTurn()) {
            return;
        }
        if (isForTimekeeper()) {
            LockSupport.unpark(timekeeper);
            return;
        }
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
            handedOver.add(wrapped);
        }
        return wrapped;
    }

    void takeBack(Runnable wrapped) {
        if (wrapped instanceof HandedOver task && task.seats == this) {
            synchronized (lock) {
                if (handedOver.remove(task)) {
                    nudge();
                }
            }
        }
    }

    /** The current thread begins a task that was handed over, in its turn; false if the thread was registered already. */
    private boolean begin(HandedOver task) {
        Thread thread = Thread.currentThread();
        synchronized (lock) {
            boolean ofOthers = turns != null && handedOver.contains(task) && !contains(thread);
            if (!ofOthers) {
                handedOver.remove(task);
                return enter(thread);
            }
            task.thread = thread;
        }
        while (true) {
            synchronized (lock) {
                if (task.called) {
                    handedOver.remove(task);
                    return enter(thread);
                }
            }
            LockSupport.park(this);
        }
    }

    private static final class HandedOver implements Runnable {
        private final Seats seats;
        private final Runnable task;

        /** It is its turn. */
        private boolean called;

        /** Waits for that; null as long as none has come. */
        private @Nullable Thread thread;

        HandedOver(Seats seats, Runnable task) {
            this.seats = seats;
            this.task = task;
        }

        @Override
        public void run() {
            boolean entered = seats.begin(this);
            try {
                task.run();
            } finally {
                if (entered) {
                    seats.leave(Thread.currentThread());
                }
            }
        }
    }
}
