package dev.plimsoll.call;

/**
 * Carries something that hangs on a thread, such as a logging context, to the other threads that a call moves to: pool
 * workers, and whatever runs retries, timeouts and fallbacks elsewhere.
 *
 * <p>An {@link Exception} thrown by a carrier is counted and shown and changes nothing. An {@link Error} may end the call;
 * what the other carriers have put in force is left all the same.
 *
 * <p><b>Threading:</b> called by any number of threads at once.
 */
@FunctionalInterface
public interface ContextCarrier {

    /**
     * Takes what there is to carry from the calling thread.
     *
     * @return a snapshot, opened on the other thread; possibly several times, once per attempt
     */
    Snapshot capture();

    /** What was taken from the calling thread. */
    @FunctionalInterface
    interface Snapshot {

        /**
         * Puts it in force on the current thread.
         *
         * @return what to close when the task is over
         */
        Scope open();
    }

    /** For how long the snapshot is in force. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Puts back, on the same thread, what was there before. */
        @Override
        void close();
    }
}
