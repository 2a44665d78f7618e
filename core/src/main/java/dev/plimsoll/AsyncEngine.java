package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the same gates as the {@link BlockingEngine}, by the same {@link Steps}, for work that answers
 * with a stage. {@link AsyncCall} is the path of one call, {@link AsyncAttempt} that of one attempt, {@link AsyncFuture}
 * what the caller gets. A plain call, that nothing but its stage ends, is taken in short: {@link #plainCall}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no thread ever waits here.
 */
final class AsyncEngine {
    /*
     * A plain call has no limit of time and no hedge, stays on this thread, and takes nothing of the user's along:
     *
     *   shut? ──► gates ──► the work ──► its stage is complete, and good ──► settled, told ──► a future that is complete
     *     │ yes     │ refused, │ throws    │ or not, or the guards are over        │ an Error of who heard of it
     *     │         │ waits    └─────┬─────┘                                       │
     *     └────┬────┘                ▼                                             │
     *          ▼                 AsyncFirst: its stage completes well ──► settled, told, answered
     *      AsyncCall ◄───────────────┴── anything else ◄───────────────────────────┘
     *
     * Concurrency: until its stage turns out not to be there the call is this thread's alone, for nobody else has its future;
     * who closes the guards knows of it, see Unfinished, and waits. When he waits no more, he cannot cancel what has no
     * future: so whoever comes back from the work looks whether the guards are over.
     */

    final Parts parts;
    final Time time;
    final Endings endings;
    final Steps steps;
    final GuardCounts counts;
    final Surroundings surroundings;
    final Conclusion conclusion;
    final @Nullable NextAttempt next;
    final Unfinished unfinished;
    private final Executor delivery;
    /** Whether nothing bounds an attempt, takes it to another thread, or goes along there. */
    private final boolean plain;
    /** Whether a good attempt has no more to settle than a circuit breaker that is closed and a bulkhead. */
    private final boolean simple;

    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable RateLimiter onlyLimiter; // null also where it is one of several gates
    final TakenAlong along;

    AsyncEngine(Parts parts) {
        this.parts = parts;
        this.time = parts.time();
        this.endings = new Endings(parts);
        this.steps = new Steps(parts, endings);
        this.counts = parts.counts();
        this.surroundings = new Surroundings(parts);
        this.conclusion = new Conclusion(parts);
        this.next = parts.retries() == null ? null : new NextAttempt(parts.retries(), parts, endings, false);
        this.delivery = counts.observers().delivery(time);
        this.unfinished = parts.owner().unfinished();
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
        this.simple = !parts.gates().areMany();
        this.onlyLimiter = simple ? parts.gates().rateLimiter() : null;
        boolean pooled = bulkhead != null && bulkhead.hasPool();
        boolean bounded = parts.timing().isNamed() || parts.hedging() != null;
        this.plain = !bounded && !pooled && parts.carriers().isEmpty();
        this.along = new TakenAlong(parts);
    }

    /**
     * Begins a call. Throws nothing: whatever goes wrong is in the future.
     *
     * @param asked whether the work looks at its attempt
     * @param instead asked last when it did not go well; null for nobody
     */
    <T extends @Nullable Object> CompletableFuture<T> call(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked, @Nullable Instead<T> instead) {
        if (counts.wantBeginning()) {
            return surroundedCall(work, asked, instead);
        }
        if (plain && !asked) {
            Object[] ambient;
            try {
                ambient = Ambient.here();
            } catch (Throwable noMemory) {
                return notBegun(noMemory);
            }
            if (Ambient.deadline(ambient).isNone()) {
                return plainCall(work, instead, ambient);
            }
        }
        return begin(work, asked, instead, null);
    }

    /** The call is over before it has begun. */
    private <T extends @Nullable Object> CompletableFuture<T> notBegun(Throwable why) {
        parts.leave();
        return CompletableFuture.failedFuture(why);
    }

    // ---------------------------------------------------------------- in short

    /** A call without limits of time. As long as it goes well and at once, all that it makes is the future. */
    private <T extends @Nullable Object> CompletableFuture<T> plainCall(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Instead<T> instead,
            Object[] ambient) {
        long begun = counts.begun();
        int place = unfinished.begins(Ambient.depth(ambient) > 0);
        Admission atBreaker = null;
        Admission inside = null;
        Ending ended = null;
        try {
            if (surroundings.isShut()) {
                ended = steps.refused(1, endings.shutDown());
            } else {
                surroundings.deposit(ambient);
                atBreaker = steps.enterBreaker(Deadline.none());
                inside = atBreaker instanceof Leave ? enterInside(atBreaker) : null;
            }
        } catch (Throwable brokenGate) { // the others have their leaves back
            atBreaker = null;
            ended = Ending.before(brokenGate);
        }
        if (atBreaker == null || !(inside instanceof Leave entered)) {
            return goesOn(work, instead, begun, place, atBreaker, ended != null ? ended : inside);
        }
        long started = steps.clock(Deadline.none());
        CompletionStage<?> stage = null;
        Throwable error = null;
        try {
            stage = surroundings.insideUnbounded(work, ambient);
        } catch (Throwable thrown) {
            error = thrown;
        }
        Object value = present(stage);
        if (value != AsyncCall.PENDING) {
            Object told = settledGood(atBreaker, entered, started, value);
            return answeredAtOnce(work, told, instead, begun, place);
        }
        AsyncFirst<T> first = AsyncFirst.of(this, work, instead, begun, place);
        return first == null
                ? withoutMemory(atBreaker, entered, stage, place)
                : first.admitted(atBreaker, entered, started).begin(stage, error);
    }

    private <T extends @Nullable Object> CompletableFuture<T> withoutMemory(
            Admission atBreaker, Leave entered, @Nullable CompletionStage<?> stage, int place) {
        Throwable noMemory = Objects.requireNonNull(Ending.LOST.error());
        letGo(atBreaker, entered, stage, noMemory);
        return notCalled(null, null, place, noMemory);
    }

    /** A plain call that is one like any other from here on; result is how it ends, or how far in it is. */
    private <T extends @Nullable Object> CompletableFuture<T> goesOn(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Instead<T> instead,
            long begun,
            int place,
            @Nullable Admission atBreaker,
            @Nullable Object result) {
        AsyncCall<T> call;
        try {
            call = called(work, instead, begun, place);
        } catch (Throwable noMemory) {
            return notCalled(atBreaker, result instanceof Admission inside ? inside : null, place, noMemory);
        }
        return result instanceof Ending ending ? call.begin(ending) : call.begin(atBreaker, (Admission) result);
    }

    /** There is no memory for a call that goes on as any other: all that it holds is given back. */
    private <T extends @Nullable Object> CompletableFuture<T> notCalled(
            @Nullable Admission atBreaker, @Nullable Admission inside, int place, Throwable noMemory) {
        try {
            if (inside instanceof Admission.Wait wait) {
                steps.abandon(wait);
            }
            steps.giveBackToBreaker(atBreaker);
        } finally {
            parts.leave();
            unfinished.endsAtOnce(place);
        }
        return CompletableFuture.failedFuture(noMemory);
    }

    /** Nobody can hear of the end of work that is under way: it is cancelled, and all that it holds is given back. */
    void letGo(Admission atBreaker, Leave entered, @Nullable CompletionStage<?> stage, Throwable noMemory) {
        Ending unused = steps.lost(atBreaker, entered, steps.place(entered), noMemory);
        cancel(stage);
    }

    /** Throws nothing. */
    void cancel(@Nullable CompletionStage<?> stage) {
        try {
            boolean unused = stage != null && stage.toCompletableFuture().cancel(true);
        } catch (Throwable ofStage) {
            counts.untold(ofStage);
        }
    }

    private Admission enterInside(Admission atBreaker) {
        Leave entered;
        try {
            Leave token = onlyLimiter == null ? null : onlyLimiter.enterNow();
            entered = token == null ? null : steps.only(token);
        } catch (Throwable noMemory) {
            steps.giveBackToBreaker(atBreaker);
            throw noMemory;
        }
        return entered == null ? steps.enterInside(atBreaker, Deadline.none()) : entered;
    }

    /** What a stage holds, if it is there already and plainly good; {@link AsyncCall#PENDING} when there is more to it. */
    private @Nullable Object present(@Nullable CompletionStage<?> stage) {
        if (stage == null || stage.getClass() != CompletableFuture.class || steps.looksAtResults()) {
            return AsyncCall.PENDING;
        }
        CompletableFuture<?> future = (CompletableFuture<?>) stage;
        if (!future.isDone()
                || future.isCompletedExceptionally()
                || parts.owner().isOver()) {
            return AsyncCall.PENDING;
        }
        Object value = future.join();
        return value instanceof Ending ? AsyncCall.PENDING : value;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the work's stage has held it
    private <T extends @Nullable Object> CompletableFuture<T> answeredAtOnce(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Object value,
            @Nullable Instead<T> instead,
            long begun,
            int place) {
        if (value instanceof Ending) { // what has come of telling it
            return goesOn(work, instead, begun, place, null, value);
        }
        Throwable thrown = answered(begun, Deadline.none(), null, instead, (T) value);
        parts.leave();
        unfinished.endsAtOnce(place);
        return thrown == null ? CompletableFuture.completedFuture((T) value) : CompletableFuture.failedFuture(thrown);
    }

    /** A plain call that goes on as any other. */
    private <T extends @Nullable Object> AsyncCall<T> called(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Instead<T> instead,
            long begun,
            int place) {
        AsyncFuture<T> future = new AsyncFuture<>();
        AsyncCall<T> call = new AsyncCall<>(this, work, false, instead, Deadline.none(), along.plain());
        unfinished.pends(place, future);
        return call.of(future, begun, place);
    }

    /** Settles and tells of an attempt that went well; gives back the value, or an {@link Ending} when that came of it. */
    @Nullable
    Object settledGood(Admission atBreaker, Leave entered, long started, @Nullable Object value) {
        if (simple && (breaker == null || breaker.enterClosed() == atBreaker)) {
            return settledSimply((Leave) atBreaker, started, value);
        }
        Leave held = steps.settledFirst(steps.place(entered));
        long now = steps.clock(Deadline.none());
        long elapsed = Math.max(0, now - started);
        return steps.told(1, value, null, elapsed, steps.settle(atBreaker, entered, held, null, now, elapsed));
    }

    /** The same in one step, where the circuit breaker is still as it was. */
    private @Nullable Object settledSimply(Leave atBreaker, long started, @Nullable Object value) {
        try {
            if (bulkhead != null) {
                bulkhead.settleNow();
            }
            if (breaker != null) {
                breaker.succeeded(atBreaker, started);
            }
        } catch (Throwable ofObserver) {
            return steps.told(1, value, null, 0, ofObserver);
        }
        if (counts.isUnheard()) {
            counts.countAnswered();
            return value;
        }
        return steps.told(1, value, null, Math.max(0, steps.clock(Deadline.none()) - started), null);
    }

    /** Tells of a call that was answered well; gives back the {@link Error} of who heard of it. */
    <T extends @Nullable Object> @Nullable Throwable answered(
            long begun, Deadline deadline, @Nullable Setbacks setbacks, @Nullable Instead<T> instead, T value) {
        try {
            if (next != null) {
                next.answered(setbacks);
            }
            counts.callAnswered(begun, deadline, setbacks);
            if (instead != null) {
                instead.remember(value);
            }
            return null;
        } catch (Throwable ofObserver) {
            return ofObserver;
        }
    }

    // ---------------------------------------------------------------- at length

    /** A call whose beginning somebody wants to hear of, who stays around it as long as its caller is here. */
    private <T extends @Nullable Object> CompletableFuture<T> surroundedCall(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked, @Nullable Instead<T> instead) {
        Carried outside;
        ContextCarrier.Scope around;
        try {
            outside = along.outside();
            around = counts.observers().begins(parts.name());
        } catch (Throwable ofObserver) {
            return notBegun(ofObserver);
        }
        try {
            return begin(work, asked, instead, outside);
        } finally {
            counts.close(around);
        }
    }

    private <T extends @Nullable Object> CompletableFuture<T> begin(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            boolean asked,
            @Nullable Instead<T> instead,
            @Nullable Carried outside) {
        Object[] ambient;
        AsyncFuture<T> future;
        AsyncCall<T> call;
        Ending ended = null;
        try {
            ambient = Ambient.here();
            Deadline deadline = surroundings.ofCall(Ambient.deadline(ambient));
            Carried carried;
            try {
                carried = along.all(outside);
            } catch (Throwable ofCarrier) {
                ended = Ending.before(ofCarrier);
                carried = along.plain();
            }
            future = new AsyncFuture<>();
            call = new AsyncCall<>(this, work, asked, instead, deadline, carried);
        } catch (Throwable noMemory) {
            return notBegun(noMemory);
        }
        int place = unfinished.begins(Ambient.depth(ambient) > 0);
        call.of(future, counts.begun(), place);
        try {
            unfinished.pends(place, future);
            if (surroundings.isShut()) {
                ended = steps.refused(1, endings.shutDown());
            } else if (ended == null) {
                surroundings.deposit(ambient);
            }
        } catch (Throwable noMemory) {
            ended = Ending.before(noMemory);
        }
        return call.begin(ended);
    }

    /** The limits of an attempt that starts now. */
    Timing limits(long started) {
        return parts.timing().present(started);
    }

    /** Has something done, once, that may take a while or run code of the user, by another than the timer thread. */
    void deliver(Runnable task) {
        delivery.execute(task);
    }
}
