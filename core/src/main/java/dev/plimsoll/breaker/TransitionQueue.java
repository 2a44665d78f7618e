package dev.plimsoll.breaker;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observers;
import dev.plimsoll.news.Telling;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The transitions of one breaker that have not been told yet.
 *
 * <p>The queue is the chain of episodes, each of which knows the one before it until it has been told: the
 * compare-and-set that makes a transition queues it, too, so that none can get lost in between.
 *
 * <p><b>Threading:</b> as of {@link Telling}; what is here is touched only by the thread that tells.
 */
final class TransitionQueue extends Telling {

    private final BreakerFront breaker;
    private Episode last; // the newest that was told
    private @Nullable Deque<Episode> turned; // those after it as far as they were seen, the oldest first

    /** Nothing is to be told yet, not even of the first episode. */
    TransitionQueue(BreakerFront breaker, Observers observers, Episode first) {
        super(observers);
        this.breaker = breaker;
        this.last = first;
    }

    @Override
    protected @Nullable Event next() {
        Deque<Episode> untold = turned;
        turned = null; // whatever fails from here on, the chain is there to be read again
        if (untold == null) {
            Episode newest = breaker.present().episode();
            if (newest == last) {
                return null;
            }
            untold = turn(newest);
        }
        Episode oldest = untold.pop();
        CircuitTransition transition = oldest.told(breaker.name(), last);
        last = oldest;
        turned = untold.isEmpty() ? null : untold;
        return transition;
    }

    private Deque<Episode> turn(Episode newest) {
        Deque<Episode> untold = new ArrayDeque<>();
        for (Episode each = newest; each != null && each != last; each = each.previous()) {
            untold.push(each);
        }
        return untold;
    }
}
