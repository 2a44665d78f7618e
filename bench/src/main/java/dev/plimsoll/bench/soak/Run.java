package dev.plimsoll.bench.soak;

import dev.plimsoll.call.Event.End;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One soak: calls on one kind of thread, until all has come to rest. The first part of it is for the classes, pools and tables
 * that a running program has anyway; what the heap has then is what it should have in the end.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Run {

    private static final Time TIME = Time.system();
    private static final Duration LONGEST_REST = Duration.ofMinutes(2);
    private static final Duration LONGEST_FIRST = Duration.ofSeconds(20);
    private static final long PROGRESS = 10_000_000_000L;
    private static final long NAP = 5_000_000;

    private final Kind kind;
    private final PrintStream progress;
    private final LiveThreads before;
    private final Cast cast = new Cast();
    private final Later later = new Later();
    private final Calls calls = new Calls(cast, later);
    private final Drains drains = new Drains();
    private final Pools pools = new Pools();
    private final Crew crew;
    private final long since = TIME.precise();
    private long told = since;

    private Run(Kind kind, long seed, PrintStream progress) {
        this.kind = kind;
        this.progress = progress;
        this.crew = new Crew(cast, calls, drains, pools, new SplittableRandom(seed));
        touch();
        this.before = LiveThreads.now();
    }

    /** Plays and measures. */
    static Result of(Kind kind, Duration lasting, long seed, PrintStream progress) throws InterruptedException {
        return new Run(kind, seed, progress).play(lasting);
    }

    /** The clocks' threads are there from the beginning, for they outlive their last use by ten seconds. */
    private static void touch() {
        long unused = TIME.coarse();
        TIME.start(
                new Timer() {
                    @Override
                    protected void fire(long lateNanos) {}
                },
                0);
    }

    private Result play(Duration lasting) throws InterruptedException {
        Duration first = lasting.dividedBy(5);
        first = first.compareTo(LONGEST_FIRST) < 0 ? first : LONGEST_FIRST;
        work(first);
        long heap = heapInUse();
        work(lasting.minus(first));
        long held = held();
        long heapMore = heapMore(heap);
        Drift drift = new Drift();
        cast.compare(drift);
        drains.compare(drift);
        cast.close();
        long timers = TIME.pendingTimers();
        boolean unused = rests(() -> LiveThreads.now().since(before).isEmpty());
        return new Result(
                kind,
                seconds(),
                cast.calls(),
                ends(),
                mixture(),
                held,
                timers,
                before.count(),
                LiveThreads.now().since(before),
                heap,
                heapMore,
                drift.counters() + pools.drift().counters(),
                drift.events() + pools.drift().events(),
                wrong(drift));
    }

    private void work(Duration lasting) throws InterruptedException {
        long until = TIME.precise() + Time.nanos(lasting);
        crew.begin(kind);
        while (until - TIME.precise() > 0) {
            TIME.sleep(Math.min(until - TIME.precise(), Math.max(0, told + PROGRESS - TIME.precise())));
            if (TIME.precise() - told >= PROGRESS) {
                told = TIME.precise();
                tell();
            }
        }
        crew.stop();
        boolean unused = rests(() -> {
            later.run(0);
            boolean unusedFlag = Thread.interrupted(); // some of what was to be done later is that
            return calls.underway() == 0 && held() == 0 && TIME.pendingTimers() == 0;
        });
    }

    private static boolean rests(BooleanSupplier condition) throws InterruptedException {
        long until = TIME.precise() + Time.nanos(LONGEST_REST);
        while (!condition.getAsBoolean()) {
            if (until - TIME.precise() <= 0) {
                return false;
            }
            TIME.sleep(NAP);
        }
        return true;
    }

    private long held() {
        return cast.held() + drains.held() + pools.held();
    }

    /** What is on its way out, as of threads that end, is not left: it is waited for. */
    private static long heapMore(long before) throws InterruptedException {
        long[] more = {0};
        boolean unused = rests(() -> {
            more[0] = heapInUse() - before;
            return Math.abs(more[0]) <= Result.SLACK;
        });
        return more[0];
    }

    private static long heapInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private double seconds() {
        return (TIME.precise() - since) / 1e9;
    }

    private void tell() {
        progress.println(String.format(
                Locale.ROOT,
                "%s %.0f s: %,d calls, %d under way, %d held, %d timers, %d threads, %,d KiB of heap",
                kind.shown(),
                seconds(),
                cast.calls(),
                calls.underway(),
                held(),
                TIME.pendingTimers(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 10));
    }

    private Map<End, Long> ends() {
        Map<End, Long> ends = new EnumMap<>(End.class);
        for (End end : End.values()) {
            long known = cast.roles().stream()
                    .mapToLong(role -> role.book().known(end))
                    .sum();
            ends.put(end, known + cast.keyedBook().known(end));
        }
        return ends;
    }

    private String mixture() {
        var keyed = cast.keyed().snapshot();
        return String.format(
                Locale.ROOT,
                "%,d values too late, %,d keys evicted and %,d overflowed, %,d drains, %,d pools made and closed",
                cast.late(),
                keyed.evicted(),
                keyed.overflowed(),
                drains.drained(),
                pools.closed());
    }

    private List<String> wrong(Drift drift) {
        List<String> wrong = new ArrayList<>(drift.lines());
        wrong.addAll(pools.drift().lines());
        wrong.addAll(lost(calls.underway()));
        for (Throwable error : crew.broken()) {
            StackTraceElement[] trace = error.getStackTrace();
            wrong.add("broken: " + error + (trace.length == 0 ? "" : ", at " + Arrays.asList(trace)));
        }
        return wrong;
    }

    /** A line if futures have not completed: nothing that is counted need know of them. */
    static List<String> lost(int underway) {
        return underway == 0
                ? List.of()
                : List.of("lost: " + underway + " asynchronous calls have not ended, " + LONGEST_REST.toSeconds()
                        + " s after the last one began");
    }
}
