package dev.plimsoll.cli.overload;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A number of workers behind one queue without a bound, first come, first served. A worker takes the same time for each
 * job, and asks nobody whether it is still wanted.
 *
 * <p>They wait, and do not compute. What a worker oversleeps it makes up for with the next job, as long as there is one,
 * so that the capacity is the one that was asked for.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Workers implements AutoCloseable {
    private final LinkedBlockingQueue<Queued> queue = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Time time;
    private final long workNanos;

    /** Something to be worked on. Both methods must be short. */
    interface Job {
        /** A worker begins with it. */
        void begun(long waitedNanos);

        /** It has been worked on. */
        void done();
    }

    private record Queued(Job job, long since) {}

    /** Workers that are ready. */
    Workers(int number, Duration work, Time time) {
        this.time = time;
        this.workNanos = work.toNanos();
        for (int i = 1; i <= number; i++) {
            Thread thread = new Thread(this::work, "overload-worker-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /** Puts a job at the end of the queue. */
    void add(Job job) {
        queue.add(new Queued(job, time.precise()));
    }

    /** How many jobs nobody has begun with. */
    int waiting() {
        return queue.size();
    }

    private void work() {
        long free = time.precise();
        try {
            while (true) {
                Queued next = queue.poll();
                if (next == null) {
                    next = queue.take();
                    free = time.precise();
                }
                long now = time.precise();
                next.job.begun(now - next.since);
                long begun = free - now + workNanos > 0 ? free : now - workNanos; // the most that is made up for
                free = begun + workNanos;
                sleepUntil(free);
                next.job.done();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sleepUntil(long instant) throws InterruptedException {
        while (instant - time.precise() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            time.parkUntil(this, instant);
        }
    }

    /** Sends the workers home at once, and waits until they have gone. Whatever is in the queue stays there. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever closes is in a hurry, too
        }
    }
}
