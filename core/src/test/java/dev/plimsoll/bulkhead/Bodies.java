package dev.plimsoll.bulkhead;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs work in the pool of a bulkhead in the way an engine does, and work that ends when it is told to. */
final class Bodies {

    static final Attempt ATTEMPT = new First();

    private record First() implements Attempt {
        @Override
        public String dependency() {
            return "prices";
        }

        @Override
        public int number() {
            return 1;
        }

        @Override
        public Deadline deadline() {
            return Deadline.none();
        }
    }

    private Bodies() {}

    static Carried nothingCarried() {
        return Carried.take(List.of(), new Observers(null));
    }

    /** A body that no pool knows of yet. */
    static PooledBody<Object> unsubmitted(AttemptWork<Object, Exception> work) {
        Orphans orphans = new Orphans(Bulkhead.create("prices", 1), Time.system(), new Observers(null));
        return new PooledBody<>(orphans, work, ATTEMPT, nothingCarried());
    }

    /** Takes a permit, which is there, submits, and gives the permit back at the end. */
    static PooledBody<Object> submit(Bulkhead bulkhead, AttemptWork<Object, Exception> work) {
        Admission admission = bulkhead.enter();
        if (!(admission instanceof Admission.Leave leave)) {
            throw new AssertionError("no permit: " + admission);
        }
        PooledBody<Object> body = bulkhead.submit(work, ATTEMPT, Bodies.nothingCarried());
        body.onEnd(() -> Queueing.settle(bulkhead, leave));
        return body;
    }

    static void awaitEnd(PooledBody<?> body) {
        Rendezvous.await(body::hasEnded, "the body has ended");
    }

    /** Work that runs, deaf to interrupts, until it is let go. */
    static final class Stubborn implements AttemptWork<Object, Exception> {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean interrupted;

        @Override
        public Object call(Attempt attempt) {
            begun.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    released.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            // Whoever is released before he runs again gets through the latch, which leaves the flag to him.
            if (Thread.currentThread().isInterrupted()) {
                interrupted = true;
            }
            return "late";
        }

        void awaitBegin() {
            Rendezvous.await(begun);
        }

        void release() {
            released.countDown();
        }

        boolean wasInterrupted() {
            return interrupted;
        }
    }
}
