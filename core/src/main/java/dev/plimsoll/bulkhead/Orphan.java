package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Timer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Work that goes on although its caller has given up. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Orphan {
    /*
     *              older than abandonAfter
     *      YOUNG ──────────────────────────► ABANDONED    reported; its permit goes back, if so configured
     *        │                                   │
     *        └──────────► ENDED ◄────────────────┘        the permit is taken again, for who settles it
     *
     * Both arrows into ENDED are one exchange, which says from where; the other one is a compare-and-set. What an end
     * undoes may still be under way on the timer's thread: all of it is counting, so the order makes no difference.
     */
    private enum Age {
        YOUNG,
        ABANDONED,
        ENDED
    }

    private final AtomicReference<Age> age = new AtomicReference<>(Age.YOUNG);
    private final Timer timer = new Patience();
    private final Orphans orphans;

    Orphan(Orphans orphans) {
        this.orphans = orphans;
    }

    private final class Patience extends Timer {
        @Override
        protected void fire(long lateNanos) {
            if (age.compareAndSet(Age.YOUNG, Age.ABANDONED)) {
                orphans.abandoned();
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
            orphans.ended(this, before == Age.ABANDONED);
        }
    }

    Timer timer() {
        return timer;
    }
}
