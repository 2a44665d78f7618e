package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualThreads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Virtual threads of a {@link Bulkhead}: a new one for each body, which ends with it. None is ever idle, and the permits
 * alone bound how many there are.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method waits.
 */
final class VirtualPool implements Pool {

    private final AtomicInteger started = new AtomicInteger();
    private final String name;
    private final Time time;
    private volatile boolean stopped;

    VirtualPool(String name, Time time) {
        this.name = name;
        this.time = time;
    }

    @Override
    public void run(PooledBody<?> body, Supplier<Rejection> shutDown) {
        if (stopped) {
            body.fail(shutDown.get().exception(false));
            return;
        }
        Runnable handedOver = time.handOver(body);
        try {
            VirtualThreads.unstarted("plimsoll-" + name + "-" + started.incrementAndGet(), handedOver)
                    .start();
        } catch (Throwable e) {
            time.takeBack(handedOver);
            body.fail(e);
        }
    }

    @Override
    public void resize(int size) {
        // There is a thread for each body, whatever the size.
    }

    @Override
    public void stop() {
        stopped = true;
    }
}
