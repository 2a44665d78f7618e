package dev.plimsoll;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Random calls of random guards, blocking and not, one within another, and how each of them ended for its caller. */
@SuppressWarnings("NullAway") // null is a value like any other
final class LedgerWork {
    /*
     * What is to happen later, to a stage, a future or a thread, is put into `later`; whoever has made a call does some of
     * it. So it happens at a random instant on a random thread, and none of it is left in the end.
     */

    /** An error as it happens by the million. */
    private static final class Lost extends IOException {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("lost");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A stage that goes on although nobody wants it any more. */
    private static final class Stubborn extends CompletableFuture<@Nullable Object> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    /** The guards that are called. Work of one may call those before it and no others. */
    interface Cast {

        List<Guard> all();

        /** Those whose work is ended by a timeout, if by nothing else: the last ones of all. */
        List<Guard> withTimeout();

        /** Whether the value "bad" is a failure to it. */
        boolean isPicky(Guard guard);
    }

    private static final int PATIENT = 4;

    private final LedgerBook.Shelf shelf;
    private final List<Guard> all;
    private final Cast guards;
    private final int firstWithTimeout;
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final AtomicInteger put = new AtomicInteger();
    private final AtomicInteger underway = new AtomicInteger();

    LedgerWork(LedgerBook.Shelf shelf, Cast guards) {
        this.shelf = shelf;
        this.guards = guards;
        this.all = guards.all();
        this.firstWithTimeout = all.indexOf(guards.withTimeout().get(0));
    }

    /** How many asynchronous calls are not over. */
    int underway() {
        return underway.get();
    }

    // ---------------------------------------------------------------- what happens later

    private void later(Runnable task) {
        put.incrementAndGet();
        later.add(task);
    }

    /** Does what is to be done, down to a number of things that may wait. */
    void doLater(int mayWait) {
        while (put.get() > mayWait) {
            Runnable task = later.poll();
            if (task == null) {
                return; // another thread has it, or has not put it in yet
            }
            put.decrementAndGet();
            task.run();
        }
    }

    // ---------------------------------------------------------------- a call

    /** One call, whatever comes of it. */
    void one(SplittableRandom random) {
        int kind = random.nextInt(1_000);
        if (kind < 10) {
            Thread.currentThread().interrupt();
        } else if (kind < 15) {
            Thread somebody = Thread.currentThread();
            later(somebody::interrupt);
        }
        Guard guard = all.get(random.nextInt(all.size()));
        if (random.nextInt(2) == 0) {
            try {
                Object unused = blocking(guard, random.split(), 0);
            } catch (Throwable counted) {
                // It is in the book.
            }
        } else {
            CompletableFuture<@Nullable Object> unused = async(guard, random, 0);
        }
        doLater(random.nextInt(PATIENT));
        boolean unused = Thread.interrupted();
    }

    private @Nullable Object blocking(Guard guard, SplittableRandom random, int depth) throws Exception {
        End end = End.ANSWERED;
        try {
            Object value = guard.<@Nullable Object, Exception>call(() -> work(guard, random, depth));
            end = ofValue(guard, value);
            return value;
        } catch (Throwable error) {
            end = ofError(guard, error);
            throw error;
        } finally {
            shelf.got(guard, end);
        }
    }

    private CompletableFuture<@Nullable Object> async(Guard guard, SplittableRandom random, int depth) {
        AtomicBoolean cancelling = new AtomicBoolean();
        underway.incrementAndGet();
        SplittableRandom own = random.split();
        CompletableFuture<@Nullable Object> call = random.nextInt(8) == 0
                ? guard.callAsync(attempt -> stageAndMore(attempt, guard, own, depth))
                : guard.callAsync(() -> stage(guard, own, depth));
        CompletableFuture<@Nullable Object> unused = call.whenComplete((value, error) -> {
            if (cancelling.get() || (depth > 0 && error instanceof CancellationException)) {
                shelf.raced(guard);
            } else {
                shelf.got(guard, error == null ? ofValue(guard, value) : ofError(guard, error));
            }
            underway.decrementAndGet();
        });
        int kind = random.nextInt(40);
        if (kind < 2 && depth == 0) {
            later(() -> {
                cancelling.set(true);
                boolean unusedAnswer = kind == 0 ? call.cancel(true) : call.complete("instead");
            });
        }
        return call;
    }

    // ---------------------------------------------------------------- how it ended

    private End ofValue(Guard guard, @Nullable Object value) {
        return guards.isPicky(guard) && "bad".equals(value) ? End.FAILED : End.ANSWERED;
    }

    private End ofError(Guard guard, Throwable error) {
        if (error instanceof RejectedException rejected) {
            return rejected.dependency().equals(guard.name()) ? End.REFUSED : End.FAILED;
        }
        if (error instanceof TimeoutExceededException timeout) { // its own, one around it, or one further in
            int whose = all.stream().map(Guard::name).toList().indexOf(timeout.dependency());
            return whose >= all.indexOf(guard) ? End.TIMED_OUT : End.FAILED;
        }
        boolean saysNothing = error instanceof CallInterruptedException
                || error instanceof InterruptedException
                || error instanceof CancellationException
                || error instanceof Error;
        return saysNothing ? End.CANCELLED : End.FAILED;
    }

    // ---------------------------------------------------------------- its work

    private @Nullable Object work(Guard guard, SplittableRandom random, int depth) throws Exception {
        int kind = random.nextInt(1_000);
        if (kind < 2 && isEndedByTimeout(guard)) {
            new CountDownLatch(1).await(); // until the timeout, or somebody, interrupts it
        }
        Guard inside = inside(guard, random, depth);
        if (inside != null) {
            return blocking(inside, random, depth + 1);
        }
        return simple(random);
    }

    private static @Nullable Object simple(SplittableRandom random) throws Exception {
        int kind = random.nextInt(100);
        if (kind < 10) {
            throw new Lost();
        } else if (kind < 12) {
            throw new IllegalArgumentException("wrong");
        } else if (kind < 14) {
            throw new StackOverflowError("not really");
        } else if (kind < 16) {
            throw new InterruptedException("its own");
        } else if (kind < 18) {
            throw new CancellationException("its own");
        } else if (kind < 22) {
            return "pending";
        } else if (kind < 26) {
            return "bad";
        }
        return kind < 30 ? null : "good";
    }

    /** Which other guard the work calls; null for none. */
    private @Nullable Guard inside(Guard guard, SplittableRandom random, int depth) {
        int around = all.indexOf(guard);
        int below = depth == 0 ? around : Math.min(around, firstWithTimeout);
        return below > 0 && random.nextInt(8) == 0 ? all.get(random.nextInt(below)) : null;
    }

    private boolean isEndedByTimeout(Guard guard) {
        return all.indexOf(guard) >= firstWithTimeout;
    }

    private CompletionStage<@Nullable Object> stage(Guard guard, SplittableRandom random, int depth) throws Exception {
        Guard inside = inside(guard, random, depth);
        if (inside != null) {
            return random.nextBoolean()
                    ? async(inside, random, depth + 1)
                    : CompletableFuture.completedFuture(blocking(inside, random, depth + 1));
        }
        int kind = random.nextInt(200);
        if (kind == 0) {
            return null; // the mistake of a user
        }
        if (kind == 1 && isEndedByTimeout(guard)) {
            return new CompletableFuture<@Nullable Object>();
        }
        CompletableFuture<@Nullable Object> stage =
                kind < 12 ? new Stubborn() : new CompletableFuture<@Nullable Object>();
        SplittableRandom own = random.split();
        if (kind < 60) {
            later(() -> complete(stage, own));
        } else if (kind < 100) {
            complete(stage, own);
        } else {
            return CompletableFuture.completedFuture(simple(random)); // or thrown, instead of a stage
        }
        return stage;
    }

    /** The stage has a companion, and only when both are complete the permit is free. */
    private CompletionStage<@Nullable Object> stageAndMore(
            Attempt attempt, Guard guard, SplittableRandom random, int depth) throws Exception {
        CompletableFuture<@Nullable Object> companion = new CompletableFuture<@Nullable Object>();
        attempt.endsWith(companion);
        later(() -> complete(companion, random.split()));
        return stage(guard, random, depth);
    }

    private static void complete(CompletableFuture<@Nullable Object> stage, SplittableRandom random) {
        boolean unused;
        try {
            unused = stage.complete(simple(random));
        } catch (Throwable error) {
            unused = stage.completeExceptionally(error);
        }
    }
}
