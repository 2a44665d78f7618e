package dev.plimsoll.console;

/**
 * A minute of counts, second by second: each is by how much a count has grown.
 *
 * <p><b>Threading:</b> for one thread at a time.
 */
final class Seconds {

    /** How many seconds the sparkline shows. */
    static final int MINUTE = 60;

    /** How many seconds the numbers are of. */
    static final int WINDOW = 10;

    private final int kinds;
    private final int[] grown; // row by row; what a race has counted backwards for a moment is less than zero
    private final long[] before;
    private int ticks;

    /** Nothing was counted yet, of so many kinds. */
    Seconds(int kinds) {
        this.kinds = kinds;
        this.grown = new int[MINUTE * kinds];
        this.before = new long[kinds];
    }

    /** What was counted up to now belongs to no second. */
    void begin(long[] now) {
        System.arraycopy(now, 0, before, 0, kinds);
    }

    /** A second is over, and this was counted up to now, each kind since whenever. */
    void tick(long[] now) {
        int row = ticks % MINUTE * kinds;
        for (int kind = 0; kind < kinds; kind++) {
            grown[row + kind] = (int) (now[kind] - before[kind]);
            before[kind] = now[kind];
        }
        ticks++;
    }

    /** How many seconds are known, a minute at most. */
    int known() {
        return Math.min(MINUTE, ticks);
    }

    /** How many seconds of the window are known. */
    int inWindow() {
        return Math.min(WINDOW, ticks);
    }

    /** How much was counted in the second that is so many seconds back, 1 … {@link #known}. */
    long at(int back, int kind) {
        return Math.max(0, grown[(ticks - back) % MINUTE * kinds + kind]);
    }

    /** How much was counted within the window. */
    long sum(int kind) {
        long sum = 0;
        for (int back = inWindow(); back >= 1; back--) {
            sum += grown[(ticks - back) % MINUTE * kinds + kind];
        }
        return Math.max(0, sum);
    }
}
