package dev.plimsoll.failover;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stage that is waited for, no longer than a deadline. It comes to what the stage comes to, unwrapped; whoever completes it
 * before, the deadline included, cancels the stage.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Waited<T extends @Nullable Object> extends CompletableFuture<T> {

    /** Asks one, and waits until the current deadline. Whatever it throws is in the future. */
    static <C, T extends @Nullable Object> Waited<T> begin(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask, C one, String name, Time time) {
        Deadline deadline = Deadline.current();
        Waited<T> waited = begin(ask, one);
        if (!deadline.isNone() && !waited.isDone()) {
            waited.endBy(deadline.remainingNanos(time.precise()), name, time);
        }
        return waited;
    }

    /** Asks one, and waits for as long as it takes. Whatever it throws is in the future. */
    static <C, T extends @Nullable Object> Waited<T> begin(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask, C one) {
        Waited<T> waited = new Waited<>();
        try {
            waited.follow(Objects.requireNonNull(ask.of(one), "the stage of the asynchronous answer"));
        } catch (Throwable thrown) { // by who was asked, or by a stage to which nobody can listen
            boolean unused = waited.completeExceptionally(thrown);
        }
        return waited;
    }

    private void follow(CompletionStage<? extends T> stage) {
        CompletionStage<? extends T> unusedStage = stage.whenComplete((value, error) -> {
            if (error == null) {
                complete(value);
            } else {
                completeExceptionally(unwrapped(error));
            }
        });
        CompletableFuture<T> unused = whenComplete((value, error) -> cancel(stage));
    }

    /** Does nothing to a stage that has completed. */
    private static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException cannot) {
            return; // then it runs on, and nobody listens
        }
    }

    private void endBy(long leftNanos, String name, Time time) {
        Delivery delivery = new Delivery(time);
        Runnable end = () ->
                completeExceptionally(TimeoutExceededException.byOuterDeadline(name, Math.max(0, leftNanos), false));
        Timer timer = new Timer() {
            @Override
            protected void fire(long lateNanos) {
                delivery.execute(end);
            }
        };
        try {
            time.start(timer, leftNanos);
        } catch (Throwable noThread) {
            boolean unused = completeExceptionally(noThread);
            return;
        }
        CompletableFuture<T> unused = whenComplete((value, error) -> timer.cancel());
    }

    /**
     * What this comes to, once somebody has heard of it; or what that throws. To complete it before cancels this one; what
     * hearing of that throws is lost then, for a stage swallows what its listener throws.
     *
     * @param first told once, however this ends
     */
    Waited<T> heardBy(Consumer<Outcome> first) {
        Waited<T> heard = new Waited<>();
        CompletableFuture<T> unused = whenComplete((value, error) -> {
            Throwable thrown = error;
            try {
                first.accept(new Outcome(value, error));
            } catch (Throwable ofUser) {
                thrown = ofUser;
            }
            if (thrown == null) {
                heard.complete(value);
            } else {
                heard.completeExceptionally(thrown);
            }
        });
        CompletableFuture<T> unusedToo = heard.whenComplete((value, error) -> cancel(true));
        return heard;
    }

    static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    /** Dependents are ordinary futures. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
