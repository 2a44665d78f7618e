package dev.plimsoll;

import dev.plimsoll.time.VirtualTime;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that call on virtual time and stay for the next script: to make one takes longer than most scripts. */
final class Callers implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Runs all of them at once, each on a thread of its own, and waits for their end; what one throws is thrown on. */
    void run(VirtualTime time, List<Runnable> bodies) throws Throwable {
        Thread waiting = Thread.currentThread();
        AtomicInteger left = new AtomicInteger(bodies.size());
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (Runnable body : bodies) {
            threads.execute(time.handOver(() -> {
                try {
                    body.run();
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                } finally {
                    left.decrementAndGet();
                    time.unpark(waiting);
                }
            }));
        }
        while (left.get() > 0) {
            time.park(this);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
