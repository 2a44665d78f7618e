package dev.plimsoll.degrade;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.news.News;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Says what a service leaves out while its dependencies are sick. It is told their health, is at one of four levels, and
 * knows which features are on there:
 *
 * <pre>{@code
 * if (degradation.isOn("ml_search")) {
 *     return ranked.search(words);
 * }
 * return plain.search(words); // and show degradation.notice("ml_search")
 * }</pre>
 *
 * <p>It gets worse at once, and better only after it has called for better for a while without a break. An operator can
 * hold it at a level.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. {@link #isOn} reads one field, and, while it recovers or is
 * held, the clock.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Degradation {
    /*
     *             worse: at once                      worse: at once                   worse: at once
     *   NORMAL ──────────────────▶ DEGRADED ──────────────────▶ MINIMAL ──────────────────▶ EMERGENCY
     *          ◀──────────────────          ◀──────────────────         ◀──────────────────
     *            better for the dwell                 …                            …
     *
     * Concurrency: `now` is the whole state, immutable, and replaced under the lock; changes are queued there in their order,
     * and told outside of it, see News. Time alone changes things too, the end of the dwell and that of an operator's hold: no
     * timer is needed, for whoever asks looks whether one of them has come.
     */

    private final String name;
    private final Map<Level, Set<String>> features;
    private final Set<String> known = new HashSet<>();
    private final Map<String, String> notices;
    private final Thresholds thresholds;
    private final long dwellNanos;
    private final Time time;
    private final Observers observers = new Observers(null);
    private final News news = new News(observers); // added to with the lock
    private final Object lock = new Object();
    private final Map<String, DependencyHealth> healths = new TreeMap<>(); // guarded by lock

    private volatile Standing now;

    private Degradation(String name, DegradationBuilder builder, Time time) {
        this.name = name;
        this.features = builder.features();
        features.values().forEach(known::addAll);
        this.notices = builder.notices();
        this.thresholds = builder.thresholds();
        this.dwellNanos = Time.nanos(builder.dwell());
        this.time = time;
        this.now = new Standing(Hysteresis.at(Level.NORMAL), null, "nothing was reported", time.precise(), 0);
    }

    /**
     * A controller at {@link Level#NORMAL}.
     *
     * @param name what its events call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup says which features are on at each level
     * @return a new controller
     * @throws ConfigurationException when the name or the set-up cannot be used
     */
    public static Degradation create(String name, UnaryOperator<DegradationBuilder> setup) {
        return create(name, setup, Time.system());
    }

    /**
     * A controller on a time of its own, at {@link Level#NORMAL}.
     *
     * @param name what its events call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup says which features are on at each level
     * @param time whose clock it reads
     * @return a new controller
     * @throws ConfigurationException when the name or the set-up cannot be used
     */
    public static Degradation create(String name, UnaryOperator<DegradationBuilder> setup, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("degradation " + name);
        check.name(name);
        DegradationBuilder builder = check.applied("setup", setup, new DegradationBuilder(), DegradationBuilder::check);
        check.given("time", time);
        check.done();
        return new Degradation(name, Objects.requireNonNull(builder), time);
    }

    // ---------------------------------------------------------------- what it is told

    /**
     * A dependency's health has changed, or was looked at again.
     *
     * @param health takes the place of what was told of the same dependency before
     */
    public void report(DependencyHealth health) {
        report(List.of(Objects.requireNonNull(health, "health")));
    }

    /**
     * The health of several dependencies, judged together.
     *
     * @param all take the place of what was told of the same dependencies before; others stay as they were
     */
    public void report(Collection<DependencyHealth> all) {
        Objects.requireNonNull(all, "all");
        for (DependencyHealth each : all) {
            Objects.requireNonNull(each, "health");
        }
        synchronized (lock) {
            all.forEach(each -> healths.put(each.name(), each));
            judge();
        }
        news.tell();
    }

    /**
     * How dependencies do, as detectors and guards have found out. What is unknown changes nothing, to better or to worse.
     *
     * @param all of each dependency once; what a reading does not know counts as none
     */
    public void hear(Collection<HealthReading> all) {
        report(DependencyHealth.known(Objects.requireNonNull(all, "all")));
    }

    /**
     * A dependency is not used any more.
     *
     * @param dependency its name
     */
    public void forget(String dependency) {
        Objects.requireNonNull(dependency, "dependency");
        synchronized (lock) {
            healths.remove(dependency);
            judge();
        }
        news.tell();
    }

    /** Called with the lock. */
    private void judge() {
        long instant = time.precise();
        pass(instant);
        Thresholds.Summary summary = Thresholds.Summary.of(healths.values());
        Standing before = now;
        Hysteresis own = before.own().indicates(thresholds.levelFor(summary), instant, dwellNanos);
        become(own, before.hold(), summary.toString(), instant);
    }

    /** Time has passed. Called with the lock. */
    private void pass(long instant) {
        Standing before = now;
        Hysteresis own = before.own().passed(instant, dwellNanos);
        if (before.hold() != null && before.hold().isOver(instant)) {
            become(own, null, "the hold of " + before.hold().who() + " is over", instant);
        } else if (!own.equals(before.own())) {
            become(own, before.hold(), "better for " + Time.words(Duration.ofNanos(dwellNanos)), instant);
        }
    }

    /** Called with the lock. */
    private void become(Hysteresis own, @Nullable Hold hold, String reason, long instant) {
        Standing before = now;
        Level from = before.level();
        Level to = hold != null ? hold.level() : own.level();
        if (from == to) {
            boolean sameCause = Objects.equals(hold, before.hold()) && (hold != null || before.changes() > 0);
            now = new Standing(own, hold, sameCause ? before.reason() : reason, before.since(), before.changes());
            return;
        }
        long changes = before.changes() + 1;
        now = new Standing(own, hold, reason, instant, changes);
        news.add(new LevelChanged(name, changes, from, to, reason, time.wall()));
    }

    // ---------------------------------------------------------------- what an operator says

    /**
     * Holds a level until {@link #release}, whatever the health calls for.
     *
     * @param level where to hold it
     * @param reason why, for people
     * @param who who wants it
     */
    public void hold(Level level, String reason, String who) {
        hold(level, reason, who, true, 0);
    }

    /**
     * Holds a level for some time, whatever the health calls for.
     *
     * @param level where to hold it
     * @param reason why, for people
     * @param who who wants it
     * @param timeToLive how long, longer than zero
     */
    public void hold(Level level, String reason, String who, Duration timeToLive) {
        ConfigurationException.Check check = new ConfigurationException.Check("hold of degradation " + name);
        if (check.given("timeToLive", timeToLive)) {
            check.positive("timeToLive", timeToLive);
        }
        check.done();
        hold(level, reason, who, false, Time.nanos(timeToLive));
    }

    private void hold(Level level, String reason, String who, boolean forever, long nanos) {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(who, "who");
        synchronized (lock) {
            long instant = time.precise();
            pass(instant);
            Hold hold = new Hold(level, reason, who, forever, instant + nanos);
            become(now.own(), hold, "held by " + who + ": " + reason, instant);
        }
        news.tell();
    }

    /**
     * Ends a hold; the level is what the health calls for again. Does nothing when there is none.
     *
     * @param reason why, for people
     * @param who who wants it
     */
    public void release(String reason, String who) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(who, "who");
        synchronized (lock) {
            long instant = time.precise();
            pass(instant);
            if (now.hold() != null) {
                become(now.own(), null, "released by " + who + ": " + reason, instant);
            }
        }
        news.tell();
    }

    // ---------------------------------------------------------------- what it says

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /** {@return how long its health must call for better, without a break, before the level gets better; never changes} */
    public Duration dwell() {
        return Duration.ofNanos(dwellNanos);
    }

    /**
     * Where the service is.
     *
     * @return the level at this moment
     */
    public Level level() {
        return current().level();
    }

    private Standing current() {
        Standing seen = now;
        if (seen.isSteady()) {
            return seen;
        }
        synchronized (lock) {
            pass(time.precise());
            seen = now;
        }
        news.tell();
        return seen;
    }

    /**
     * Whether a feature is on at this moment.
     *
     * @param feature named for some level
     * @return whether it was named for the present one
     * @throws IllegalArgumentException when no level has it: it would never be on
     */
    public boolean isOn(String feature) {
        if (!known.contains(Objects.requireNonNull(feature, "feature"))) {
            throw new IllegalArgumentException("degradation " + name + ": no level has the feature " + feature);
        }
        return isOnAt(level(), feature);
    }

    private Set<String> offAt(Level level) {
        Set<String> off = new TreeSet<>(features.getOrDefault(Level.NORMAL, Set.of()));
        off.removeAll(features.getOrDefault(level, Set.of()));
        return off;
    }

    private boolean isOnAt(Level level, String feature) {
        Set<String> on = features.get(level);
        return on != null && on.contains(feature);
    }

    /**
     * What to tell the users of the service about a feature.
     *
     * @param feature named for some level
     * @return its sentence while it is off; empty while it is on, or when it has none
     * @throws IllegalArgumentException when no level has it
     */
    public Optional<String> notice(String feature) {
        return isOn(feature) ? Optional.empty() : Optional.ofNullable(notices.get(feature));
    }

    /**
     * All there is to tell the users at this moment.
     *
     * @return the sentences of the features that are off, sorted by feature
     */
    public List<String> notices() {
        Level level = level();
        return new TreeMap<>(notices)
                .entrySet().stream()
                        .filter(notice -> !isOnAt(level, notice.getKey()))
                        .map(Map.Entry::getValue)
                        .distinct()
                        .toList();
    }

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link LevelChanged} from now on
     */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /**
     * The level at this moment.
     *
     * @return an immutable value
     */
    public DegradationSnapshot snapshot() {
        Standing seen = current();
        long instant = time.precise();
        return new DegradationSnapshot(
                name,
                seen.level(),
                seen.own().indicated(),
                seen.hold() != null,
                seen.reason(),
                Duration.ofNanos(Math.max(0, instant - seen.since())),
                seen.next(),
                seen.nextIn(instant, dwellNanos),
                seen.changes(),
                features.getOrDefault(seen.level(), Set.of()),
                offAt(seen.level()));
    }

    /**
     * Why it is where it is, for people.
     *
     * @return such as "shop: DEGRADED for 12 s: 1 of 4 reported dependencies unhealthy (search), mean error rate 0.40 %, mean
     *     p99 80 ms"
     */
    public String explain() {
        return name + ": " + current().explained(time.precise(), dwellNanos);
    }

    @Override
    public String toString() {
        return explain();
    }
}
