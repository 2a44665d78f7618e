package dev.plimsoll.time;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Fires timers as the timer thread does, for tests of other packages. */
public final class Firing {

    private static final Field TIMERS = field("timers");
    private static final Field LOCK = field("lock");

    private Firing() {}

    private static Field field(String name) {
        try {
            Field field = VirtualTime.class.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException changed) {
            throw new AssertionError(changed);
        }
    }

    /** It has been due for no time at all. */
    public static void fire(Timer timer) {
        timer.fire(0);
    }

    /**
     * Fires the next timer of a virtual time, due or not, on a thread that it does not know, as those of jcstress are.
     *
     * @param time whose
     * @return false when there was none, or it was cancelled meanwhile
     */
    public static boolean fireNext(VirtualTime time) {
        Timer timer = next(time);
        if (timer == null || !timer.expire()) {
            return false;
        }
        timer.fire(0);
        return true;
    }

    private static @Nullable Timer next(VirtualTime time) {
        try {
            VirtualTimers timers = (VirtualTimers) TIMERS.get(time);
            synchronized (LOCK.get(time)) {
                VirtualTimers.Due due = timers.first();
                if (due != null) {
                    timers.take(due);
                }
                return due == null ? null : due.timer();
            }
        } catch (IllegalAccessException closed) {
            throw new AssertionError(closed);
        }
    }
}
