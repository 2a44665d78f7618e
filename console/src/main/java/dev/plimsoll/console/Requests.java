package dev.plimsoll.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that read and answer requests. The server reads heads and bodies on them, and would wait for ever for one
 * that does not come: whoever has not been answered after ten ticks is cut off, so that a few silent connections cannot
 * keep everybody else out.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Requests extends ThreadPoolExecutor {

    private static final int PATIENCE = 10;

    private final Map<Thread, AtomicInteger> ticks = new ConcurrentHashMap<>();

    /** At most so many at once; who comes beyond is not answered. */
    Requests(int most) {
        super(0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "plimsoll-console-page");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        ticks.put(thread, new AtomicInteger());
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable error) {
        takesItsTime();
    }

    /** The request of this thread may take as long as it likes. */
    void takesItsTime() {
        ticks.remove(Thread.currentThread());
    }

    /** Cuts off who has been read or answered for too long; called once per tick. */
    void cutSlow() {
        ticks.forEach((thread, since) -> {
            if (since.incrementAndGet() > PATIENCE && ticks.remove(thread, since)) {
                thread.interrupt(); // closes the channel under it
            }
        });
    }
}
