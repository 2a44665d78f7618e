package dev.plimsoll.console;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last fifty calls of one dependency.
 *
 * <p><b>Threading:</b> safe for use by any number of threads, without a lock.
 */
final class RecentCalls {

    private static final int KEPT = 50;

    private final AtomicReferenceArray<@Nullable RecentCall> calls = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong recorded = new AtomicLong();

    /** Takes the place of the oldest. */
    void add(RecentCall call) {
        calls.set((int) (recorded.getAndIncrement() % KEPT), call);
    }

    /** All of them, newest first. */
    List<RecentCall> newestFirst() {
        List<RecentCall> all = new ArrayList<>();
        long newest = recorded.get() - 1;
        for (long i = newest; i >= 0 && i > newest - KEPT; i--) {
            RecentCall call = calls.get((int) (i % KEPT));
            if (call != null) {
                all.add(call);
            }
        }
        return all;
    }
}
