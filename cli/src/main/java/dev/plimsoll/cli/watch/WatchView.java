package dev.plimsoll.cli.watch;

/** Where a watcher's findings go. Its methods are called one at a time, in the order in which things are to be shown. */
interface WatchView extends AutoCloseable {
    /** A call has ended. */
    void called(Called call);

    /** The breaker has changed its state. */
    void moved(Moved move);

    /** Something else is to be said, on one line; a view for programs leaves it out. */
    void say(String note);

    /** Whether nobody reads what is written here any more. */
    boolean isBroken();

    /** Ends the view: what comes later is dropped, and what was begun is whole. */
    @Override
    void close();
}
