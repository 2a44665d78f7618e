package dev.plimsoll;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.timeout.TimeLimit;
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
        return exceeded(TimeLimit::hasFired);
    }

    /**
     * The timeout of a guard around this one that is the reason why time is up here at an instant.
     *
     * @return null when it is not up by then around this one
     */
    static @Nullable TimeoutExceededException timeoutBy(long instant) {
        return exceeded(limit -> limit.endsBy(instant));
    }

    private static @Nullable TimeoutExceededException exceeded(Predicate<TimeLimit> up) {
        OwnerOfLimit owner = new OwnerOfLimit(up);
        return Ambient.isInsideAny(owner) && owner.guard != null && owner.limit != null
                ? owner.guard.timing().exceededAround(owner.limit)
                : null;
    }

    /** Whether a timeout around this guard interrupts this thread at an instant or earlier, so that one is enough. */
    static boolean interruptsBy(long instant) {
        return Ambient.isInsideAny(around -> around instanceof TimeLimit limit && limit.interruptsHereBy(instant));
    }

    /**
     * Whether somebody around this guard has marked the attempt: only the outermost who did may run the work again.
     *
     * @param own the mark of this guard, if this thread is inside of it; else null
     */
    static boolean isAtEdge(@Nullable RetryMark own) {
        return Ambient.count(RetryMark.AT_EDGE::isOf) > (own == RetryMark.AT_EDGE ? 1 : 0);
    }

    /** An interrupt that was taken for that of an inner timeout may have been an outer one's as well. */
    static void restoreInterrupt() {
        if (Ambient.isInsideAny(around -> around instanceof TimeLimit limit && limit.interruptsHere())) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each guard lies around its limit of time: the owner of one is the next guard outwards. */
    private static final class OwnerOfLimit implements Predicate<Object> {

        private final Predicate<TimeLimit> wanted;
        private @Nullable TimeLimit limit;
        private @Nullable Parts guard;

        OwnerOfLimit(Predicate<TimeLimit> wanted) {
            this.wanted = wanted;
        }

        @Override
        public boolean test(Object around) {
            if (limit != null && around instanceof Parts owner) {
                guard = owner;
                return true;
            }
            if (limit == null && around instanceof TimeLimit each && wanted.test(each)) {
                limit = each;
            }
            return false;
        }
    }
}
