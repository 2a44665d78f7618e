package dev.plimsoll.window;

import java.util.ArrayList;
import java.util.List;

/** The obvious rolling latencies: a list of all of them, sorted when it is asked. */
final class NaiveLatencies {

    private record Took(long nanos, int bucket, long epoch) {}

    private final List<Took> all = new ArrayList<>();
    private final long half;
    private final long origin;

    NaiveLatencies(long spanNanos, long origin) {
        this.half = (spanNanos + 1) / 2;
        this.origin = origin;
    }

    /** One whose bucket serves a newer half already counts there. */
    void record(long nanos, long now) {
        long epoch = epoch(now);
        int bucket = Latencies.bucket(nanos);
        long newest = all.stream()
                .filter(each -> each.bucket == bucket && (each.epoch - epoch) % 2 == 0)
                .mapToLong(each -> each.epoch)
                .max()
                .orElse(epoch);
        all.add(new Took(Math.max(0, nanos), bucket, Math.max(epoch, newest)));
        if (newest < epoch) { // the place is taken over
            all.removeIf(each -> each.bucket == bucket && each.epoch == newest);
        }
    }

    List<Long> sorted(long now) {
        long end = epoch(now);
        return all.stream()
                .filter(each -> each.epoch == end || each.epoch == end - 1)
                .map(Took::nanos)
                .sorted()
                .toList();
    }

    static long quantile(double share, List<Long> sorted) {
        return sorted.isEmpty() ? 0 : sorted.get(Math.max(1, (int) Math.ceil(share * sorted.size())) - 1);
    }

    private long epoch(long now) {
        return now - origin < 0 ? 0 : (now - origin) / half;
    }
}
