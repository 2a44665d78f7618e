package dev.plimsoll.hedge;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The legs of one attempt: which of them decides how it ends. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. Of all its methods that say when the race is
 * decided, exactly one call says so.
 */
public final class HedgeRace {
    /*
     *                    joins: +1                      wins, or is given up
     *     OPEN, n legs ──────────────► OPEN, n + 1  ───────────────────────────► DECIDED
     *        ▲   │                        │                                         ▲
     *        └───┘                        │ fails, or does not start: -1            │ the last of them fails
     *                                     ▼                                         │
     *                                  OPEN, n ─────────────────────────────────────┘
     *
     * A leg that fails only decides if none is left: one that fails fast does not beat one that is slow. A leg joins before
     * its gates are asked, so that the others know of it, and leaves if one of them refuses: if all others have failed
     * meanwhile the race is lost at that moment, with their error, and nobody waits for a leg that does not come.
     *
     * Concurrency: one word, how many legs there are; DECIDED is below zero and is never left.
     */
    private static final int DECIDED = Integer.MIN_VALUE;

    private final AtomicInteger legs = new AtomicInteger(1);

    /** With its first leg. */
    public HedgeRace() {}

    /**
     * Another leg wants to start.
     *
     * @return false when it is too late: the race is decided
     */
    public boolean joins() {
        int seen;
        do {
            seen = legs.get();
            if (seen == DECIDED) {
                return false;
            }
        } while (!legs.compareAndSet(seen, seen + 1));
        return true;
    }

    /**
     * A leg has failed, or has joined and does not start after all.
     *
     * @return true when it was the last one, and the race is lost by this
     */
    public boolean fails() {
        int seen;
        do {
            seen = legs.get();
            if (seen == DECIDED) {
                return false;
            }
        } while (!legs.compareAndSet(seen, seen == 1 ? DECIDED : seen - 1));
        return seen == 1;
    }

    /**
     * A leg has succeeded; or nobody wants to know any more.
     *
     * @return true when the race is decided by this
     */
    public boolean decides() {
        return legs.getAndSet(DECIDED) != DECIDED;
    }

    /** {@return whether it is decided} */
    public boolean isDecided() {
        return legs.get() == DECIDED;
    }
}
