package dev.plimsoll.call;

import java.util.concurrent.CompletionStage;

/**
 * One try of a call, as its work sees it.
 *
 * <p><b>Threading:</b> may be read by any thread.
 */
public interface Attempt {

    /**
     * The name of the guard that runs it.
     *
     * @return the dependency's name
     */
    String dependency();

    /**
     * Which try this is.
     *
     * @return 1 for the first
     */
    int number();

    /**
     * Which leg of this attempt: others run beside the first one where the guard hedges.
     *
     * @return 1 for the first
     */
    default int leg() {
        return 1;
    }

    /**
     * When this attempt must be over: the earliest of the attempt timeout, the total timeout and every outer deadline.
     *
     * @return {@link Deadline#none()} when nothing bounds it
     */
    Deadline deadline();

    /**
     * Says that the work is alive, for a guard with a heartbeat timeout: silence for longer than that ends the attempt. By
     * any thread, as often as you like: it costs a look at the clock. Does nothing without a heartbeat timeout, or when the
     * attempt is over.
     */
    default void beat() {}

    /**
     * How much this work matters, as {@link Criticality#current()} says on the thread that asks.
     *
     * @return {@link Criticality#NORMAL} where nobody has said anything
     */
    default Criticality criticality() {
        return Criticality.current();
    }

    /**
     * Registers when the work of this attempt has really ended, for asynchronous work that goes on when its stage is
     * cancelled: until then it keeps its permit of the bulkhead. Without this it has ended when its stage completes, and a
     * stage that was cancelled has completed.
     *
     * @param end completes, in whichever way, when nothing runs any more
     * @throws IllegalStateException when the attempt is not asynchronous, or has ended already
     */
    default void endsWith(CompletionStage<?> end) {
        throw new IllegalStateException("the attempt ends when its work returns: it is not asynchronous");
    }
}
