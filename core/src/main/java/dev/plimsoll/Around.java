package dev.plimsoll;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.timeout.AttemptTimer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What guards around the current one have to do with it. */
final class Around {

    private Around() {}

    /**
     * The timeout of a guard around this one that has ended it.
     *
     * @return null when none has fired
     */
    static @Nullable TimeoutExceededException firedTimeout() {
        OwnerOfFired owner = new OwnerOfFired();
        return Ambient.isInsideAny(owner) && owner.engine != null
                ? owner.engine.parts().timing().exceededAround(owner.whole)
                : null;
    }

    /** Whether a timeout around this guard interrupts this thread at an instant or earlier, so that one is enough. */
    static boolean interruptsBy(long instant) {
        return Ambient.isInsideAny(around -> around instanceof AttemptTimer timer && timer.interruptsHereBy(instant));
    }

    /** An interrupt that was taken for that of an inner timeout may have been an outer one's as well. */
    static void restoreInterrupt() {
        if (Ambient.isInsideAny(around -> around instanceof AttemptTimer timer && timer.interruptsHere())) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each guard lies around its timer: the owner of a fired timer is the next guard outwards. */
    private static final class OwnerOfFired implements Predicate<Object> {

        private boolean fired;
        private boolean whole;
        private @Nullable BlockingEngine engine;

        @Override
        public boolean test(Object around) {
            if (fired && around instanceof BlockingEngine owner) {
                engine = owner;
                return true;
            }
            if (!fired && around instanceof AttemptTimer timer && timer.hasFired()) {
                fired = true;
                whole = timer.isWhole();
            }
            return false;
        }
    }
}
