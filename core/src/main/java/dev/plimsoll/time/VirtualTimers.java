package dev.plimsoll.time;

import java.util.IdentityHashMap;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The pending timers of a {@link VirtualTime}, in the order in which they will fire.
 *
 * <p><b>Threading:</b> guarded by the lock of its {@link VirtualTime}, which {@link #cancelled} takes itself.
 */
final class VirtualTimers implements Timer.Owner {

    /** A timer and its place: by instant, then by an order drawn at random, then by the time it was started. */
    record Due(long when, long order, long number, Timer timer) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            int byInstant = Long.signum(when - other.when);
            if (byInstant != 0) {
                return byInstant;
            }
            int byOrder = Long.compare(order, other.order);
            return byOrder != 0 ? byOrder : Long.compare(number, other.number);
        }
    }

    private final VirtualTime time;
    private final Object lock;
    private final SplittableRandom orders;
    private final TreeSet<Due> queue = new TreeSet<>();
    private final IdentityHashMap<Timer, Due> places = new IdentityHashMap<>();
    private long started;
    private @Nullable Error broken;

    VirtualTimers(VirtualTime time, Object lock, SplittableRandom orders) {
        this.time = time;
        this.lock = lock;
        this.orders = orders;
    }

    /**
     * Starts a timer.
     *
     * @throws IllegalStateException when it was started before
     */
    void start(Timer timer, long when) {
        if (broken != null) {
            timer.cancel();
            throw broken;
        }
        if (timer.claim(this, when) && timer.arm()) {
            Due due = new Due(when, drawOrder(), started++, timer);
            queue.add(due);
            places.put(timer, due);
        }
    }

    /** From now on no timer can be started, as when there is no thread left; null: they can again. For tests. */
    void breakDown(@Nullable Error why) {
        broken = why;
    }

    /** An order among things that happen at the same instant, always before {@link Seat#LAST}. */
    long drawOrder() {
        return orders.nextLong(Seat.LAST);
    }

    @Override
    public Time time() {
        return time;
    }

    @Override
    public void cancelled(Timer timer) {
        synchronized (lock) {
            remove(timer);
        }
    }

    private void remove(Timer timer) {
        Due due = places.remove(timer);
        if (due != null) {
            queue.remove(due);
        }
    }

    /** The next timer to fire. */
    @Nullable
    Due first() {
        return queue.isEmpty() ? null : queue.first();
    }

    /** Takes out a timer that is about to fire. */
    void take(Due due) {
        remove(due.timer());
    }

    int size() {
        return places.size();
    }
}
