package dev.plimsoll.call;

/**
 * Hears what happens in a guard: everything, unless it is a {@link ChangeObserver}. To be heard of costs each call some
 * events; changes cost them nothing.
 *
 * <p>Call and attempt events come on the calling thread after all permits are settled; transitions of one breaker come
 * in their order, one at a time. An exception thrown by an observer is counted and shown and changes nothing; an
 * {@link Error} is rethrown to whoever called, once everything is settled.
 *
 * <p><b>Threading:</b> called by any number of threads at once. It must be quick, for it runs on the caller's time.
 */
@FunctionalInterface
public interface Observer {

    /**
     * Something happened.
     *
     * @param event what; immutable
     */
    void on(Event event);
}
