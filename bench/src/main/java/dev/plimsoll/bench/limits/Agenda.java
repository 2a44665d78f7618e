package dev.plimsoll.bench.limits;

import java.util.PriorityQueue;

/**
 * What happens when, in simulated time: the earliest first, and of things at the same instant the one that was put down
 * first.
 */
final class Agenda {

    private record Entry(long at, long number, Runnable action) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int byInstant = Long.compare(at, other.at);
            return byInstant != 0 ? byInstant : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long now;
    private long numbers;

    /** The present instant, in nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void in(long nanos, Runnable action) {
        entries.add(new Entry(now + nanos, numbers++, action));
    }

    /** Lets everything happen that is due until an instant, which is then the present one. */
    void runUntil(long end) {
        for (Entry next = entries.peek(); next != null && next.at <= end; next = entries.peek()) {
            entries.remove();
            now = next.at;
            next.action.run();
        }
        now = end;
    }
}
