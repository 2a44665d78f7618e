package dev.plimsoll.failover;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Outlier detection by failures in a row, the naive way: one thread, time from zero, everything looked up again each time. */
final class NaiveReplicas {

    private static final class One {
        int row;
        int ejections;
        long goodSinceLook;
        boolean away;
        long until;
        long order; // of two that come back at once, who went first
    }

    private final Map<String, One> all = new LinkedHashMap<>();
    private final int most;
    private final long base;
    private final long longest;
    private final long interval;
    private long looked;
    private long orders;

    NaiveReplicas(Set<String> names, int most, long base, long longest, long interval) {
        names.forEach(name -> all.put(name, new One()));
        this.most = most;
        this.base = base;
        this.longest = longest;
        this.interval = interval;
    }

    void passed(long now) {
        for (One one : all.values()) {
            if (one.away && now >= one.until) {
                back(one);
            }
        }
    }

    private static void back(One one) {
        one.away = false;
        one.row = 0;
        one.goodSinceLook = 0;
    }

    private static boolean isBefore(One one, One other) {
        return one.until != other.until ? one.until < other.until : one.order < other.order;
    }

    Set<String> away() {
        Set<String> names = new LinkedHashSet<>();
        all.forEach((name, one) -> {
            if (one.away) {
                names.add(name);
            }
        });
        return names;
    }

    Set<String> names() {
        return all.keySet();
    }

    void ended(String name, boolean good, long now) {
        One one = all.get(name);
        if (one == null) {
            throw new AssertionError("asked " + name + ", who is not there");
        }
        if (good) {
            one.row = 0;
            one.goodSinceLook++;
        } else {
            one.row++;
            if (one.row >= most && 2 * (away().size() + 1) <= all.size()) {
                one.away = true;
                one.ejections++;
                one.order = ++orders;
                one.until = now + Math.min(longest, base * one.ejections);
            }
        }
        if (now - looked >= interval) {
            looked = now;
            for (One each : all.values()) {
                if (!each.away) {
                    if (each.goodSinceLook > 0 && each.row == 0 && each.ejections > 0) {
                        each.ejections--;
                    }
                    each.goodSinceLook = 0;
                }
            }
        }
    }

    void join(String name) {
        all.putIfAbsent(name, new One());
    }

    void leave(String name) {
        if (all.size() > 1) {
            all.remove(name);
            while (2 * away().size() > all.size()) {
                One first = null;
                for (One one : all.values()) {
                    if (one.away && (first == null || isBefore(one, first))) {
                        first = one;
                    }
                }
                back(java.util.Objects.requireNonNull(first));
            }
        }
    }
}
