package dev.plimsoll.failover;

import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous {@link Failover}. Whoever completes it from outside stops the call: the stage that is waited
 * for is cancelled, and nobody else is asked.
 *
 * <p><b>Threading:</b> the way is gone by one thread at a time: who completes a stage goes on to the next target.
 */
final class AsyncFailover<C, T extends @Nullable Object, R extends @Nullable Object> extends CompletableFuture<R> {

    private final String name;
    private final Passage<C> passage;
    private final Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask;
    private final Function<TargetAnswer<T>, R> shape;
    private final Time time;
    private final Carried carried;
    private volatile @Nullable Waited<T> waited;

    AsyncFailover(
            String name,
            Passage<C> passage,
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask,
            Function<TargetAnswer<T>, R> shape,
            Time time,
            Observers faults) {
        this.name = name;
        this.passage = passage;
        this.ask = ask;
        this.shape = shape;
        this.time = time;
        this.carried = Carried.take(List.of(), faults);
    }

    AsyncFailover<C, T, R> begin() {
        CompletableFuture<R> unused = whenComplete((value, error) -> stop());
        goOn();
        return this;
    }

    private void stop() {
        Waited<T> last = waited;
        if (last != null) {
            last.cancel(true);
        }
    }

    private void goOn() {
        try {
            Target<C> target = isDone() ? null : passage.next();
            if (target != null) {
                ask(target);
            } else if (!isDone()) {
                end(null, passage.end());
            }
        } catch (Throwable ofUser) {
            completeExceptionally(ofUser);
        }
    }

    private void ask(Target<C> target) {
        Waited<T> next = Waited.begin(ask, target.client(), name, time);
        waited = next;
        if (isDone()) { // from outside, before it could be seen there
            next.cancel(true);
        }
        CompletableFuture<T> unused = next.whenComplete((value, error) -> {
            if (!isDone()) {
                goOnAfter(target, new Outcome(value, error));
            }
        });
    }

    private void goOnAfter(Target<C> target, Outcome outcome) {
        try {
            carried.around(() -> asked(target, outcome));
        } catch (Throwable ofCarrier) { // before asked() nobody else would end this; after it, the next one is stopped
            completeExceptionally(ofCarrier);
        }
    }

    private void asked(Target<C> target, Outcome outcome) {
        try {
            if (passage.isOver(target, outcome)) {
                end(target, outcome);
                return;
            }
        } catch (Throwable ofUser) {
            completeExceptionally(ofUser);
            return;
        }
        goOn();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the value is that of a stage of T
    private void end(@Nullable Target<C> last, Outcome outcome) {
        Throwable error = outcome.error();
        if (error != null || last == null) {
            Throwable thrown = error == null ? null : passage.explained(error);
            passage.tell(null);
            if (thrown != null) {
                completeExceptionally(thrown);
                return;
            }
        } else {
            passage.tell(last.name());
        }
        complete(shape.apply(passage.answer((T) outcome.value(), last)));
    }

    /** Dependents are ordinary futures. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
