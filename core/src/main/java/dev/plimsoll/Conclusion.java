package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.fallback.RungAnswer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a call ends that did not go well: with what was to be asked then, with the last value, or with the last error.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Conclusion {

    private final String name;
    private final GuardCounts counts;
    private final boolean withStack;

    Conclusion(Parts parts) {
        this.name = parts.name();
        this.counts = parts.counts();
        this.withStack = parts.timing().withStack();
    }

    /** Tells how it ended, and asks who is to be asked, on this thread. */
    <T extends @Nullable Object, X extends Exception> T of(
            Setbacks setbacks, long begun, Deadline deadline, @Nullable Instead<T> instead) throws X {
        Rejection refusal = setbacks.refusal();
        boolean asksFunction = instead instanceof Instead.OfRefusal;
        RejectedException rejected =
                refusal != null && (setbacks.last() == null || asksFunction) ? refusal.exception(withStack) : null;
        Throwable error = setbacks.last() == null ? rejected : setbacks.last().error();
        counts.callEnded(begun, deadline, setbacks, error);
        if (instead instanceof Instead.OfRefusal<T> function && rejected != null) {
            return answered(function, rejected);
        }
        if (instead instanceof Rungs<T> rungs && rungs.catches(setbacks)) {
            RungAnswer<T> answer = rungs.here(outcome(setbacks, error));
            return this.<T, X>answered(setbacks, error, rungs, answer);
        }
        return this.<T, X>asItIs(setbacks, error);
    }

    /** Tells how it ended, and asks the rungs without keeping this thread; the future holds what the caller gets. */
    <T extends @Nullable Object> CompletableFuture<T> later(
            Setbacks setbacks, long begun, Deadline deadline, Rungs<T> rungs, Executor hands) {
        Rejection refusal = setbacks.refusal();
        Throwable error = setbacks.last() != null
                ? setbacks.last().error()
                : Objects.requireNonNull(refusal).exception(withStack);
        counts.callEnded(begun, deadline, setbacks, error);
        CompletableFuture<@Nullable RungAnswer<T>> asked = rungs.elsewhere(outcome(setbacks, error), hands);
        CompletableFuture<T> concluded = new CompletableFuture<>(); // no dependent stage: that would wrap the error
        CompletableFuture<@Nullable RungAnswer<T>> unused = asked.whenComplete((answer, thrown) -> {
            try {
                if (thrown == null) {
                    concluded.complete(this.<T, RuntimeException>answered(setbacks, error, rungs, answer));
                } else {
                    concluded.completeExceptionally(Endings.unwrapped(thrown));
                }
            } catch (Throwable asItWas) {
                concluded.completeExceptionally(asItWas);
            }
        });
        CompletableFuture<T> unusedToo = concluded.whenComplete((value, thrown) -> asked.cancel(false));
        return concluded;
    }

    private static Outcome outcome(Setbacks setbacks, @Nullable Throwable error) {
        Ending last = setbacks.last();
        return new Outcome(last == null ? null : last.value(), error);
    }

    /** What the function makes of a refusal, and whoever listens hears that it was answered. */
    private <T extends @Nullable Object> T answered(Instead.OfRefusal<T> function, RejectedException rejected) {
        T answer = function.answer(rejected);
        if (!counts.isUnheard()) {
            counts.observers().tellOfCall(new Event.RefusalAnswered(name, rejected.rejection()));
        }
        return answer;
    }

    /** A rung has answered, or none has. */
    private <T extends @Nullable Object, X extends Exception> T answered(
            Setbacks setbacks, @Nullable Throwable error, Rungs<T> rungs, @Nullable RungAnswer<T> answer) throws X {
        if (answer != null) {
            return answer.value();
        }
        setbacks.addRungs(rungs.failures());
        return this.<T, X>asItIs(setbacks, error);
    }

    // the value is the work's, the error is the work's or unchecked
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    private <T extends @Nullable Object, X extends Exception> T asItIs(Setbacks setbacks, @Nullable Throwable error)
            throws X {
        if (error == null) {
            return (T) setbacks.last().value();
        }
        throw Conclusion.<X>thrown(setbacks.explained(error));
    }

    /** A guard that is nothing but a breaker has refused, and nobody hears of calls. */
    <T extends @Nullable Object, X extends Exception> T ofBareRefusal(RejectedException rejected, Instead<T> instead)
            throws X {
        if (instead instanceof Instead.OfRefusal<T> function) {
            return function.answer(rejected);
        }
        Rungs<T> rungs = (Rungs<T>) instead;
        Setbacks setbacks = Setbacks.after(null, Ending.refused(rejected.rejection()));
        RungAnswer<T> answer = rungs.catches(setbacks) ? rungs.here(outcome(setbacks, rejected)) : null;
        return this.<T, X>answered(setbacks, rejected, rungs, answer);
    }

    /** Throws an error as it is, whatever its type: a cast to the type of the work would be checked at run time. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E thrown(Throwable error) throws E {
        throw (E) error;
    }
}
