package dev.plimsoll.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A concurrency limit that keeps everything that ended in a list and works it out when asked. For one thread. */
final class NaiveLimit {

    /** A call that ended; {@code nanos} is below zero for one that says nothing of how long calls take. */
    private record Ended(long nanos, boolean dropped) {}

    private LimitAlgorithm algorithm;
    private final List<Ended> window = new ArrayList<>();
    private long start;
    private int inFlight;
    private int most;
    private int refused;

    NaiveLimit(LimitAlgorithm algorithm, long start) {
        this.algorithm = algorithm;
        this.start = start;
    }

    boolean enter() {
        if (inFlight >= algorithm.limit()) {
            refused++;
            return false;
        }
        inFlight++;
        most = Math.max(most, inFlight);
        return true;
    }

    void ended(long now, long nanos, boolean dropped) {
        inFlight--;
        window.add(new Ended(nanos < 0 ? nanos : Math.max(1, nanos), dropped));
        long drops = window.stream().filter(Ended::dropped).count();
        boolean enough = window.size() >= algorithm.calls()
                && now - start >= algorithm.span().toNanos();
        if (enough || drops >= algorithm.drops()) {
            Stream<Ended> timed = window.stream().filter(each -> each.nanos >= 0);
            double mean = timed.mapToLong(Ended::nanos).average().orElse(0);
            algorithm = algorithm.next(new LimitSample(window.size(), drops, mean, most, refused, 0));
            window.clear();
            start = now;
            most = 0;
            refused = 0;
        }
    }

    void endedSilently() {
        inFlight--;
    }

    int inFlight() {
        return inFlight;
    }

    int limit() {
        return algorithm.limit();
    }

    String explain() {
        return algorithm.explain();
    }
}
