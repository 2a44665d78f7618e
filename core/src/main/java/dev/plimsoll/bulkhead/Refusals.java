package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.Time;
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
    private final BulkheadConfig config;
    private final Permits permits;
    /* What it says depends on the size only, so a refusal costs nothing. */
    private volatile Rejection full;

    Refusals(String name, BulkheadConfig config, Permits permits) {
        this.name = name;
        this.config = config;
        this.permits = permits;
        this.full = whenFull(config.maxConcurrent());
    }

    void resized(int maxConcurrent) {
        full = whenFull(maxConcurrent);
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

    /** What to tell a waiter whose time is up; not counted. */
    Rejection ofWaiter(Waiter.Fate fate) {
        return switch (fate) {
            case SHUT_OUT -> whenClosed();
            case TOO_LATE -> tooLate();
            default ->
                rejection(
                        Reason.BULKHEAD_TIMEOUT,
                        "no permit came free within "
                                + Time.nanos(config.maxWait()) / 1_000_000 + " ms, " + taken(permits.size())
                                + queued(Permits.waiting(permits.word())));
        };
    }

    private Rejection tooLate() {
        BulkheadConfig.Lifo lifo = config.lifo().orElseThrow();
        String detail = "its queue has been standing for " + Time.words(lifo.interval())
                + ", so newer calls go first, and this one has waited more than twice the "
                + Time.words(lifo.target()) + " that are meant";
        return new Rejection(name, GATE, Reason.BULKHEAD_TIMEOUT, detail, Time.nanos(lifo.interval()));
    }

    private Rejection whenFull(int size) {
        return rejection(Reason.BULKHEAD_FULL, taken(size) + queued(config.maxWaiting()));
    }

    private Rejection rejection(Reason reason, String detail) {
        return new Rejection(name, GATE, reason, detail, Rejection.UNKNOWN);
    }

    private static String taken(int size) {
        return size == 1 ? "the only permit is taken" : "all " + size + " permits are taken";
    }

    private String queued(int waiting) {
        return config.maxWaiting() == 0
                ? ""
                : " and " + waiting + " of " + config.maxWaiting() + " places in the queue";
    }
}
