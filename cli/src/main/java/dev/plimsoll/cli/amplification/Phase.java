package dev.plimsoll.cli.amplification;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Offers calls to a chain of services of its own, and counts.
 *
 * <p>With a rate it has a timetable, one call every 1/rate seconds, and offers each at its time, whether the earlier ones
 * were answered or not. Without one, the next calls are offered as soon as earlier ones are answered.
 *
 * <p><b>Threading:</b> for one thread, which an interrupt stops.
 */
final class Phase {
    private static final long SECOND = 1_000_000_000;
    private static final long POLL_NANOS = 10_000_000;
    private static final long LONGEST_WAIT = 180 * SECOND;
    private static final int PROGRESS_SECONDS = 5;
    private static final int AT_ONCE = 4;
    private static final int CALLERS = 64;

    private final String title;
    private final Time time;
    private final Consumer<String> progress;
    private final LongAdder answered = new LongAdder();
    private final LongAdder ended = new LongAdder();

    /**
     * Prepares a phase.
     *
     * @param title what its lines of progress begin with
     * @param progress takes a line now and then
     */
    Phase(String title, Time time, Consumer<String> progress) {
        this.title = title;
        this.time = time;
        this.progress = progress;
    }

    /** Offers so many calls, four at once. */
    Figures storm(Chain.Wiring wiring, int calls) throws IOException, InterruptedException {
        return run(wiring, calls, 0, AT_ONCE);
    }

    /** Offers so many calls, each at its time. */
    Figures steady(Chain.Wiring wiring, int calls, int rate) throws IOException, InterruptedException {
        return run(wiring, calls, rate, CALLERS);
    }

    private Figures run(Chain.Wiring wiring, int calls, int rate, int callers)
            throws IOException, InterruptedException {
        progress.accept(title + ": " + calls + " calls"
                + (rate == 0 ? "" : " in " + calls / rate + " s, " + rate + " a second"));
        ExecutorService threads = Executors.newFixedThreadPool(callers, task -> {
            Thread thread = new Thread(task, "amplification-caller");
            thread.setDaemon(true);
            return thread;
        });
        try (Chain chain = new Chain(wiring, time)) {
            long start = time.precise();
            for (int i = 0; i < calls; i++) {
                if (rate > 0) {
                    parkUntil(start + i * SECOND / rate);
                    report(i, rate, chain);
                }
                threads.execute(() -> call(chain));
            }
            awaitEnds(calls);
            long nanos = time.precise() - start;
            return new Figures(calls, answered.sum(), chain.bottomCalls(), chain.lost(), nanos);
        } finally {
            threads.shutdownNow();
        }
    }

    private void call(Chain chain) {
        try {
            if (chain.call()) {
                answered.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.increment();
        }
    }

    private void report(int offered, int rate, Chain chain) {
        if (offered > 0 && offered % (rate * PROGRESS_SECONDS) == 0) {
            progress.accept("%s: %d s, %d calls offered, %d answered well, %d calls have reached s%d"
                    .formatted(title, offered / rate, offered, answered.sum(), chain.bottomCalls(), Chain.LAYERS));
        }
    }

    private void parkUntil(long due) throws InterruptedException {
        while (due - time.precise() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            time.parkUntil(this, due);
        }
    }

    private void awaitEnds(int calls) throws IOException, InterruptedException {
        long until = time.precise() + LONGEST_WAIT;
        while (ended.sum() < calls) {
            if (until - time.precise() <= 0) {
                throw new IOException("%d of %d calls have not ended".formatted(calls - ended.sum(), calls));
            }
            time.sleep(POLL_NANOS);
        }
    }
}
