package dev.plimsoll.bench.soak;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is to happen later, to a stage, a future or a thread. Whoever has made a call does some of it: so it happens at a random
 * instant on a random thread, and none of it is left in the end.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Later {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger put = new AtomicInteger();

    /** Puts something in. */
    void add(Runnable task) {
        put.incrementAndGet();
        tasks.add(task);
    }

    /** Does what is to be done, down to a number of things that may wait. */
    void run(int mayWait) {
        while (put.get() > mayWait) {
            Runnable task = tasks.poll();
            if (task == null) {
                return; // another thread has it, or has not put it in yet
            }
            put.decrementAndGet();
            task.run();
        }
    }
}
