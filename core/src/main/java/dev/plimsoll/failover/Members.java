package dev.plimsoll.failover;

import dev.plimsoll.call.Observers;
import dev.plimsoll.failover.ReplicaChanged.Change;
import dev.plimsoll.news.News;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Who the replicas are, and which of them are away: outlier detection.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Who chooses reads one field, and waits for nobody.
 */
final class Members<C> {
    /*
     *            so many failures in a row, or far below the others
     *   OPEN ─────────────────────────────────────────────────────────▶ AWAY    for base · (times it was sent away)
     *    ▲  ▲        unless half of all are away already                  │
     *    │  └── its whole weight ── STARTING ◀── its time is over, or ────┘
     *    │                           ▲    the others have become too few
     *   joined with the first        joined later
     *
     * Concurrency: `roster` is immutable and replaced under the lock; so are the settings. Changes are rare. Who chooses
     * and finds that somebody's time is over takes the lock if nobody has it, and else goes on with the roster as it is.
     * Changes are queued under the lock in their order, and told outside of it. Time alone
     * does nothing: there is no timer, the next who asks looks at the clock. A call counts for the episode of its replica
     * in which it began, so what was under way when that was sent away says nothing about the time after.
     * Source: Envoy's outlier detection (consecutive 5xx, success rate); the bound of one half is ours, and is kept also when
     * replicas leave.
     */

    private final String name;
    private final Time time;
    private final Observers observers;
    private final ReentrantLock lock = new ReentrantLock();

    private final News news; // added to with the lock
    private long changes; // guarded by lock

    private volatile ReplicasConfig config;
    private volatile Roster<C> roster;
    private volatile long lookedAt;

    Members(String name, Map<String, ? extends C> clients, ReplicasConfig config, Time time, Observers observers) {
        this.name = name;
        this.config = config;
        this.time = time;
        this.observers = observers;
        this.news = new News(observers);
        List<Replica<C>> all = new ArrayList<>();
        clients.forEach((replica, client) -> all.add(new Replica<>(replica, client)));
        this.roster = Roster.of(all, List.of());
        this.lookedAt = time.precise();
    }

    ReplicasConfig config() {
        return config;
    }

    /** Who is there, after those have come back whose time is over. */
    Roster<C> roster(long now) {
        Roster<C> seen = roster;
        if (seen.hasDue(now) && lock.tryLock()) {
            try {
                for (Replica<C> each : roster.away()) {
                    if (each.awayUntil - now <= 0) {
                        readmit(each, "its time is over", now);
                    }
                }
                seen = roster;
            } finally {
                lock.unlock();
            }
            news.tell();
        }
        return seen;
    }

    // ---------------------------------------------------------------- what calls came to

    /** A call that began in this episode of the replica has succeeded. */
    void succeeded(Replica<C> replica, int episode, long now) {
        if (replica.episode.get() == episode) {
            replica.good.increment();
            if (replica.failuresInRow.get() != 0) {
                replica.failuresInRow.set(0);
            }
        }
        look(now);
    }

    /** A call that began in this episode of the replica has failed. */
    void failed(Replica<C> replica, int episode, long now) {
        if (replica.episode.get() == episode) {
            replica.bad.increment();
            int row = replica.failuresInRow.incrementAndGet();
            if (row >= config.consecutiveFailures()) {
                lock.lock();
                try {
                    if (replica.episode.get() == episode) {
                        eject(replica, row + " failures in a row", now);
                    }
                } finally {
                    lock.unlock();
                }
                news.tell();
            }
        }
        look(now);
    }

    /** Compares the replicas, once per interval: who finds somebody at it goes on. */
    private void look(long now) {
        if (now - lookedAt < config.intervalNanos() || !lock.tryLock()) {
            return;
        }
        try {
            if (now - lookedAt >= config.intervalNanos()) {
                lookedAt = now;
                compare(now);
            }
        } finally {
            lock.unlock();
        }
        news.tell();
    }

    /** What a replica has done since the last time. */
    private record Seen<C>(Replica<C> replica, long good, long all) {

        double share() {
            return good / (double) all;
        }
    }

    /** Called with the lock. */
    private void compare(long now) {
        List<Seen<C>> all = roster.open().stream().map(this::seen).toList();
        List<Seen<C>> comparable = all.stream()
                .filter(each -> each.all >= config.minimumCalls())
                .sorted(Comparator.comparingDouble(Seen::share)) // where not all can go, the worst do
                .toList();
        if (comparable.size() >= config.minimumReplicas()) {
            ejectBelow(
                    Outliers.threshold(comparable.stream().map(Seen::share).toList(), config.deviations()),
                    comparable,
                    now);
        }
        for (Seen<C> each : all) {
            boolean well = each.good > 0 && each.replica.failuresInRow.get() == 0;
            if (well && roster.open().contains(each.replica)) {
                each.replica.ejections.set(Math.max(0, each.replica.ejections.get() - 1));
            }
        }
    }

    private void ejectBelow(double least, List<Seen<C>> worstFirst, long now) {
        for (Seen<C> each : worstFirst) {
            if (each.share() < least) {
                String why = String.format(
                        Locale.ROOT, "%.1f %% succeeded, less than %.1f %%", 100 * each.share(), 100 * least);
                eject(each.replica, why, now);
            }
        }
    }

    private Seen<C> seen(Replica<C> replica) {
        long good = replica.good.sum();
        long bad = replica.bad.sum();
        Seen<C> seen =
                new Seen<>(replica, good - replica.goodBefore, good + bad - replica.goodBefore - replica.badBefore);
        replica.goodBefore = good;
        replica.badBefore = bad;
        return seen;
    }

    // ---------------------------------------------------------------- away and back; called with the lock

    private void eject(Replica<C> replica, String why, long now) {
        Roster<C> seen = roster;
        if (!seen.open().contains(replica)
                || seen.away().size() >= config.mostAway(seen.all().size())) {
            return;
        }
        long span = config.ejectionNanos(replica.ejections.incrementAndGet());
        replica.awayUntil = now + span;
        replica.episode.incrementAndGet();
        List<Replica<C>> away = new ArrayList<>(seen.away());
        away.add(replica);
        roster = Roster.of(seen.all(), away);
        changed(replica, Change.EJECTED, why + "; away for " + Time.words(Duration.ofNanos(span)));
    }

    private void readmit(Replica<C> replica, String why, long now) {
        List<Replica<C>> away = new ArrayList<>(roster.away());
        away.remove(replica);
        comesBack(replica, why, now);
        roster = Roster.of(roster.all(), away);
    }

    private void comesBack(Replica<C> replica, String why, long now) {
        replica.episode.incrementAndGet();
        replica.failuresInRow.set(0);
        replica.goodBefore = replica.good.sum();
        replica.badBefore = replica.bad.sum();
        replica.startSlowly(now);
        changed(replica, Change.RETURNED, why);
    }

    /** From now on these are all. Of those who are away the first come back, until no more are away than may be. */
    private void become(List<Replica<C>> all, List<Replica<C>> away, long now) {
        List<Replica<C>> still = new ArrayList<>(away);
        while (still.size() > config.mostAway(all.size())) {
            Replica<C> first = still.get(0);
            for (Replica<C> each : still) {
                first = each.awayUntil - first.awayUntil < 0 ? each : first;
            }
            still.remove(first);
            comesBack(first, "too many would be away", now);
        }
        roster = Roster.of(all, still);
    }

    private void changed(Replica<C> replica, Change change, String why) {
        changes++;
        if (!observers.isEmpty()) {
            news.add(new ReplicaChanged(name, changes, replica.name, change, why, time.wall()));
        }
    }

    // ---------------------------------------------------------------- come and go

    /** Changes who there is; who stays with the same client stays as it is. */
    void change(UnaryOperator<Map<String, C>> other) {
        lock.lock();
        try {
            Map<String, C> clients = new LinkedHashMap<>();
            roster.all().forEach(each -> clients.put(each.name, each.client));
            replace(other.apply(clients), time.precise());
        } finally {
            lock.unlock();
        }
        news.tell();
    }

    private void replace(Map<String, C> clients, long now) {
        List<Replica<C>> before = roster.all();
        List<Replica<C>> stay = before.stream()
                .filter(each -> each.client.equals(clients.get(each.name)))
                .toList();
        List<Replica<C>> joined = new ArrayList<>();
        clients.forEach((replica, client) -> {
            if (stay.stream().noneMatch(each -> each.name.equals(replica))) {
                joined.add(new Replica<>(replica, client));
            }
        });
        if (!stay.isEmpty()) { // where all are new, nobody is to stand back for the others
            joined.forEach(each -> each.startSlowly(now));
        }
        before.stream().filter(each -> !stay.contains(each)).forEach(each -> changed(each, Change.LEFT, "removed"));
        joined.forEach(each -> changed(each, Change.JOINED, "added"));
        List<Replica<C>> all = new ArrayList<>(stay);
        all.addAll(joined);
        become(all, roster.away().stream().filter(stay::contains).toList(), now);
    }

    /** Goes by other settings from now on; who is away stays so for as long as was decided. Returns what is different. */
    List<String> become(ReplicasConfig next) {
        List<String> different;
        lock.lock();
        try {
            different = next.changesFrom(config);
            config = next;
            become(roster.all(), roster.away(), time.precise());
        } finally {
            lock.unlock();
        }
        news.tell();
        return different;
    }
}
