package dev.plimsoll.time;

import org.jspecify.annotations.Nullable;

/** A virtual time whose timers cannot be started, as when the system has no thread left for them. */
public final class Breakdown {

    private Breakdown() {}

    /** From now on every timer that is started throws; null: none does. */
    public static void of(VirtualTime time, @Nullable Error why) {
        time.breakTimers(why);
    }
}
