package dev.plimsoll.telemetry;

import java.util.function.DoubleSupplier;

/**
 * Where numbers go: a registry of Micrometer's, a meter of OpenTelemetry's.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
interface Instruments {

    /** One number under one name and one set of tags. */
    interface Instrument {

        /** Counts so many, or records so many nanoseconds; of what is read by itself, does nothing. */
        void record(long amount);

        /** Takes it away, as far as that is possible. */
        void remove();
    }

    /**
     * Something to record into.
     *
     * @param tags the values of the metric's tags, in the order of its keys
     */
    Instrument recorded(Metric metric, String... tags);

    /**
     * Something that is read when somebody looks.
     *
     * @param value asked on the thread that looks
     * @param tags the values of the metric's tags, in the order of its keys
     */
    Instrument read(Metric metric, DoubleSupplier value, String... tags);
}
