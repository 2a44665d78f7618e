package dev.plimsoll.health;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a dependency again and again how it does, until closed.
 *
 * <pre>{@code
 * HealthPoller poller = HealthPoller.start("prices", p -> p.check(() -> client.ping()).every(ofSeconds(5)));
 * }</pre>
 *
 * <p>The dependency is unknown at first; the first result decides, after that so many in a row do. A check that is overdue
 * has failed; it is asked to stop, and no other one begins before it has. What fails while this process itself stands
 * still for more than 100 ms counts nowhere.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Checks run on the executor that was named, observers on
 * threads of the library.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class HealthPoller extends Detector {
    /*
     *    timer thread:   tick ──────────────── tick ──────────────── tick ─── …       (what each result means: Streak)
     *                      │ none under way      │ one under way       │
     *                      ▼                     │                     ▼
     *    delivery:       hand over               │ overdue: bad      hand over
     *                      ▼                     │ not begun: not run, and handed over again, ever more rarely
     *    executor:       CheckRun ───────────────┴──── ends            CheckRun
     *
     * What is not begun at the next tick may still be in the executor's queue, or dropped without a word: nobody can tell. So
     * the same check is handed over again, and whichever comes first runs it; the others find nothing to do. That is done at
     * the turns 1, 2, 4, 8, … only, for an executor that is stuck keeps them all.
     *
     * Concurrency: ticks come one after the other, so that `run` has one writer; each run reports once, or not at all when it
     * was stopped. The timer thread hands over to a thread of the library's, and only that one to the user's executor, which
     * may block, or run the check itself; while it blocks nothing more is handed over. Where no thread can be started it would
     * be the timer thread after all: then the check is not run.
     */
    private final Work<?, ?> check;
    private final long everyNanos;
    private final long timeoutNanos;
    private final int rise;
    private final int fall;
    private final @Nullable Executor executor;
    private final Delivery delivery;
    private final Ticks ticks;
    private volatile @Nullable CheckRun run;

    private final Object lock = new Object();
    /* Guarded by lock. */
    private final Map<CheckResult, Long> counts = new EnumMap<>(CheckResult.class);
    private Streak streak = Streak.NOTHING;

    private volatile boolean closed; // written under lock

    private HealthPoller(String name, HealthPollerBuilder setup, Time time) {
        super(name, "health check", "no check has ended yet", setup.observers(), time);
        this.check = setup.check();
        this.everyNanos = setup.everyNanos();
        this.timeoutNanos = setup.timeoutNanos();
        this.rise = setup.rise();
        this.fall = setup.fall();
        this.executor = setup.executor();
        this.delivery = new Delivery(time);
        this.ticks = new Ticks(time, everyNanos, setup.jitter(), this::tick);
    }

    /**
     * Begins to ask.
     *
     * @param dependency its name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names how to ask, and what differs from the defaults
     * @return a new poller, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static HealthPoller start(String dependency, UnaryOperator<HealthPollerBuilder> setup) {
        return start(dependency, setup, Time.system());
    }

    /**
     * Begins to ask, on a time of its own.
     *
     * @param dependency its name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names how to ask, and what differs from the defaults
     * @param time whose clock and timers it uses
     * @return a new poller, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static HealthPoller start(String dependency, UnaryOperator<HealthPollerBuilder> setup, Time time) {
        HealthPollerBuilder builder = checked(
                "health poller", dependency, setup, new HealthPollerBuilder(), HealthPollerBuilder::check, time);
        HealthPoller poller = new HealthPoller(dependency, builder, time);
        poller.ticks.start();
        return poller;
    }

    // ---------------------------------------------------------------- one turn

    /** On the timer thread. */
    private void tick(long lateNanos) {
        CheckRun last = run;
        if (last == null || last.hasEnded()) {
            ask();
        } else if (last.isQueued()) {
            judge(CheckResult.NOT_RUN, "the executor has not begun it");
            if (!last.isBeingHandedOver() && last.isDueAgain()) {
                handOver(last);
            }
        } else if (last.isOverdue()) {
            boolean still =
                    lateNanos > Time.LOCAL_STALL || time.lateness(time.precise() - everyNanos) > Time.LOCAL_STALL;
            judge(still ? CheckResult.SPOILT : CheckResult.BAD, "the one before has not ended");
        }
    }

    private void ask() {
        CheckRun next = new CheckRun(check, timeoutNanos, time, this::judge);
        run = next;
        if (closed) {
            next.stop();
            return;
        }
        handOver(next);
    }

    private void handOver(CheckRun next) {
        Thread timers = Thread.currentThread();
        Runnable handing = () -> {
            try {
                if (Thread.currentThread() == timers) {
                    next.refuse("there is no thread to run it");
                } else if (executor == null) {
                    next.run();
                } else {
                    hand(next, executor);
                }
            } finally {
                next.handsOver(false);
            }
        };
        next.handsOver(true); // when there is memory for all that takes it back
        delivery.execute(handing);
    }

    private void hand(CheckRun next, Executor to) {
        Runnable handedOver = time.handOver(next);
        try {
            to.execute(handedOver);
        } catch (Throwable refused) {
            time.takeBack(handedOver);
            next.refuse("the executor refused it: " + words(refused));
        }
    }

    /** An exception of the user's may be unable to say what it is. */
    private static String words(Throwable refused) {
        try {
            return refused.toString();
        } catch (Throwable noWords) {
            return refused.getClass().getName();
        }
    }

    /** By whoever found out, the timer thread among them. */
    private void judge(CheckResult result, String detail) {
        boolean changed;
        synchronized (lock) {
            if (closed) {
                return;
            }
            counts.merge(result, 1L, Long::sum);
            if (result == CheckResult.SPOILT) {
                return;
            }
            streak = streak.after(result, rise, fall);
            changed = diagnosis.become(streak.status(), streak.reason(detail));
        }
        tell(changed);
    }

    private void tell(boolean changed) {
        if (changed && !observers.isEmpty()) {
            delivery.execute(diagnosis::tell);
        }
    }

    // ---------------------------------------------------------------- for everybody

    @Override
    public HealthReading read() {
        return diagnosis.reading();
    }

    /**
     * The poller in numbers.
     *
     * @return an immutable value
     */
    public HealthPollerSnapshot snapshot() {
        synchronized (lock) {
            return new HealthPollerSnapshot(
                    diagnosis.reading(),
                    count(CheckResult.GOOD),
                    count(CheckResult.BAD),
                    count(CheckResult.NOT_RUN),
                    count(CheckResult.SPOILT));
        }
    }

    private long count(CheckResult result) {
        return counts.getOrDefault(result, 0L);
    }

    /**
     * Asks no more: no timer is left, a check that is under way is asked to stop, and the dependency is unknown from now on.
     * Closing twice does nothing.
     */
    @Override
    public void close() {
        boolean changed;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            changed = diagnosis.end("the poller is closed");
        }
        ticks.close();
        watch.close();
        CheckRun last = run;
        if (last != null) {
            last.stop();
        }
        tell(changed);
    }
}
