package dev.plimsoll.limit;

import dev.plimsoll.call.Admission;

/**
 * Permits that a {@link RateSchedule} has given, with what it must know to take them back. Several admissions may share
 * one, if they took one permit each at nearly the same time.
 *
 * <p><b>Threading:</b> immutable.
 */
final class RateLeave implements Admission.Leave {

    /** The end of what is only a part of a reservation: nobody's. */
    static final long NO_END = -1;

    private final RateSchedule schedule;
    private final long cost;
    private final long turn;
    private final long end;
    private final long returnedBefore;

    /**
     * A leave.
     *
     * @param schedule who gave it
     * @param cost what it took, in ticks
     * @param turn the tick from which on it may be used
     * @param end what the word became by it
     * @param returnedBefore how many ticks had been given back until then, or a little before
     */
    RateLeave(RateSchedule schedule, long cost, long turn, long end, long returnedBefore) {
        this.schedule = schedule;
        this.cost = cost;
        this.turn = turn;
        this.end = end;
        this.returnedBefore = returnedBefore;
    }

    RateSchedule schedule() {
        return schedule;
    }

    long cost() {
        return cost;
    }

    long turn() {
        return turn;
    }

    long end() {
        return end;
    }

    /** Whether an admission now may share it: it is not newer than that, and older by less than so much. */
    boolean isFresh(long now, long grain) {
        return now - turn >= 0 && now - turn < grain;
    }

    /** How many ticks may be given back now, 0 or more; see {@link RateSchedule}. */
    long left(long now, long returned) {
        long byTurn = cost - (now - turn);
        long byEnd = end - (returned - returnedBefore) - now;
        return Math.max(0, Math.min(cost, Math.max(byTurn, byEnd)));
    }
}
