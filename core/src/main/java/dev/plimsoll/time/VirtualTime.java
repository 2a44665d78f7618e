package dev.plimsoll.time;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A time for tests: it stands still while any thread works and jumps to the next thing to happen as soon as all of
 * them wait, so that a minute of waiting takes no time, and the same test goes the same way every time.
 *
 * <p>The threads that take part are <i>registered</i>: the one that created the time, those that {@link #start} made,
 * and those that run a task which was {@linkplain #handOver handed over}, as long as it runs. When every one of them
 * is parked on this time, and every task handed over has begun, time jumps to the earliest timer or end of a park.
 * A registered thread must wait through this time only: one that waits on a lock, a queue or a socket counts as
 * working, and time stands still meanwhile. A thread that is not registered and waits gets an
 * {@link IllegalStateException}; so do all the threads that wait when none of them can ever go on. Only a parked thread
 * that was interrupted counts as working again without having been unparked.
 *
 * <p>Things that happen at the same instant happen one after the other, in an order drawn from the seed; a thread whose
 * park ends is let run until it parks again. A test is repeatable as long as only one thread works at a time, which
 * {@link #takeTurns} sees to. Timers fire at their exact instants, on the thread that moves the time; they must not wait.
 *
 * <p>The wall clock starts at 2026-01-01T00:00:00Z.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class VirtualTime extends Time {
    /*
     * The clock, the timers and the threads have a class each; one lock guards them all. How time moves, and why no
     * interrupt is missed, stands in Seats.
     */
    private final Object lock = new Object();
    private final SplittableRandom chance;
    private final VirtualClock clock;
    private final VirtualTimers timers;
    private final Seats seats;

    private VirtualTime(long originNanos, long seed) {
        chance = new SplittableRandom(seed);
        clock = new VirtualClock(originNanos);
        timers = new VirtualTimers(this, lock, chance.split());
        seats = new Seats(lock, clock, timers);
        seats.enter(Thread.currentThread());
    }

    /**
     * A time that starts at instant 0, with the seed 0. The current thread is registered.
     *
     * @return a new time
     */
    public static VirtualTime create() {
        return create(0);
    }

    /**
     * A time that starts at instant 0. The current thread is registered.
     *
     * @param seed decides the random numbers and the order of things that happen at the same instant
     * @return a new time
     */
    public static VirtualTime create(long seed) {
        return startingAt(0, seed);
    }

    /**
     * A time that starts at any instant, such as one just before the clock wraps around. The current thread is
     * registered.
     *
     * @param originNanos the first value of {@link #precise()}
     * @param seed decides the random numbers and the order of things that happen at the same instant
     * @return a new time
     */
    public static VirtualTime startingAt(long originNanos, long seed) {
        return new VirtualTime(originNanos, seed);
    }

    /**
     * From now on one registered thread works at a time, until it waits or ends; who is next is drawn from the seed. A test
     * then goes the same way every time, however many threads take part. Threads that could go on, and tasks that were
     * handed over, do so in their turn only: whoever works must not wait for them in any other way than through this time.
     * Tasks are begun in the order in which they were handed over, when no thread that has begun can go on. Timers fire on the
     * current thread from now on, while it waits, so that they do not find themselves in the midst of what another one does.
     * For a new time, before anything else takes part.
     *
     * @throws IllegalStateException when other threads or tasks take part already, or the current thread does not
     */
    public void takeTurns() {
        synchronized (lock) {
            seats.takeTurns(chance.split());
        }
    }

    /**
     * Moves the time forward, once all other registered threads are parked. Everything that is due until then happens
     * at its instant: timers fire, on this thread or another one, and threads go on until they park again. An interrupt
     * does not end this, and the flag stays set.
     *
     * @param span zero (for what is due now) or more
     * @throws IllegalStateException when the current thread is not registered, or inside a timer
     */
    public void advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("time cannot go back: " + span);
        }
        Seat seat;
        synchronized (lock) {
            seat = seats.mine();
            seat.parkDeaf("the time to advance", clock.now() + nanos(span));
        }
        seats.await(seat);
    }

    /**
     * Moves the time forward as if the process had been stopped meanwhile, by a collection or a paused machine: first
     * the clock jumps, and {@link #lateness(long)} knows of it if it was more than 10 ms; then everything that was due
     * happens, late; only then does {@link #coarse()} follow.
     *
     * @param span zero or more
     * @throws IllegalStateException when the current thread is not registered, or inside a timer
     */
    public void stall(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("time cannot go back: " + span);
        }
        Seat seat;
        synchronized (lock) {
            seat = seats.mine();
            clock.stall(nanos(span));
            seat.parkDeaf("the stall to end", clock.now());
        }
        try {
            seats.await(seat);
        } finally {
            synchronized (lock) {
                clock.resume();
            }
        }
    }

    /**
     * Makes {@link #coarse()} tick: from now on it is rounded down to a multiple of a step since the start.
     *
     * @param step zero makes it exact again, as it is at first
     */
    public void coarseEvery(Duration step) {
        synchronized (lock) {
            clock.tickEvery(nanos(step));
        }
    }

    /**
     * Starts a daemon thread that is registered, from before this returns until it ends.
     *
     * @param name its name
     * @param body what it does
     * @return the thread, running
     */
    public Thread start(String name, Runnable body) {
        Actor actor = new Actor(this, name, body);
        synchronized (lock) {
            seats.enterLater(actor);
        }
        boolean started = false;
        try {
            actor.start();
            started = true;
        } finally {
            if (!started) {
                seats.leave(actor);
            }
        }
        return actor;
    }

    /**
     * Waits until a thread has ended; time goes on meanwhile.
     *
     * @param thread one that {@link #start(String, Runnable)} returned
     * @throws InterruptedException when the current thread is interrupted before or meanwhile; its flag is then clear
     * @throws IllegalStateException when the thread ended by throwing something, which is the cause
     * @throws IllegalArgumentException when this time did not start the thread
     */
    public void join(Thread thread) throws InterruptedException {
        if (!(thread instanceof Actor actor) || actor.time != this) {
            throw new IllegalArgumentException("not started by this time: " + thread.getName());
        }
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Seat seat;
            synchronized (lock) {
                seat = seats.mine();
                if (!seats.contains(thread)) {
                    break;
                }
                seat.park(thread);
            }
            seats.await(seat);
        }
        thread.join();
        Throwable failure = actor.failure;
        if (failure != null) {
            throw new IllegalStateException("thread " + thread.getName() + " ended by " + failure, failure);
        }
    }

    @Override
    public long coarse() {
        return clock.coarse();
    }

    @Override
    public long precise() {
        return clock.now();
    }

    @Override
    public long lateness(long since) {
        synchronized (lock) {
            return clock.lateness(since);
        }
    }

    /** Changes nothing: this time knows of every stall. */
    @Override
    public StallWatch watchStalls() {
        return new StallWatch(() -> {});
    }

    @Override
    public Instant wall() {
        return clock.wall();
    }

    @Override
    public double random() {
        synchronized (lock) {
            return chance.nextDouble();
        }
    }

    @Override
    public void start(Timer timer, long delayNanos) {
        synchronized (lock) {
            timers.start(timer, clock.now() + Math.max(0, Math.min(delayNanos, LONGEST)));
        }
    }

    @Override
    public void startAt(Timer timer, long instant) {
        synchronized (lock) {
            timers.start(timer, instant);
        }
    }

    /** From now on no timer can be started; null: they can again. For tests. */
    void breakTimers(@Nullable Error why) {
        synchronized (lock) {
            timers.breakDown(why);
        }
    }

    @Override
    public int pendingTimers() {
        synchronized (lock) {
            return timers.size();
        }
    }

    /** How many timers threw when they were fired. */
    int failures() {
        synchronized (lock) {
            return seats.failures();
        }
    }

    /**
     * Parks the current thread; see {@link Time#park(Object)}.
     *
     * @param blocker what the thread waits for, named when nothing can ever happen again
     * @throws IllegalStateException when the thread is not registered, inside a timer, or when no registered thread can
     *     ever go on
     */
    @Override
    public void park(Object blocker) {
        Seat seat;
        synchronized (lock) {
            seat = seats.mine();
            if (seat.permit) {
                seat.permit = false;
                return;
            }
            seat.park(blocker);
        }
        seats.await(seat);
    }

    /**
     * Parks the current thread until an instant; see {@link Time#parkUntil(Object, long)}.
     *
     * @param blocker what the thread waits for, named when nothing can ever happen again
     * @param until an instant of {@link #precise()}
     * @throws IllegalStateException when the thread is not registered, or inside a timer
     */
    @Override
    public void parkUntil(Object blocker, long until) {
        Seat seat;
        synchronized (lock) {
            seat = seats.mine();
            if (until - clock.now() <= 0) {
                return;
            }
            if (seat.permit) {
                seat.permit = false;
                return;
            }
            seat.parkUntil(blocker, until, timers.drawOrder());
        }
        seats.await(seat);
    }

    @Override
    public void unpark(Thread thread) {
        synchronized (lock) {
            seats.unpark(thread);
        }
    }

    /**
     * Wraps a task that is about to be handed to another thread: time stands still until the task has begun, and from
     * then on the thread that runs it is registered until it ends. Hand over only what another thread will begin
     * without waiting for time to pass; a task that is queued behind a sleeping one would stop the time for good.
     *
     * @param task what the other thread will run, exactly once
     * @return what to hand over instead
     */
    @Override
    public Runnable handOver(Runnable task) {
        return seats.handOver(task);
    }

    @Override
    public void takeBack(Runnable wrapped) {
        seats.takeBack(wrapped);
    }

    private static final class Actor extends Thread {
        private final VirtualTime time;
        private final Runnable body;
        private volatile @Nullable Throwable failure;

        Actor(VirtualTime time, String name, Runnable body) {
            super(null, null, name);
            this.time = time;
            this.body = body;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                time.seats.begin();
                body.run();
            } catch (Throwable thrown) {
                failure = thrown;
                throw thrown;
            } finally {
                time.seats.leave(this);
            }
        }
    }
}
