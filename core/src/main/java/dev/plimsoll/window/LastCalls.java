package dev.plimsoll.window;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts exactly the last N calls by kind.
 *
 * <p>Among calls that do not overlap, the last N are the last N recorded. A call whose recording overlaps others counts
 * before or after them.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. While the window is full and holds nothing
 * but good calls, a good call costs one volatile read and writes nothing.
 */
public final class LastCalls {
    /*
     * A shared sequence gives each recorded call a place: sequence modulo N. Its kind is two bits there, 32 places to a
     * word. `bad` counts what the places hold, in one word, so that one read sees all of it:
     *
     *     bit 63      62 … 42      41 … 21     20 … 0
     *     filling   SLOW_FAILED    FAILED       SLOW        signed fields of 21 bits; N <= 1,000,000 < 2^20
     *
     * QUIET: bad == 0 says that the ring is full and all good. Then a good call would replace a good one, which changes
     * nothing, wherever in the ring it happens: so it takes no place at all. A bad call makes bad != 0, and from then on
     * every call takes a place until N of them have pushed it out. That is why order is exact although quiet calls
     * leave no trace. A good call that takes a place with a good call in it does not write there either.
     *
     * Concurrency. A call exchanges its place's bits by compare-and-set and learns what was there, so each recorded kind
     * is added to `bad` once and taken out once, whatever overlaps; at rest `bad` equals the places. In between:
     *
     *  - A bad call that replaces a good one is added before it is put in place, and what a good call replaces is taken
     *    out after that; a bad call that replaces a bad one changes the kind in one step. So the number of bad calls in
     *    `bad` is never less than in the places, and bad == 0 proves that no bad call is inside: good calls can never
     *    skip the ring and so keep a bad one alive.
     *  - Only when N others overtake one call between its two steps can it find its place changed under it. Then a field
     *    may be off by one, below zero included (so fields are signed, and reads cut them to 0 … N), until it goes on.
     *  - A call that has its place but has not written it counts as what was there before; while the ring fills, as good.
     *    So whoever records a bad call and then reads sees every bad call recorded before, and lacks only those still
     *    being recorded, each of which reads later itself: a threshold crossed is seen by the last of them.
     *
     * `bad` is a field, read by all and rarely written; the sequence is 128 bytes from it and from the places.
     */
    private static final VarHandle BAD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "bad", VarHandle.class, LastCalls.class, long.class);
    private static final int MOST_CALLS = 1_000_000;
    private static final long FILLING = 1L << 63;
    private static final int FIELD_BITS = 21;
    private static final int SEQUENCE = Stripes.PAD;
    private static final int PLACES = SEQUENCE + Stripes.PAD;
    private static final int PLACE_BITS = 5;

    private final int calls;
    private final Divisor ring;
    private final long[] cells;
    private volatile long bad = FILLING;

    /**
     * An empty window.
     *
     * @param calls how many calls it holds, 1 to 1,000,000; each takes a quarter of a byte
     */
    public LastCalls(int calls) {
        if (calls < 1 || calls > MOST_CALLS) {
            throw new IllegalArgumentException("calls must be 1 to " + MOST_CALLS + ": " + calls);
        }
        this.calls = calls;
        this.ring = new Divisor(Math.max(2, calls)); // not asked when there is one place only
        this.cells = new long[PLACES + ((calls - 1) >> PLACE_BITS) + 1];
    }

    /**
     * Counts a call.
     *
     * @param kind one of {@link Kind}
     */
    public void record(int kind) {
        if (kind != Kind.GOOD || bad != 0) {
            take(kind);
        }
    }

    /**
     * The last N calls, or all when there were fewer.
     *
     * @return the counts
     */
    public Counts read() {
        long state = bad;
        long total = total(state);
        long rest = state;
        long slow = field(rest);
        rest = (rest - slow) >> FIELD_BITS;
        long failed = field(rest);
        rest = (rest - failed) >> FIELD_BITS;
        long slowFailed = field(rest);
        slow = within(slow, total);
        failed = within(failed, total - slow);
        slowFailed = within(slowFailed, total - slow - failed);
        return new Counts(total - slow - failed - slowFailed, slow, failed, slowFailed);
    }

    /** The kind in a place, for tests. */
    int kindAt(int place) {
        long word = (long) Stripes.CELL.getVolatile(cells, PLACES + (place >> PLACE_BITS));
        return (int) (word >>> shift(place)) & Kind.SLOW_FAILED;
    }

    private void take(int kind) {
        long sequence = (long) Stripes.CELL.getAndAdd(cells, SEQUENCE, 1L);
        int place = calls == 1 ? 0 : (int) ring.remainder(sequence);
        replace(kind, PLACES + (place >> PLACE_BITS), shift(place));
        if (sequence == calls - 1) {
            change(-FILLING);
        }
    }

    private void replace(int kind, int index, int shift) {
        boolean isAdded = false;
        while (true) {
            long word = (long) Stripes.CELL.getVolatile(cells, index);
            int old = (int) (word >>> shift) & Kind.SLOW_FAILED;
            if (old == kind) {
                change(isAdded ? -unit(kind) : 0);
                return;
            }
            if (old == Kind.GOOD && !isAdded) {
                change(unit(kind));
                isAdded = true;
            }
            if (Stripes.CELL.compareAndSet(cells, index, word, word ^ ((long) (old ^ kind) << shift))) {
                change((isAdded ? 0 : unit(kind)) - unit(old));
                return;
            }
        }
    }

    private void change(long difference) {
        if (difference != 0) {
            long unused = (long) BAD.getAndAdd(this, difference);
        }
    }

    private long total(long state) {
        // Whoever fills the ring writes its last place before the flag goes: until then the sequence says how many.
        return state >= 0 ? calls : Math.min(calls, (long) Stripes.CELL.getVolatile(cells, SEQUENCE));
    }

    private static int shift(int place) {
        return (place & ((1 << PLACE_BITS) - 1)) << 1;
    }

    private static long unit(int kind) {
        return kind == Kind.GOOD ? 0 : 1L << ((kind - 1) * FIELD_BITS);
    }

    private static long field(long state) {
        return state << (Long.SIZE - FIELD_BITS) >> (Long.SIZE - FIELD_BITS);
    }

    private static long within(long field, long most) {
        return Math.max(0, Math.min(field, most));
    }
}
