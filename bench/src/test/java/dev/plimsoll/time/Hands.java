package dev.plimsoll.time;

import java.lang.reflect.Field;
import java.time.Duration;

/**
 * Moves the hands of a virtual time from a thread that it does not know, as those of Lincheck are; nothing that is due is
 * done. For operations that overlap no other.
 */
public final class Hands {

    private static final Field CLOCK = clock();

    private Hands() {}

    private static Field clock() {
        try {
            Field clock = VirtualTime.class.getDeclaredField("clock");
            clock.setAccessible(true);
            return clock;
        } catch (NoSuchFieldException changed) {
            throw new AssertionError(changed);
        }
    }

    /**
     * Time passes.
     *
     * @param time whose
     * @param span how much
     */
    public static void forward(VirtualTime time, Duration span) {
        try {
            ((VirtualClock) CLOCK.get(time)).moveTo(time.precise() + span.toNanos());
        } catch (IllegalAccessException closed) {
            throw new AssertionError(closed);
        }
    }
}
