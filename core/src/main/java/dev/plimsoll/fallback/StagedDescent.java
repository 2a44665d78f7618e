package dev.plimsoll.fallback;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Descent} that keeps no thread waiting, and the future of its answer.
 *
 * <p><b>Threading:</b> the way down is gone by one thread at a time, handed from one to the next; anybody may complete the
 * future, which ends the way at the next rung and cancels the stage that is waited for.
 */
final class StagedDescent<T extends @Nullable Object> extends CompletableFuture<@Nullable RungAnswer<T>> {

    private final Descent<T> descent;
    private final Iterator<Step<T>> steps;
    private final Executor hands;

    StagedDescent(Descent<T> descent, List<Step<T>> steps, Executor hands) {
        this.descent = descent;
        this.steps = steps.iterator();
        this.hands = hands;
    }

    /** Asks the rungs that are left, until one answers or has to be waited for. */
    void goOn() {
        try {
            while (!isDone()) {
                if (!steps.hasNext()) {
                    complete(null);
                } else if (isLeftTo(steps.next())) {
                    return;
                }
            }
        } catch (Throwable errorOrInterruption) {
            completeExceptionally(errorOrInterruption);
        }
    }

    /** Asks a rung; true when somebody else goes on after it. */
    private boolean isLeftTo(Step<T> step) {
        if (step instanceof Step.Blocking<T>) {
            hands.execute(() -> {
                askHere(step);
                goOn();
            });
            return true;
        }
        if (step instanceof Step.Staged<T> staged) {
            return !descent.isTooLateFor(step) && isBegun(staged);
        }
        askHere(step);
        return false;
    }

    private void askHere(Step<T> step) {
        try {
            RungAnswer<T> answer = isDone() ? null : descent.ask(step);
            if (answer != null) {
                complete(answer);
            }
        } catch (Throwable errorOrInterruption) {
            completeExceptionally(errorOrInterruption);
        }
    }

    private boolean isBegun(Step.Staged<T> staged) {
        CompletableFuture<T> stage;
        try {
            stage = descent.begin(staged);
        } catch (Exception e) {
            descent.failed(e);
            return false;
        }
        CompletableFuture<@Nullable RungAnswer<T>> unused = whenComplete((answer, error) -> stage.cancel(true));
        CompletableFuture<T> unusedStage = stage.whenComplete((value, error) -> hands.execute(() -> {
            ended(staged, value, error);
            goOn();
        }));
        return true;
    }

    private void ended(Step.Staged<T> staged, T value, @Nullable Throwable error) {
        if (error instanceof Error) {
            completeExceptionally(error);
        } else if (error != null) {
            descent.failed(error);
        } else {
            complete(new RungAnswer<>(value, staged.rung()));
        }
    }
}
