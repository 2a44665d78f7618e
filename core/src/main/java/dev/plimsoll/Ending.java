package dev.plimsoll;

import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended that was not simply good. Never leaves the engine, so that no value of the user's work can be
 * taken for one.
 *
 * @param how which way
 * @param value what the work returned; null when it did not, or too late
 * @param error what the caller would be thrown; null when the work returned in time, or was refused
 * @param judgement what it means
 * @param elapsedNanos how long the work ran
 * @param refusal why it was not admitted; null when it was
 * @param counted whether who closes the guards knows since before its end of the call, which may be tried again
 */
record Ending(
        How how,
        @Nullable Object value,
        @Nullable Throwable error,
        Judgement judgement,
        long elapsedNanos,
        @Nullable Rejection refusal,
        boolean counted) {

    /** Stands for how an attempt ended where there is no memory to say it, nor any stack. */
    static final Ending LOST = new Ending(How.THREW, null, new Lost(), Judgement.IGNORED, 0, null, false);

    /** One for all, so without a trace; what there was no memory for has been thrown before. */
    private static final class Lost extends OutOfMemoryError {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("no memory to say how an attempt has ended");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Which way. */
    enum How {
        /** The work returned in time. */
        RETURNED,
        /** The work threw. */
        THREW,
        /** The time was up. */
        TIMED_OUT,
        /** The time was up, but only because this process itself had stood still. */
        STALLED,
        /** The caller was interrupted while the library waited. */
        INTERRUPTED,
        /** A gate refused; nothing ran. */
        REFUSED
    }

    /** Throws nothing: who makes an ending has leaves to give back, and counts to end, that wait for it. */
    private static Ending made(
            How how,
            @Nullable Object value,
            @Nullable Throwable error,
            Judgement judgement,
            long elapsedNanos,
            @Nullable Rejection refusal) {
        try {
            return new Ending(how, value, error, judgement, elapsedNanos, refusal, false);
        } catch (Throwable noMemory) {
            return LOST;
        }
    }

    static Ending returned(@Nullable Object value, Judgement judgement, long elapsedNanos) {
        return made(How.RETURNED, value, null, judgement, elapsedNanos, null);
    }

    static Ending threw(Throwable error, Judgement judgement, long elapsedNanos) {
        return made(How.THREW, null, error, judgement, elapsedNanos, null);
    }

    static Ending timedOut(Throwable error, Judgement judgement, long elapsedNanos, boolean stalled) {
        return made(stalled ? How.STALLED : How.TIMED_OUT, null, error, judgement, elapsedNanos, null);
    }

    static Ending interrupted(Throwable error, long elapsedNanos) {
        return made(How.INTERRUPTED, null, error, Judgement.IGNORED, elapsedNanos, null);
    }

    static Ending refused(Rejection rejection) {
        return made(How.REFUSED, null, null, Judgement.NOT_RUN, 0, rejection);
    }

    /** The same of an attempt that lasted so long in all. */
    Ending lasting(long nanos) {
        return nanos == elapsedNanos ? this : made(how, value, error, judgement, nanos, refusal);
    }

    /** The same of an attempt before whose end its call was counted, see {@link Unfinished#retryBegins()}. */
    Ending counting() {
        return new Ending(how, value, error, judgement, elapsedNanos, refusal, true);
    }

    /** Whether the work returned, and its value is good. */
    boolean isAnswer() {
        return how == How.RETURNED && judgement.verdict() == Verdict.SUCCESS;
    }

    /** Whether the work was started. */
    boolean ran() {
        return judgement.verdict() != Verdict.NOT_RUN;
    }

    /** An interruption, or an {@link Error} of user code, before the work was started. */
    static Ending before(Throwable error) {
        return made(How.INTERRUPTED, null, error, Judgement.NOT_RUN, 0, null);
    }
}
