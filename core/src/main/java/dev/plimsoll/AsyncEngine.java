package dev.plimsoll;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the same gates as the {@link BlockingEngine}, by the same {@link Steps}, for work that answers
 * with a stage. {@link AsyncCall} is the path of one call, {@link AsyncAttempt} that of one attempt, {@link AsyncFuture}
 * what the caller gets.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no thread ever waits here.
 */
final class AsyncEngine {

    /** What asynchronous work looks like to the engine. */
    interface StageWork<T extends @Nullable Object> extends AttemptWork<@Nullable CompletionStage<?>, Exception> {}

    final Parts parts;
    final Time time;
    final Endings endings;
    final Steps steps;
    final GuardCounts counts;
    final Surroundings surroundings;
    final Conclusion conclusion;
    final @Nullable NextAttempt next;
    private final @Nullable Executor executor;
    private final Delivery delivery;

    AsyncEngine(Parts parts) {
        this.parts = parts;
        this.time = parts.time();
        this.endings = new Endings(parts);
        this.steps = new Steps(parts, endings);
        this.counts = parts.counts();
        this.surroundings = new Surroundings(parts);
        this.conclusion = new Conclusion(parts);
        this.next = parts.retries() == null ? null : new NextAttempt(parts.retries(), parts, endings, false);
        this.executor = parts.owner().executor();
        this.delivery = new Delivery(time);
    }

    /**
     * Begins a call. Throws nothing: whatever goes wrong is in the future.
     *
     * @param asked whether the work looks at its attempt
     * @param instead asked last when it did not go well; null for nobody
     */
    <T extends @Nullable Object> CompletableFuture<T> call(
            StageWork<T> work, boolean asked, @Nullable Instead<T> instead) {
        return counts.wantBeginning() ? surroundedCall(work, asked, instead) : begin(work, asked, instead);
    }

    /** A call whose beginning somebody wants to hear of, who stays around it as long as its caller is here. */
    private <T extends @Nullable Object> CompletableFuture<T> surroundedCall(
            StageWork<T> work, boolean asked, @Nullable Instead<T> instead) {
        ContextCarrier.Scope around;
        try {
            around = counts.observers().begins(parts.name());
        } catch (Error ofObserver) {
            return CompletableFuture.failedFuture(ofObserver);
        }
        try {
            return begin(work, asked, instead);
        } finally {
            close(around);
        }
    }

    /** The call is under way, and has nothing to do with what this throws. */
    private void close(ContextCarrier.Scope around) {
        try {
            around.close();
        } catch (Error ofObserver) {
            counts.observers().fault(new IllegalStateException("after the beginning of a call", ofObserver));
        }
    }

    private <T extends @Nullable Object> CompletableFuture<T> begin(
            StageWork<T> work, boolean asked, @Nullable Instead<T> instead) {
        Object[] ambient = Ambient.here();
        Deadline deadline = surroundings.ofCall(Ambient.deadline(ambient));
        Throwable foreign = null;
        Carried carried;
        try {
            carried = Carried.take(parts.carriers(), counts.observers());
        } catch (Throwable ofCarrier) {
            foreign = ofCarrier;
            carried = Carried.withoutCarriers(counts.observers());
        }
        AsyncCall<T> call = new AsyncCall<>(this, work, asked, instead, deadline, carried);
        parts.owner().unfinished().begins(call);
        Ending ended = foreign == null ? null : Ending.before(foreign);
        if (surroundings.isShut()) {
            ended = steps.refused(1, endings.shutDown());
        } else if (ended == null) {
            surroundings.deposit(ambient);
        }
        AsyncFuture<T> future = call.future;
        call.begin(ended);
        return future;
    }

    /** The limits of an attempt that starts now. */
    Timing limits(long started) {
        return parts.timing().present(started);
    }

    /** Has something done that may take a while or run code of the user, by another than the timer thread. */
    void deliver(Runnable task) {
        if (executor != null) {
            Runnable handedOver = time.handOver(task);
            try {
                executor.execute(handedOver);
                return;
            } catch (Exception refused) {
                time.takeBack(handedOver);
                counts.observers().fault(refused);
            } catch (Throwable broken) { // no memory for a thread, say: the call must end all the same
                time.takeBack(handedOver);
                counts.observers().fault(new IllegalStateException("the executor", broken));
            }
        }
        delivery.execute(task);
    }
}
