package dev.plimsoll.budget;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The retries that were charged in a window, which moves on by a tenth of its length.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. However many threads charge at once, the
 * window never holds more than the greatest number that one of them was allowed.
 */
final class ChargedWindow {
    /*
     *      bucket   e-10  e-9  …  e-1   e (filling)
     *      retries   └──────────────────┘   11 buckets: at least the window's length, mostly a little more
     *
     * So in every span of the window's length there are no more retries than were allowed: those before the last one of
     * the span lie in the 11 buckets that were counted when it was charged.
     *
     * Concurrency: all is one immutable value, replaced by compare-and-set after the sum in it was compared with what is
     * allowed; whoever loses compares again. So retries that are charged at the same time see each other, and a refusal
     * writes nothing here: in an outage, when nearly all are refused, threads do not meet.
     */
    private static final VarHandle CHARGES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "charges", VarHandle.class, ChargedWindow.class, Charges.class);
    static final int BUCKETS = 10;

    private final long origin;
    private final long bucketNanos;
    private volatile Charges charges = Charges.none(BUCKETS + 1);

    /**
     * Nothing is charged.
     *
     * @param nanos the window's length
     * @param origin the present instant
     */
    ChargedWindow(long nanos, long origin) {
        this.origin = origin;
        this.bucketNanos = (nanos + BUCKETS - 1) / BUCKETS;
    }

    /** Charges one retry, if fewer than the allowed ones are charged. */
    boolean tryCharge(long now, long allowed) {
        long epoch = epoch(now);
        while (true) {
            Charges before = charges;
            if (before.sumAt(epoch) >= allowed) {
                return false;
            }
            if (CHARGES.compareAndSet(this, before, before.plus(epoch))) {
                return true;
            }
        }
    }

    /** Takes back what was charged at an instant, unless it has left the window. */
    void giveBack(long instant) {
        long epoch = epoch(instant);
        while (true) {
            Charges before = charges;
            Charges after = before.minus(epoch);
            if (after == before || CHARGES.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    /** How many retries are charged. */
    long count(long now) {
        return charges.sumAt(epoch(now));
    }

    private long epoch(long now) {
        return Math.max(0, now - origin) / bucketNanos;
    }
}
