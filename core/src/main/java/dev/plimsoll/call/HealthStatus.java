package dev.plimsoll.call;

/** How a dependency does, as far as somebody who looks at it can say. */
public enum HealthStatus {
    /** It does what it is asked. */
    HEALTHY,
    /** It can be used, and is worse than it should be: slow, or not fully back. */
    DEGRADED,
    /** It cannot be used. */
    UNHEALTHY,
    /** Nobody knows, which is neither good nor bad. */
    UNKNOWN;

    /**
     * The worse of two: UNHEALTHY before DEGRADED before HEALTHY. Who does not know has no say.
     *
     * @param other another one's opinion
     * @return UNKNOWN only when both are
     */
    public HealthStatus orWorse(HealthStatus other) {
        if (this == UNKNOWN || other == UNKNOWN) {
            return this == UNKNOWN ? other : this;
        }
        return compareTo(other) >= 0 ? this : other;
    }
}
