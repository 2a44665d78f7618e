package dev.plimsoll.time;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** A timer that remembers how often and how late it fired, and can do something then. */
final class Probe extends Timer {
    private final AtomicInteger fired = new AtomicInteger();
    private final LongConsumer action;
    private volatile long late = -1;

    Probe() {
        this(late -> {});
    }

    Probe(LongConsumer action) {
        this.action = action;
    }

    @Override
    protected void fire(long lateNanos) {
        late = lateNanos;
        fired.incrementAndGet();
        action.accept(lateNanos);
    }

    int fired() {
        return fired.get();
    }

    /** How late it fired; -1 if it has not. */
    long late() {
        return late;
    }
}
