package dev.plimsoll.limit;

import dev.plimsoll.budget.FailureKind;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many calls of one dependency be under way at once as it can use, and finds that number by itself, from how long
 * calls take and from those that are dropped. Whoever comes when the limit is reached is refused at once; there is no
 * queue.
 *
 * <p>What ended says this: a success, how long a call takes; a timeout, the same, and that it was dropped; the
 * dependency's own overload, only that, for its refusal may come fast. Any other failure says nothing about load, and
 * neither do attempts that were ignored or never ran. Times are those of the precise clock.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Nothing waits, and a call that is admitted allocates nothing
 * and takes no lock.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class ConcurrencyLimit implements Gate {
    /*
     *   enter ──▶ in flight < limit of the window? ── no ──▶ CONCURRENCY_LIMIT
     *                        │ yes: in flight + 1
     *                        ▼
     *                    the work ──▶ settle: in flight − 1 ──▶ count what ended ──▶ window over? ── no ──▶ done
     *                                                                                    │ yes
     *          window = new Window(algorithm.next(what was seen since the window began)) ◀┘
     *
     * Concurrency:
     * 1. One word holds how many are under way. It grows by a compare-and-set from a number below the limit, so it is
     *    never above the highest limit read meanwhile; a limit that falls takes effect as calls end. A permit is given
     *    back before anything else is done, so that nothing that fails later can keep it.
     * 2. Whoever finds the window over computes the next one and puts it there by compare-and-set. Several may compute it,
     *    which is harmless, for an algorithm is a pure function; one wins. Counts only grow, and a window is the difference
     *    of two readings, the second of which is the first of the next window: every call is in exactly one of them.
     * 3. A call counts in the window in which it ends. Algorithms that care when it began settle for a while first.
     * 4. An algorithm that throws leaves the window as it is but for its beginning, so that it is not asked for each call.
     * 5. A new configuration comes by compare-and-set as well: a cut that another thread makes meanwhile is not undone.
     */

    /** The one leave of all calls: there is nothing in it to tell them apart. */
    private static final class SharedLeave implements Admission.Leave {}

    private static final String GATE = "concurrency limit";
    private static final VarHandle WINDOW = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "window", VarHandle.class, ConcurrencyLimit.class, Window.class);
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);
    /* The word has 128 bytes before and behind it for itself: a cache line, and the one that is fetched along with it. */
    private static final int WORD = 32;

    private final Admission.Leave leave = new SharedLeave();
    private final int[] cells = new int[2 * WORD];
    private final String name;
    private final Time time;
    private final Samples samples = new Samples();
    private final LongAdder refused = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private volatile Window window;

    private ConcurrencyLimit(String name, ConcurrencyLimitConfig config, Time time) {
        this.name = name;
        this.time = time;
        this.window = Window.begun(GATE + " " + name, config, config.initial(), time.precise(), Window.Counted.NOTHING);
    }

    /**
     * A limit as configured.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration such as {@code l -> l.vegas().within(1, 1000).initial(20)}
     * @return a new limit
     * @throws ConfigurationException with all that is wrong
     */
    public static ConcurrencyLimit create(String name, UnaryOperator<ConcurrencyLimitConfig.Builder> configuration) {
        return create(name, configuration, Time.system());
    }

    /**
     * A limit as configured, on a time of its own.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration such as {@code l -> l.vegas().within(1, 1000).initial(20)}
     * @param time whose clock measures the calls
     * @return a new limit
     * @throws ConfigurationException with all that is wrong
     */
    public static ConcurrencyLimit create(
            String name, UnaryOperator<ConcurrencyLimitConfig.Builder> configuration, Time time) {
        Check check = new Check(GATE + " " + name);
        check.name(name);
        ConcurrencyLimitConfig.Builder builder = applied(check, configuration);
        check.given("time", time);
        check.done();
        return new ConcurrencyLimit(name, Objects.requireNonNull(builder).build(), time);
    }

    private static ConcurrencyLimitConfig.@Nullable Builder applied(
            Check check, UnaryOperator<ConcurrencyLimitConfig.Builder> setup) {
        return check.applied(
                "configuration", setup, ConcurrencyLimitConfig.builder(), ConcurrencyLimitConfig.Builder::check);
    }

    /**
     * A limit of a configuration that was made before.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param config how it finds its size
     * @param time whose clock measures the calls
     * @return a new limit
     * @throws ConfigurationException when the name cannot be used, or something is missing
     */
    public static ConcurrencyLimit create(String name, ConcurrencyLimitConfig config, Time time) {
        Check check = new Check(GATE + " " + name);
        check.nameOfPart(name);
        check.given("config", config);
        check.given("time", time);
        check.done();
        return new ConcurrencyLimit(name, config, time);
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
     * How it is configured.
     *
     * @return the settings in force
     */
    public ConcurrencyLimitConfig config() {
        return window.config();
    }

    /**
     * How many calls may be under way now.
     *
     * @return within the bounds
     */
    public int limit() {
        return window.limit();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A leave while fewer than {@link #limit()} are under way, else {@link Reason#CONCURRENCY_LIMIT}, to come back
     * after the mean time of a call; never a place in a queue.
     */
    @Override
    public Admission enter() {
        return tryTake() ? leave : refusal();
    }

    /**
     * Takes a permit if the limit allows one; never waits.
     *
     * @return null when the limit is reached, which counts as a refusal
     */
    public @Nullable Permit tryEnter() {
        if (tryTake()) {
            return Permit.of(this, leave);
        }
        refused.increment();
        return null;
    }

    private boolean tryTake() {
        while (true) {
            Window now = window;
            int inFlight = inFlight();
            if (inFlight >= now.limit()) {
                return false;
            }
            if (CELL.compareAndSet(cells, WORD, inFlight, inFlight + 1)) {
                now.admitted(inFlight + 1);
                return true;
            }
        }
    }

    private Rejection refusal() {
        refused.increment();
        return window.refusal(name, GATE);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Gives the permit back, and learns from what ended. The limit may change by it.
     */
    @Override
    public void settle(
            Admission.Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        release();
        boolean dropped = false;
        switch (judgement.verdict()) {
            case SUCCESS -> samples.success(elapsedNanos);
            case OVERLOAD -> {
                samples.overload();
                dropped = true;
            }
            case FAILURE -> {
                dropped = isTimeout(judgement, error);
                if (!dropped) {
                    return;
                }
                samples.timeout(elapsedNanos);
            }
            case IGNORED, NOT_RUN -> {
                return;
            }
        }
        Window current = window;
        if (dropped || current.isOld(now)) {
            endWhenOver(current, now);
        }
    }

    private static boolean isTimeout(Judgement judgement, @Nullable Throwable error) {
        return error != null && FailureKind.of(Outcome.threw(error), judgement) == FailureKind.TIMEOUT;
    }

    /* One that nobody holds is ignored, so that the count cannot go below zero. */
    private void release() {
        int inFlight;
        do {
            inFlight = inFlight();
        } while (inFlight > 0 && !CELL.compareAndSet(cells, WORD, inFlight, inFlight - 1));
    }

    private int inFlight() {
        return (int) CELL.getVolatile(cells, WORD);
    }

    private void endWhenOver(Window current, long now) {
        Samples.Reading ended = samples.read();
        Samples.Reading seen = ended.since(current.before().ended());
        if (current.isOver(now, seen)) {
            double mean = seen.meanNanos() == 0 ? current.before().lastMean() : seen.meanNanos();
            Window.Counted counted = new Window.Counted(ended, refused.sum(), mean);
            WINDOW.compareAndSet(this, current, after(current, seen, now, counted));
        }
    }

    /* An algorithm of the user's may throw. An Error is the user's, too; the permit is given back already. */
    private Window after(Window current, Samples.Reading seen, long now, Window.Counted counted) {
        try {
            LimitSample sample = current.sample(seen, counted.refused(), time.random());
            return new Window(current.config(), current.algorithm().next(sample), now, counted);
        } catch (Exception e) {
            faults.increment();
            return new Window(current, now, counted);
        }
    }

    @Override
    public long clock() {
        return time.precise();
    }

    /**
     * Whether nothing that matters is lost with this limit: nobody holds a permit, and it is no lower than a new one, or has
     * not moved for ten minutes, for time alone does not raise it again.
     *
     * @return false for one that holds calls back by what it has learnt lately
     */
    public boolean isForgettable() {
        return inFlight() == 0 && window.isForgettable(time.precise());
    }

    /**
     * Configures this limit anew while it is in use; see {@link #reconfigure(ConcurrencyLimitConfig)}.
     *
     * @param configuration describes all of it, as at creation: what it does not name is as by default
     * @throws ConfigurationException with all that is wrong, as at creation; nothing has changed then
     */
    public void reconfigure(UnaryOperator<ConcurrencyLimitConfig.Builder> configuration) {
        Check check = new Check(GATE + " " + name);
        ConcurrencyLimitConfig.Builder builder = applied(check, configuration);
        check.done();
        reconfigure(Objects.requireNonNull(builder).build());
    }

    /**
     * Configures this limit anew while it is in use. It stays the same object: calls under way keep their permits, and the
     * counts go on. The algorithm starts afresh, from the present limit or the bound that is nearer; {@code initial} is
     * checked and kept, and otherwise of no effect. If that is how it is already, nothing changes, and nothing that was
     * learnt is lost.
     *
     * <p>Of several threads that do this at once, one is the last, and its configuration counts, whole. If the limit moves
     * while the algorithm starts, the algorithm starts again from there: one of your own may be started more than once.
     *
     * @param next how it is to be
     * @throws ConfigurationException when it is missing, or its algorithm does not start; nothing has changed then
     */
    public void reconfigure(ConcurrencyLimitConfig next) {
        Window current;
        Window begun;
        do {
            current = window;
            begun = begunAfter(current, next);
        } while (!WINDOW.compareAndSet(this, current, begun));
    }

    /**
     * Does of {@link #reconfigure(ConcurrencyLimitConfig)} what may fail, and changes nothing yet. For those who configure
     * several limits at once, and all or none.
     *
     * @param next how it is to be
     * @return puts it in force, and does not fail; what the limit learns until then is lost, but that it is lower. It asks
     *     no code of the user's
     * @throws ConfigurationException when it is missing, or its algorithm does not start
     */
    public Runnable prepared(ConcurrencyLimitConfig next) {
        Window current = window;
        Window begun = begunAfter(current, next);
        return begun == current ? () -> {} : () -> replace(current, begun);
    }

    private void replace(Window expected, Window begun) {
        Window current = expected;
        Window next = begun;
        while (!WINDOW.compareAndSet(this, current, next)) {
            current = window;
            next = begun.insteadOf(current);
        }
    }

    /* That one itself, if it is configured so already. */
    private Window begunAfter(Window current, ConcurrencyLimitConfig next) {
        Check check = new Check(GATE + " " + name);
        check.given("config", next);
        check.done();
        if (current.config().equals(next)) {
            return current;
        }
        Window.Counted counted = new Window.Counted(
                samples.read(), refused.sum(), current.before().lastMean());
        return Window.begun(GATE + " " + name, next, next.clamp(current.limit()), time.precise(), counted);
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public ConcurrencyLimitSnapshot snapshot() {
        Window now = window;
        return new ConcurrencyLimitSnapshot(
                name,
                now.algorithm().name(),
                now.limit(),
                now.config().min(),
                now.config().max(),
                inFlight(),
                refused.sum(),
                samples.read().drops(),
                faults.sum(),
                now.algorithm().explain());
    }

    /**
     * How it stands, for people.
     *
     * @return such as "prices: 7 of 8 under way, 1 to 1000 by adaptive; not measured yet, between 6 and 8; 3 refused so
     *     far"
     */
    public String explain() {
        ConcurrencyLimitSnapshot now = snapshot();
        return name + ": " + now.inFlight() + " of " + now.limit() + " under way, " + now.min() + " to " + now.max()
                + " by " + now.algorithm() + "; " + now.explained() + "; " + now.refused() + " refused so far";
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
