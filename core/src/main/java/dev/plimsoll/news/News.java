package dev.plimsoll.news;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tells the changes of a thing that is changed under a lock: they are added with the lock held, and told without it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. The order is that in which changes are added.
 */
public final class News extends Telling {

    private final Queue<Event> untold = new ConcurrentLinkedQueue<>();

    /**
     * Nothing is to be told yet.
     *
     * @param observers who is told
     */
    public News(Observers observers) {
        super(observers);
    }

    /**
     * The thing has changed.
     *
     * @param change what {@link #tell()}, which is to be called then, tells
     */
    public void add(Event change) {
        untold.add(change);
        waiting = true;
    }

    @Override
    protected @Nullable Event next() {
        return untold.poll();
    }
}
