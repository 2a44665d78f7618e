package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Gate} answers at once: {@link Leave} to start the attempt, a {@link Rejection}, or {@link Wait}.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public sealed interface Admission permits Admission.Leave, Admission.Wait, Rejection {

    /**
     * Leave to start one attempt, which must be settled with the gate that gave it.
     *
     * <p>It is the gate's own object and may be shared between attempts: a closed circuit breaker gives itself, so that
     * admitting costs no allocation.
     */
    non-sealed interface Leave extends Admission {}

    /**
     * A place in the gate's queue. Whoever asked parks until {@link #granted()}, then asks the earlier gates again; or
     * gives up with {@link #abandon()}.
     *
     * <p><b>Threading:</b> belongs to the thread that asked; the gate grants it from any thread, and unparks the one that
     * asked, unless somebody else is to be told.
     */
    abstract non-sealed class Wait implements Admission {

        /* A class, for the engine asks of each admission whether it is one, and of a class that is answered at once. */

        /** For gates. */
        protected Wait() {}

        /**
         * The leave, once the gate has granted it.
         *
         * @return null while waiting
         */
        public abstract @Nullable Leave granted();

        /**
         * Has somebody told when the place is decided upon, instead of the thread that asked; to be called once, at first.
         *
         * @param decided run once, by whichever thread decides, at once when that was already; must be short and not throw
         */
        public abstract void whenDecided(Runnable decided);

        /**
         * Gives the place up. Grant and abandonment exclude each other.
         *
         * @return true when the place was given up; false when the leave had been granted already and must be settled
         */
        public abstract boolean abandon();

        /**
         * The longest this place may be held.
         *
         * @return an instant of {@link dev.plimsoll.time.Time#precise()}
         */
        public abstract long until();

        /**
         * The refusal to report when the time is up.
         *
         * @return a rejection with the gate's numbers of now
         */
        public abstract Rejection timedOut();
    }
}
