package dev.plimsoll.time;

/** How many timers threw when they were fired, for tests in other packages: on the timer's thread nobody else would hear of it. */
public final class TimerFaults {

    private TimerFaults() {}

    /** {@return of all timers on that time} */
    public static int of(VirtualTime time) {
        return time.failures();
    }
}
