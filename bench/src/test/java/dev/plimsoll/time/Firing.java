package dev.plimsoll.time;

/** Fires a timer as the timer thread does, for tests of other packages. */
public final class Firing {

    private Firing() {}

    /** It has been due for no time at all. */
    public static void fire(Timer timer) {
        timer.fire(0);
    }
}
