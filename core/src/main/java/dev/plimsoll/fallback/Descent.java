package dev.plimsoll.fallback;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One fallback being asked, rung after rung. For those who write engines.
 *
 * <p><b>Threading:</b> {@link #here()} is for the thread of the call; {@link #elsewhere(Executor)} returns at once, and its
 * future may be completed by anybody, which stops it.
 *
 * @param <T> what is asked for
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Descent<T extends @Nullable Object> {

    private final Fallback<T> fallback;
    private final String dependency;
    private final Outcome outcome;
    private final Time time;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    Descent(Fallback<T> fallback, String dependency, Outcome outcome, Time time) {
        this.fallback = fallback;
        this.dependency = dependency;
        this.outcome = outcome;
        this.time = time;
    }

    /**
     * What the rungs have thrown so far that did not answer.
     *
     * @return in the order in which they were asked
     */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /**
     * Asks one rung after the other on this thread. An {@link Error} passes.
     *
     * @return null when none has answered
     * @throws CallInterruptedException when the thread was interrupted while a rung was waiting; the flag is set
     */
    public @Nullable RungAnswer<T> here() {
        for (Step<T> step : fallback.steps) {
            RungAnswer<T> answer = ask(step);
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }

    /**
     * Asks one rung after the other: what may wait through the executor, the rest on the thread it happens to be on.
     *
     * @param hands must run what it is given, with the context of the call
     * @return null when none has answered; an {@link Error}, or a {@link CallInterruptedException}, when a rung ended so
     */
    public CompletableFuture<@Nullable RungAnswer<T>> elsewhere(Executor hands) {
        StagedDescent<T> staged = new StagedDescent<>(this, fallback.steps, hands);
        staged.goOn();
        return staged;
    }

    /** Asks a rung that may keep this thread; null when it has no answer. */
    @Nullable
    RungAnswer<T> ask(Step<T> step) {
        if (isTooLateFor(step)) {
            return null;
        }
        try {
            return answerOf(step);
        } catch (CallInterruptedException ofGuardWithin) {
            throw ofGuardWithin;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CallInterruptedException interrupted = new CallInterruptedException(dependency, "a rung of its fallback");
            interrupted.addSuppressed(e);
            throw interrupted;
        } catch (Exception e) {
            failed(e);
            return null;
        }
    }

    private @Nullable RungAnswer<T> answerOf(Step<T> step) throws Exception {
        if (step instanceof Step.Blocking<T> blocking) {
            return blocking.question().ask(outcome);
        }
        if (step instanceof Step.Staged<T> staged) {
            return new RungAnswer<>(await(begin(staged)), staged.rung());
        }
        if (step instanceof Step.Stale<?, T> stale) {
            return recalled(stale);
        }
        Step.Instant<T> instant = (Step.Instant<T>) step;
        return new RungAnswer<>(instant.value().apply(outcome), instant.rung());
    }

    private static <K, T extends @Nullable Object> @Nullable RungAnswer<T> recalled(Step.Stale<K, T> stale) {
        StaleValues.Remembered<T> remembered = stale.values().recall(stale.key());
        return remembered == null ? null : new RungAnswer<>(remembered.value(), stale.rung());
    }

    /** What waits for another has no sense when nobody waits for it; a stale value, a default and a queue have. */
    boolean isTooLateFor(Step<T> step) {
        return step.rung() == Rung.SLOWER && Deadline.current().expired();
    }

    /** A rung has thrown. */
    void failed(Throwable thrown) {
        failures.add(thrown);
    }

    CompletableFuture<T> begin(Step.Staged<T> step) throws Exception {
        return StageInTime.begin(step.work(), dependency, time);
    }

    private T await(CompletableFuture<T> stage) throws Exception {
        Thread me = Thread.currentThread();
        CompletableFuture<T> unused = stage.whenComplete((value, error) -> time.unpark(me));
        while (!stage.isDone()) {
            if (Thread.interrupted()) {
                stage.cancel(true);
                throw new InterruptedException();
            }
            time.park(stage);
        }
        try {
            return stage.join();
        } catch (CompletionException e) {
            throw thrown(e.getCause());
        }
    }

    private static Exception thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : new CompletionException(cause);
    }
}
