package dev.plimsoll.window;

import java.util.ArrayDeque;
import java.util.Deque;

/** The obvious window of the last N calls: a queue. */
final class NaiveLastCalls {
    private final Deque<Integer> kinds = new ArrayDeque<>();
    private final int calls;

    NaiveLastCalls(int calls) {
        this.calls = calls;
    }

    void record(int kind) {
        if (kinds.size() == calls) {
            kinds.removeFirst();
        }
        kinds.addLast(kind);
    }

    Counts read() {
        return new Counts(count(Kind.GOOD), count(Kind.SLOW), count(Kind.FAILED), count(Kind.SLOW_FAILED));
    }

    private long count(int kind) {
        return kinds.stream().filter(k -> k == kind).count();
    }
}
