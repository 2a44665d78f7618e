package dev.plimsoll.budget;

import dev.plimsoll.budget.WindowedRatio.Combination;
import java.util.ArrayList;
import java.util.List;

/** The obvious budget: it remembers every call and every retry, and counts them again each time. */
final class NaiveRetryBudget {
    private final List<Long> calls = new ArrayList<>();
    private final List<Long> retries = new ArrayList<>();
    private final WindowedRatio settings;
    private final long origin;
    private final long length;

    NaiveRetryBudget(WindowedRatio settings, long origin) {
        this.settings = settings;
        this.origin = origin;
        this.length = settings.over().toNanos() / 10;
    }

    void deposit(long now) {
        calls.add(bucket(now));
    }

    boolean tryWithdraw(long now) {
        long end = bucket(now);
        if (latest(retries, end, 11) >= allowed(latest(calls, end, 10))) {
            return false;
        }
        retries.add(end);
        return true;
    }

    void giveBack(long withdrawn) {
        retries.remove((Long) bucket(withdrawn));
    }

    private long allowed(long calls) {
        double share = calls * Math.round(settings.ratio() * 1e6);
        double minimum =
                Math.round(settings.minimumPerSecond() * settings.over().toMillis() * 1e3);
        double micros = settings.combinedAs() == Combination.MAX ? Math.max(share, minimum) : share + minimum;
        return (long) (micros / 1e6);
    }

    private long bucket(long now) {
        return (now - origin) / length;
    }

    private static long latest(List<Long> buckets, long end, int count) {
        return buckets.stream().filter(b -> b > end - count && b <= end).count();
    }
}
