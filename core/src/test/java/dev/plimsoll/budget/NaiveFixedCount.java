package dev.plimsoll.budget;

import java.util.ArrayList;
import java.util.List;

/** The obvious fixed count: it remembers in which tenth of a window each retry was charged, and counts again each time. */
final class NaiveFixedCount {
    private final List<Long> retries = new ArrayList<>();
    private final FixedCount settings;
    private final long origin;
    private final long tenth;

    NaiveFixedCount(FixedCount settings, long origin) {
        this.settings = settings;
        this.origin = origin;
        this.tenth = settings.over().toNanos() / 10;
    }

    boolean tryWithdraw(long now) {
        long end = (now - origin) / tenth;
        long charged = retries.stream().filter(b -> b > end - 11 && b <= end).count();
        return charged < settings.count() && retries.add(end);
    }

    void giveBack(long withdrawn) {
        retries.remove((Long) ((withdrawn - origin) / tenth));
    }
}
