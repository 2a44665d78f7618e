package dev.plimsoll.shed;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses units of work at the inbound edge of a service that has too much to do: first those that matter least
 * ({@link Criticality}), and of those equal in that, the same callers for a period, so that a caller has all that it needs or
 * nothing, and not a share of everything. Whoever matters more than one who is admitted is admitted, too.
 *
 * <p>It is told how long units have waited in the service's queue ({@link #waited(long)}), or knows how many are too many
 * under way ({@link Shedding#inFlightLimit}), or both. The service is overloaded when that was too much throughout an
 * interval; a burst that is over before does not count.
 *
 * <p>It believes what {@link Criticality#current()} says. What strangers say about themselves must not get that far: the
 * adapters put a criticality from outside in force for trusted senders only.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing waits.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Shedder implements Gate {
    /*
     * Everybody who comes counts himself in his group and compares it with the level: see ShedLevel for both. The first to
     * come after the end of an interval looks back on it, under a lock that nobody else waits for. The least wait and the least
     * number under way of the interval are what counts (CoDel, RFC 8289: a queue is bad if it stands). An interval in which
     * nobody who had waited began while units were under way says nothing new: it counts like the one before.
     *
     * The cohort is a hash of the caller's key and of the number of the period, by the wall clock: so it is the same in all
     * instances of a service, a caller who is shed by one is shed by all, and other callers have their turn in the next period.
     */
    private static final class SharedLeave implements Admission.Leave {}

    /** The settings in force, in nanoseconds where they are needed often. */
    private record InForce(Shedding settings, long targetNanos, long intervalNanos) {

        InForce(Shedding settings) {
            this(settings, Time.nanos(settings.target()), Time.nanos(settings.interval()));
        }
    }

    private static final String GATE = "shedder";
    private static final long NONE = Long.MAX_VALUE;

    private final Admission.Leave leave = new SharedLeave();
    private final String name;
    private final Time time;
    private final LongAdder admitted = new LongAdder();
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicIntegerArray came = new AtomicIntegerArray(ShedLevel.GROUPS);
    private final AtomicLong leastWait = new AtomicLong(NONE);
    private final AtomicLong leastInFlight = new AtomicLong(0);
    private final Map<Criticality, LongAdder> shed = new EnumMap<>(Criticality.class);
    private final AtomicInteger looking = new AtomicInteger();
    private final ShedLevel level = new ShedLevel();
    private volatile InForce inForce;
    private volatile long since;
    private volatile long period;
    private volatile double pressure;
    private long overInAll; // of those that began; guarded by looking

    private Shedder(String name, Shedding settings, Time time) {
        this.name = name;
        this.time = time;
        this.inForce = new InForce(settings);
        this.since = time.coarse();
        this.period = periodNow();
        for (Criticality each : Criticality.values()) {
            shed.put(each, new LongAdder());
        }
    }

    /**
     * A shedder on the real time.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param configuration names what differs from {@link Shedding#defaults()}
     * @return a new shedder, which sheds nobody yet
     * @throws ConfigurationException with all that is wrong
     */
    public static Shedder create(String name, UnaryOperator<Shedding> configuration) {
        return create(name, configuration, Time.system());
    }

    /**
     * A shedder on a time of its own.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param configuration names what differs from {@link Shedding#defaults()}
     * @param time its clocks and its random numbers
     * @return a new shedder, which sheds nobody yet
     * @throws ConfigurationException with all that is wrong
     */
    public static Shedder create(String name, UnaryOperator<Shedding> configuration, Time time) {
        Check check = new Check(GATE + " " + name);
        check.name(name);
        Shedding settings = applied(check, configuration);
        check.given("time", time);
        check.done();
        return new Shedder(name, Objects.requireNonNull(settings), time);
    }

    private static @Nullable Shedding applied(Check check, UnaryOperator<Shedding> configuration) {
        Shedding settings = check.applied("configuration", configuration, Shedding.defaults(), Shedding::check);
        return settings;
    }

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /**
     * How it is configured now.
     *
     * @return what the last {@link #reconfigure} made of it
     */
    public Shedding settings() {
        return inForce.settings();
    }

    /**
     * Configures this shedder anew while it is in use. It stays the same object: who is shed stays shed until the level
     * moves, which from now on it does by the new settings; units under way and counts stay. Another period puts callers
     * into other cohorts at once.
     *
     * @param configuration describes all of it, as at creation: what it does not name is as by default
     * @throws ConfigurationException with all that is wrong; then nothing has changed
     */
    public void reconfigure(UnaryOperator<Shedding> configuration) {
        Check check = new Check(GATE + " " + name);
        Shedding next = applied(check, configuration);
        check.done();
        inForce = new InForce(Objects.requireNonNull(next));
        period = periodNow();
    }

    /**
     * {@inheritDoc}
     *
     * <p>For a unit whose caller is unknown: its cohort is drawn by chance.
     */
    @Override
    public Admission enter() {
        return enter(null);
    }

    /**
     * Asks for leave to begin a unit of work, which matters as {@link Criticality#current()} says.
     *
     * @param caller who sent it, by any key that is the same for all of its units, such as a user's number; null when unknown
     * @return leave, or {@link Rejection.Reason#SHED} with the time after which to come back; never a wait
     */
    public Admission enter(@Nullable String caller) {
        Criticality criticality = Criticality.current();
        int group = firstGroup(criticality) + cohort(caller);
        came.incrementAndGet(group);
        long now = time.coarse();
        if (now - since >= inForce.intervalNanos()) {
            look(now);
        }
        if (group < level.level()) {
            least(leastInFlight, inFlight.get());
            return refusal(criticality);
        }
        least(leastInFlight, inFlight.getAndIncrement());
        admitted.increment();
        return leave;
    }

    /**
     * Begins a unit of work, or throws.
     *
     * @param caller who sent it, by any key that is the same for all of its units; null when unknown
     * @return to be settled or closed when the unit has ended
     * @throws RejectedException SHED when this caller has to stand back for now
     */
    public Permit admit(@Nullable String caller) {
        if (enter(caller) instanceof Rejection rejection) {
            throw rejection.exception(false);
        }
        return Permit.of(this, leave);
    }

    /**
     * Says how long a unit that begins now has waited in the queue of the service. To be said for each that begins, the sooner
     * the better: also for those that did not wait, and not for those that are taken out of the queue, which are settled as
     * {@link Verdict#NOT_RUN}. Where units are admitted before they are queued, it is also known how many wait.
     *
     * @param nanos how long, 0 or more
     */
    public void waited(long nanos) {
        begun.increment();
        least(leastWait, Math.max(0, nanos));
    }

    private static void least(AtomicLong known, long seen) {
        long before = known.get();
        while (seen < before && !known.compareAndSet(before, seen)) {
            before = known.get();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The unit has ended. {@link Verdict#NOT_RUN} says that it never began.
     */
    @Override
    public void settle(
            Admission.Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        inFlight.decrementAndGet();
        if (judgement.verdict() != Verdict.NOT_RUN) {
            ended.increment();
        }
    }

    @Override
    public long clock() {
        return time.coarse();
    }

    /* Whoever finds somebody at it goes on with the level as it is. */
    private void look(long now) {
        if (!looking.compareAndSet(0, 1)) {
            return;
        }
        try {
            long span = now - since;
            if (span >= inForce.intervalNanos()) {
                since = now;
                period = periodNow();
                int[] counts = new int[ShedLevel.GROUPS];
                for (int group = 0; group < ShedLevel.GROUPS; group++) {
                    counts[group] = came.getAndSet(group, 0);
                }
                pressure = pressureOfInterval();
                long done = ended.sumThenReset();
                level.move(counts, done, pressure, span / 1e9, backlog(done, span));
            }
        } finally {
            looking.set(0);
        }
    }

    /**
     * How many wait beyond what is done within the target; 0 where it is not said of each unit when it begins. What was said
     * of a unit that never began, or not said of one that did, is forgotten when the service is at rest.
     */
    double backlog(long done, long span) {
        long all = begun.sum();
        long under = inFlight.get();
        long working = under == 0 ? 0 : all - overInAll - done;
        overInAll = all - working;
        return all == 0 || working < 0 ? 0 : under - working - done * (double) inForce.targetNanos() / span;
    }

    private double pressureOfInterval() {
        long wait = leastWait.getAndSet(NONE);
        int under = inFlight.get();
        long least = Math.min(under, leastInFlight.getAndSet(under));
        InForce now = inForce;
        IntSupplier limit = now.settings().inFlightLimit();
        double byNumber = limit == null ? 0 : byNumber(least, limit);
        if (wait == NONE) {
            return Math.max(byNumber, limit == null && under > 0 ? pressure : 0);
        }
        return Math.max(byNumber, wait / (double) now.targetNanos());
    }

    private static double byNumber(long least, IntSupplier limit) {
        try {
            return least / (double) Math.max(1, limit.getAsInt());
        } catch (RuntimeException brokenLimit) {
            return 0;
        }
    }

    private Rejection refusal(Criticality criticality) {
        LongAdder counted = Objects.requireNonNull(shed.get(criticality));
        counted.increment();
        double spread = 1 + time.random();
        String detail = "too much to do; " + criticality + " work of this caller has to stand back";
        long later = (long) (Time.nanos(settings().retryAfter()) * spread);
        return new Rejection(name, GATE, Rejection.Reason.SHED, detail, later);
    }

    static int firstGroup(Criticality criticality) {
        return switch (criticality) {
            case SHEDDABLE -> 0;
            case NORMAL -> ShedLevel.COHORTS;
            case CRITICAL -> 2 * ShedLevel.COHORTS;
        };
    }

    private int cohort(@Nullable String caller) {
        if (caller == null) {
            return (int) (time.random() * ShedLevel.COHORTS);
        }
        long mixed = caller.hashCode() + 0x9E37_79B9_7F4A_7C15L * (period + 1);
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51_AFD7_ED55_8CCDL; // the finalizer of MurmurHash3
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return (int) ((mixed ^ (mixed >>> 33)) & (ShedLevel.COHORTS - 1));
    }

    private long periodNow() {
        return Math.floorDiv(time.wall().toEpochMilli(), settings().period().toMillis());
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public ShedderSnapshot snapshot() {
        Map<Criticality, Long> counts = new EnumMap<>(Criticality.class);
        shed.forEach((criticality, count) -> counts.put(criticality, count.sum()));
        double now = pressure;
        return new ShedderSnapshot(
                name, level.level(), now > 1, now, inFlight.get(), admitted.sum(), Map.copyOf(counts));
    }

    /**
     * How it stands, for people.
     *
     * @return such as "shop: overloaded; sheds SHEDDABLE 100 %, NORMAL 30 %, CRITICAL 0 % of the callers; 40 under way"
     */
    public String explain() {
        ShedderSnapshot now = snapshot();
        return String.format(
                Locale.ROOT,
                "%s: %s; sheds SHEDDABLE %.0f %%, NORMAL %.0f %%, CRITICAL %.0f %% of the callers; %d under way",
                name,
                now.overloaded() ? "overloaded" : "not overloaded",
                100 * now.share(Criticality.SHEDDABLE),
                100 * now.share(Criticality.NORMAL),
                100 * now.share(Criticality.CRITICAL),
                now.inFlight());
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
