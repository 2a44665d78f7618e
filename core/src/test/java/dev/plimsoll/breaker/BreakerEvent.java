package dev.plimsoll.breaker;

/**
 * What can happen to a breaker.
 *
 * @param kind what happens
 * @param call which of the calls under way it is about, in the order of {@link ModelBreaker#calls()}
 */
record BreakerEvent(Kind kind, int call) {

    enum Kind {
        ENTER,
        /** Somebody enters whom chance lets in, for the breaker is ramping up. */
        LUCKY,
        UNLUCKY,
        GOOD,
        SLOW,
        FAILED,
        /** The dependency is full, and says when to come back. */
        FULL,
        IGNORED,
        NOT_RUN,
        /** Time passes to one nanosecond before it changes anything. */
        ALMOST,
        /** Time passes to when it changes something. */
        PASS,
        FORCE_OPEN,
        FORCE_OPEN_FOR,
        DISABLE_FOR,
        METRICS_ONLY_FOR,
        RESET,
        RECONFIGURE;

        /** Whether it is the end of a call. */
        boolean settles() {
            return switch (this) {
                case GOOD, SLOW, FAILED, FULL, IGNORED, NOT_RUN -> true;
                default -> false;
            };
        }

        boolean isBad() {
            return this == FAILED || this == FULL;
        }

        boolean saysNothing() {
            return this == IGNORED || this == NOT_RUN;
        }
    }

    BreakerEvent(Kind kind) {
        this(kind, 0);
    }

    @Override
    public String toString() {
        return kind.settles() ? kind + " " + call : kind.name();
    }
}
