package dev.plimsoll.degrade;

/**
 * From what the health calls for, moment by moment, to the level a service is at: worse at once; better when it has called
 * for better long enough, and then to the worst of what it called for meanwhile. A pure function from one to the next.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param level where the service is
 * @param indicated what the health called for last
 * @param recovering whether it calls for better
 * @param pending the worst that it has called for since it calls for better
 * @param since the instant since which it does
 */
record Hysteresis(Level level, Level indicated, boolean recovering, Level pending, long since) {

    static Hysteresis at(Level level) {
        return new Hysteresis(level, level, false, level, 0);
    }

    /** The health calls for a level. */
    Hysteresis indicates(Level now, long instant, long dwellNanos) {
        Hysteresis current = passed(instant, dwellNanos);
        if (!current.level.isWorseThan(now)) {
            return at(now);
        }
        Hysteresis next = current.recovering
                ? new Hysteresis(current.level, now, true, current.pending.orWorse(now), current.since)
                : new Hysteresis(current.level, now, true, now, instant);
        return next.passed(instant, dwellNanos);
    }

    /** Time has passed. */
    Hysteresis passed(long instant, long dwellNanos) {
        if (!recovering || instant - since < dwellNanos) {
            return this;
        }
        boolean moreToCome = pending.isWorseThan(indicated);
        long then = since + dwellNanos; // whenever somebody looks, it has happened at the same instant
        return moreToCome
                ? new Hysteresis(pending, indicated, true, indicated, then).passed(instant, dwellNanos)
                : at(pending);
    }
}
