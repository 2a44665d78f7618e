package dev.plimsoll.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The obvious time window: it remembers every call, and which epoch each bucket's place in the ring serves by now. */
final class NaiveTimeWindow {
    private record Call(int kind, long epoch) {}

    private record Place(int kind, long bucket) {}

    private final List<Call> calls = new ArrayList<>();
    private final Map<Place, Long> newest = new HashMap<>();
    private final long length;
    private final int buckets;
    private final int ring;
    private final long origin;

    NaiveTimeWindow(long spanNanos, int buckets, long origin) {
        this.length = (spanNanos + buckets - 1) / buckets;
        this.buckets = buckets;
        this.ring = Integer.highestOneBit(buckets - 1) * 2;
        this.origin = origin;
    }

    void add(int kind, long now) {
        long epoch = epoch(now);
        calls.add(new Call(kind, newest.merge(new Place(kind, epoch % ring), epoch, Math::max)));
    }

    Counts read(long now) {
        long end = epoch(now);
        long[] counts = new long[4];
        for (Call call : calls) {
            boolean isInside = call.epoch > end - buckets && call.epoch <= end;
            if (isInside && newest.getOrDefault(new Place(call.kind, call.epoch % ring), -1L) == call.epoch) {
                counts[call.kind]++;
            }
        }
        return new Counts(counts[0], counts[1], counts[2], counts[3]);
    }

    long sum(int kind) {
        return calls.stream().filter(call -> call.kind == kind).count();
    }

    private long epoch(long now) {
        return now - origin < 0 ? 0 : (now - origin) / length;
    }
}
