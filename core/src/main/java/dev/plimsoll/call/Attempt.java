package dev.plimsoll.call;

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
     * When this attempt must be over: the earliest of the attempt timeout, the total timeout and every outer deadline.
     *
     * @return {@link Deadline#none()} when nothing bounds it
     */
    Deadline deadline();
}
