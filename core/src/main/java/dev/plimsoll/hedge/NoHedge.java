package dev.plimsoll.hedge;

/** Why an attempt that was slower than usual was not hedged. */
public enum NoHedge {
    /** The retry budget is used up. */
    BUDGET_USED,
    /** The circuit breaker admits probes at most, or nobody: it is half open or open, and a hedge is no probe. */
    NOT_CLOSED,
    /** A gate has refused, or would have let the leg wait. */
    REFUSED,
    /** The time is up. */
    NO_TIME,
    /** The call is part of an attempt that is tried again at the edge, and nowhere further in. */
    AT_EDGE,
    /** A gate, or something else that a leg needs, has thrown something. */
    BROKEN
}
