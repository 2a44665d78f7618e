package dev.plimsoll.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What all open pages are fed with: the timeline, every entry of which reaches every page, and the overview, of which only
 * the newest matters. A page that was away asks for what came after the last entry it knows; as many entries are kept as
 * the replay window holds.
 *
 * <p>There is one feed for all pages, and no queue for any of them: a page that reads slowly misses overviews, never
 * entries, and costs no memory.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Only {@link #await} waits, without a limit of time.
 */
final class Feed {

    /** Who has missed more gets it in several parts. */
    private static final int AT_ONCE = 200;

    private final int kept;
    private final Deque<Entry> timeline = new ArrayDeque<>();
    private long last;
    private @Nullable String overview;
    private long edition;
    private boolean closed;

    /**
     * Nothing has happened yet.
     *
     * @param kept how many entries the replay window holds
     */
    Feed(int kept) {
        this.kept = kept;
    }

    /** An entry of the timeline. */
    record Entry(long sequence, String json) {}

    /**
     * What one page does not know yet.
     *
     * @param lost whether entries between are not kept any more
     * @param overview null when it knows the newest
     * @param edition which overview that is
     */
    record News(List<Entry> entries, boolean lost, @Nullable String overview, long edition) {}

    /**
     * Puts an entry at the end of the timeline.
     *
     * @param entry makes it, given its sequence number; quick, for it runs under the feed's lock
     */
    synchronized void add(LongFunction<String> entry) {
        long sequence = last + 1;
        timeline.addLast(new Entry(sequence, entry.apply(sequence)));
        last = sequence;
        if (timeline.size() > kept) {
            timeline.removeFirst();
        }
        notifyAll();
    }

    /** Takes the place of the overview before. */
    synchronized void show(String newest) {
        overview = newest;
        edition++;
        notifyAll();
    }

    /** Ends all waits. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** The sequence number of the newest entry; 0 when there is none. */
    synchronized long last() {
        return last;
    }

    /**
     * Waits for something that a page does not know.
     *
     * @param after the last entry that it knows; 0 for none
     * @param seen the edition of the overview that it knows; 0 for none
     * @return null when the feed is closed
     */
    synchronized @Nullable News await(long after, long seen) throws InterruptedException {
        while (!closed && last <= after && edition == seen) {
            wait();
        }
        if (closed) {
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        long first = Math.max(after, last - timeline.size()) + 1;
        boolean backwards = first > last - AT_ONCE;
        Iterator<Entry> kept = backwards ? timeline.descendingIterator() : timeline.iterator();
        while (kept.hasNext() && entries.size() < AT_ONCE) {
            Entry entry = kept.next();
            if (entry.sequence() >= first) {
                entries.add(entry);
            } else if (backwards) {
                break; // whoever adds waits for the lock that is held here
            }
        }
        entries.sort(Comparator.comparingLong(Entry::sequence));
        return new News(entries, after > 0 && first > after + 1, edition == seen ? null : overview, edition);
    }
}
