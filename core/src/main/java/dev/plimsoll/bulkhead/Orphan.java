package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Work that goes on although its caller has given up. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Orphan {
    /*
     *              older than abandonAfter
     *      YOUNG ──────────────────────────► ABANDONED    reported
     *        │                   or          RELEASED     and its permit goes back, as was configured at that moment
     *        │                                   │
     *        └──────────► ENDED ◄────────────────┘        a permit that went back is taken again, for who settles it
     *
     * The arrows into ENDED are one exchange, which says from where; the others are a compare-and-set. What an end
     * undoes may still be under way on the timer's thread: all of it is counting, which may be below zero for a moment, so
     * the order makes no difference.
     */
    private enum Age {
        YOUNG,
        ABANDONED,
        RELEASED,
        ENDED
    }

    private final AtomicReference<Age> age = new AtomicReference<>(Age.YOUNG);
    private final Timer timer = new Patience();
    private final Orphans orphans;
    private final Duration abandonAfter;

    /**
     * Work whose caller gives up now.
     *
     * @param abandonAfter how old it may get; zero for any age
     */
    Orphan(Orphans orphans, Duration abandonAfter) {
        this.orphans = orphans;
        this.abandonAfter = abandonAfter;
    }

    private final class Patience extends Timer {
        @Override
        protected void fire(long lateNanos) {
            boolean releases = orphans.releaseAbandoned();
            if (age.compareAndSet(Age.YOUNG, releases ? Age.RELEASED : Age.ABANDONED)) {
                orphans.abandoned(abandonAfter, releases);
            }
        }
    }

    /**
     * Says that the work has ended; to be called before its permit is settled. The second time it does nothing.
     */
    public void ended() {
        Age before = age.getAndSet(Age.ENDED);
        if (before != Age.ENDED) {
            timer.cancel();
            orphans.ended(this, before != Age.YOUNG, before == Age.RELEASED);
        }
    }

    Timer timer() {
        return timer;
    }
}
