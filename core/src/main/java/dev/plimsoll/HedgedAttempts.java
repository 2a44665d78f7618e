package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the legs of an attempt on threads other than the caller's, which waits for the race to be over. The legs are those
 * of the asynchronous engine; their threads are the bulkhead's if it has a pool, else virtual ones.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class HedgedAttempts {

    private final AsyncEngine engine;
    private final Hedging hedging;
    private final @Nullable Bulkhead threads;

    HedgedAttempts(Parts parts, Hedging hedging) {
        this.engine = new AsyncEngine(parts);
        this.hedging = hedging;
        this.threads = hedging.threads(parts);
    }

    /** A call begins. */
    void check() {
        if (threads == null) {
            String how = "needs threads for its legs: run on Java 21 or newer, give the bulkhead a pool "
                    + "(bulkhead(b -> b.maxConcurrent(n).ownPool())), or use callAsync";
            throw new ConfigurationException("guard " + engine.parts.name(), List.of("hedge " + how));
        }
    }

    /**
     * One attempt, which all gates have let pass.
     *
     * @return what the work returned, or an {@link Ending}
     */
    @Nullable
    Object call(
            AttemptWork<?, ?> work, boolean asked, Admission atBreaker, Leave entered, Deadline deadline, int number) {
        Waiting path;
        AsyncRace<Object> race;
        try {
            Carried carried = Carried.take(engine.parts.carriers(), engine.counts.observers());
            path = new Waiting(engine, deadline, carried, threads);
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> body =
                    attempt -> CompletableFuture.completedFuture(work.call(attempt));
            race = new AsyncRace<>(path, hedging, body, asked, number);
        } catch (Throwable ofCarrier) {
            return engine.steps.notBegun(atBreaker, entered, ofCarrier);
        }
        Ending notBegun = race.begin(atBreaker, entered);
        if (notBegun != null) {
            return notBegun;
        }
        Object result = race.resultOrPending();
        return result == AsyncCall.PENDING ? path.await(race) : result;
    }

    /** The caller's thread. */
    private static final class Waiting extends AsyncPath {

        private final Time time;
        private final @Nullable Bulkhead threads;
        private final Thread caller = Thread.currentThread();
        private final AtomicBoolean met = new AtomicBoolean(); // the race is over, or is waited for no more
        private boolean interrupted; // the caller's own

        Waiting(AsyncEngine engine, Deadline deadline, Carried carried, @Nullable Bulkhead threads) {
            super(engine, deadline, carried);
            this.time = engine.time;
            this.threads = threads;
        }

        @Nullable
        Object await(AsyncRace<?> race) {
            try {
                untilMet(race);
            } catch (Throwable cannotWait) { // the race is over by this, unless another thread is about to say so
                owes(cannotWait);
                race.stop();
                if (met.compareAndSet(false, true)) {
                    keepInterrupt();
                    return Ending.threw(cannotWait, Judgement.IGNORED, race.elapsed());
                }
            }
            keepInterrupt();
            return race.told();
        }

        /** It was taken from the caller, who is to see it; that of a timeout is not the caller's. */
        private void keepInterrupt() {
            if (interrupted && Around.firedTimeout() == null) {
                caller.interrupt();
            }
        }

        private void untilMet(AsyncRace<?> race) {
            while (!met.get()) {
                if (Thread.interrupted()) {
                    interrupted = true;
                    race.stop();
                } else {
                    time.park(race);
                }
            }
        }

        /** By a timeout around this guard, or by somebody who means it. */
        @Override
        Ending stopped(long elapsed) {
            try {
                TimeoutExceededException outer = Around.firedTimeout();
                return outer != null
                        ? Ending.timedOut(
                                outer, engine.parts.judge().ofOuterEnd(engine.endings.had(elapsed)), elapsed, false)
                        : Ending.interrupted(
                                new CallInterruptedException(engine.parts.name(), "the legs of its attempt"), elapsed);
            } catch (Throwable noMemory) { // the race is decided, and must be concluded
                return Ending.threw(noMemory, Judgement.IGNORED, elapsed);
            }
        }

        @Override
        void raceIsOver(AsyncRace<?> race) {
            if (met.compareAndSet(false, true)) {
                time.unpark(caller);
            } else {
                race.toldToNobody(); // the caller has gone
            }
        }

        /** Nobody but the attempt is told of it: the call is the blocking engine's. */
        @Override
        @Nullable
        Throwable ofAttempt() {
            return owed();
        }

        @Override
        void goOn(@Nullable Object result) {
            throw new AssertionError("an attempt of a race goes on by itself");
        }

        @Override
        @Nullable
        RetryMark ownMark() {
            return engine.parts.retryMark();
        }

        @Override
        @Nullable
        Bulkhead pool() {
            return threads;
        }
    }
}
