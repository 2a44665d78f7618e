package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a {@link Bulkhead} says to those whom it refuses, and how many they were.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Refusals {

    private static final String GATE = "bulkhead";

    private final LongAdder counted = new LongAdder();
    private final String name;
    private final Permits permits;
    /* What it says depends on the size and the queue only, so a refusal costs nothing. */
    private volatile Rejection full;
    private volatile int maxWaiting;
    private volatile BulkheadConfig.Lifo lifo = BulkheadConfig.Lifo.CODEL; // the last there was: some may be told late

    Refusals(String name, BulkheadConfig config, Permits permits) {
        this.name = name;
        this.permits = permits;
        this.maxWaiting = config.maxWaiting();
        this.full = whenFull(config.maxConcurrent());
        config.lifo().ifPresent(measure -> lifo = measure);
    }

    void resized(int maxConcurrent) {
        full = whenFull(maxConcurrent);
    }

    /** From now on there are other places in the queue; the size is told by {@link #resized}, afterwards. */
    void requeued(BulkheadConfig config) {
        maxWaiting = config.maxWaiting();
        config.lifo().ifPresent(measure -> lifo = measure);
    }

    /** Counts one that is told nothing. */
    void count() {
        counted.increment();
    }

    long counted() {
        return counted.sum();
    }

    Rejection full() {
        count();
        return full;
    }

    Rejection reentrant() {
        count();
        return rejection(
                Reason.REENTRANT, "the call is inside it already and would wait for itself, " + taken(permits.size()));
    }

    Rejection shutDown() {
        count();
        return whenClosed();
    }

    /** What a closed bulkhead says; not counted. */
    Rejection whenClosed() {
        return rejection(Reason.SHUT_DOWN, "which is closed");
    }

    /** What to tell one who waits no more, and how long he did, zero for not at all; not counted. */
    Rejection ofWaiter(Waiter.Fate fate, long waitNanos) {
        return switch (fate) {
            case SHUT_OUT -> whenClosed();
            case TOO_LATE -> tooLate();
            default -> {
                String wait = waitNanos == 0
                        ? ""
                        : "no permit came free within " + Time.words(Duration.ofNanos(waitNanos)) + ", ";
                String now = taken(permits.size()) + queued(Permits.waiting(permits.word()));
                yield rejection(Reason.BULKHEAD_TIMEOUT, wait + now);
            }
        };
    }

    private Rejection tooLate() {
        BulkheadConfig.Lifo measure = lifo;
        String detail = "its queue has been standing for " + Time.words(measure.interval())
                + ", so newer calls go first, and this one has waited more than twice the "
                + Time.words(measure.target()) + " that are meant";
        return new Rejection(name, GATE, Reason.BULKHEAD_TIMEOUT, detail, Time.nanos(measure.interval()));
    }

    private Rejection whenFull(int size) {
        return rejection(Reason.BULKHEAD_FULL, taken(size) + queued(maxWaiting));
    }

    private Rejection rejection(Reason reason, String detail) {
        return new Rejection(name, GATE, reason, detail, Rejection.UNKNOWN);
    }

    private static String taken(int size) {
        return size == 1 ? "the only permit is taken" : "all " + size + " permits are taken";
    }

    private String queued(int waiting) {
        int most = maxWaiting;
        return most == 0 ? "" : " and " + waiting + " of " + most + " places in the queue";
    }
}
