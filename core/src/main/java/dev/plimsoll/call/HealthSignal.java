package dev.plimsoll.call;

/**
 * Says how a dependency does: a detector, a guard, or code of yours.
 *
 * <p><b>Threading:</b> called by any number of threads. It answers at once: it does not wait, and asks nobody over the
 * network.
 */
@FunctionalInterface
public interface HealthSignal {

    /**
     * How the dependency does at this moment.
     *
     * @return an immutable value, always of the same dependency and the same source
     */
    HealthReading read();
}
