package dev.plimsoll.breaker;

/** The states of a circuit breaker: three of its own, and three that an operator puts it into. */
public enum BreakerState {
    /** Calls pass and are judged. */
    CLOSED,
    /** Calls are refused at once. */
    OPEN,
    /** A few calls pass as probes; all others are refused. */
    HALF_OPEN,
    /** An operator has it refuse all calls. */
    FORCED_OPEN,
    /** An operator has it pass all calls and judge none. */
    DISABLED,
    /** An operator has it pass and judge all calls, and never open. */
    METRICS_ONLY
}
