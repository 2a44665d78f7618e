package dev.plimsoll.degrade;

/** How much a service does. The order is that of growing distress. */
public enum Level {
    /** Everything. */
    NORMAL,
    /** Everything that matters, some of it in a simpler form. */
    DEGRADED,
    /** What the service is for, in its simplest form. */
    MINIMAL,
    /** What still works when hardly anything does. */
    EMERGENCY;

    /**
     * Whether this is further from normal.
     *
     * @param other another level
     * @return false for the same one
     */
    public boolean isWorseThan(Level other) {
        return compareTo(other) > 0;
    }

    /** The one that is further from normal. */
    Level orWorse(Level other) {
        return isWorseThan(other) ? this : other;
    }
}
