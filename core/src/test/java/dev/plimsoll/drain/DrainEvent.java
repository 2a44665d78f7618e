package dev.plimsoll.drain;

/** What can happen to a drain. */
enum DrainEvent {
    ENTER,
    ENTER_A,
    ENTER_B,
    /** The oldest of those units ends. */
    CLOSE,
    CLOSE_A,
    CLOSE_B,
    /** A unit that has ended long ago is closed once more. */
    CLOSE_AGAIN,
    START,
    /** Somebody waits for the end, and nobody does anything else meanwhile. */
    AWAIT,
    HOOK,
    /** Time passes to one nanosecond before the end. */
    ALMOST,
    /** Time passes to the end. */
    PASS,
    /** A second more, and still nobody has looked. */
    LATER;

    /** Of the units that it is about; the empty one is none. */
    String label() {
        return name().endsWith("_A") ? "A" : name().endsWith("_B") ? "B" : "";
    }
}
