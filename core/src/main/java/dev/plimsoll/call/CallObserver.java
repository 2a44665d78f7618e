package dev.plimsoll.call;

/**
 * An observer that is there from the beginning of each call, and puts something around it for whatever runs inside to
 * find, such as the span of a trace. The call takes it along to all of its threads.
 *
 * <p>Of {@link #capture()}, {@link #begins(String)} and what they return an {@link Exception} is counted and shown, and
 * changes nothing.
 *
 * <p><b>Threading:</b> called by any number of threads at once. It must be quick, for it runs on the caller's time.
 */
public interface CallObserver extends Observer, ContextCarrier {

    /**
     * Takes along what is there. Of an asynchronous call it is asked before the call begins, for what depends on its stage and
     * is not inside of it, and after that for the threads that the call goes on.
     */
    @Override
    Snapshot capture();

    /**
     * A call begins, on the thread of its caller: whatever happens in it happens after this, its end included. Whoever
     * called gets an {@link Error} of this; the call has not begun then, and nothing else is told of it.
     *
     * @param dependency the guard's name
     * @return closed on the same thread: when the call has come to its end, rungs of a fallback included; for an
     *     asynchronous one when its caller has the stage
     */
    Scope begins(String dependency);
}
