package dev.plimsoll.chaos;

import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads for callers, and for what guards want done elsewhere. They are kept from one round to the next: to start one costs
 * more than most calls; virtual ones, where the JVM has them, cost next to nothing. There is one for each task, so that none is
 * queued behind one that waits.
 */
final class Hands {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "hand");
        thread.setDaemon(true);
        return thread;
    });

    private Hands() {}

    /** Begins a task, which takes part in a time. */
    static void begin(VirtualTime time, Runnable task) {
        execute(time.handOver(() -> {
            task.run();
            boolean unused = Thread.interrupted();
        }));
    }

    /** Begins a task that takes part already. */
    static void execute(Runnable handedOver) {
        if (VirtualThreads.exist()) {
            VirtualThreads.unstarted("hand", handedOver).start();
        } else {
            THREADS.execute(handedOver);
        }
    }
}
