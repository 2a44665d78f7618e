package dev.plimsoll.fallback;

/** A step of the ladder that is gone down when a call was refused or failed. */
public enum Rung {
    /** Another way to the value: a replica, the database behind a cache. */
    SLOWER,
    /** The last good value, if it is not too old. */
    STALE,
    /** A value that is always there. */
    DEFAULT,
    /** What was asked for is done later: it has been put into a queue. */
    LATER
}
