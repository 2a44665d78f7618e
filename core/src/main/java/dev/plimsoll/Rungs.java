package dev.plimsoll;

import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.fallback.Descent;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.fallback.Rung;
import dev.plimsoll.fallback.RungAnswer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The fallback of one call. It is told what the work answered well, and is asked when the call did not go well, if that is
 * what it catches.
 *
 * <p><b>Threading:</b> for the path of the call, and for its caller when that is over.
 */
final class Rungs<T extends @Nullable Object> extends Instead<T> {

    private final Fallback<T> fallback;
    private Parts parts; // for good before the call begins
    private List<Throwable> failures = List.of();

    /** Made before anybody has entered: nothing may fail between that and the call. */
    @SuppressWarnings("NullAway.Init")
    Rungs(Fallback<T> fallback) {
        this.fallback = Objects.requireNonNull(fallback, "fallback");
    }

    @Override
    Rungs<T> of(Parts ofCall) {
        parts = ofCall;
        return this;
    }

    /** A key that cannot be hashed, say, must not turn a good answer into a failure. */
    @Override
    void remember(T value) {
        try {
            fallback.remember(value);
        } catch (Exception foreign) {
            parts.counts().observers().fault(foreign);
        }
    }

    boolean catches(Setbacks all) {
        Ending last = all.last();
        Verdict verdict = last == null ? Verdict.NOT_RUN : last.judgement().verdict();
        return fallback.catches(all.end(), all.refusal() != null, verdict);
    }

    /** Asks on this thread; null when no rung has answered. */
    @Nullable
    RungAnswer<T> here(Outcome outcome) {
        Descent<T> descent = fallback.descend(parts.name(), outcome, parts.time());
        RungAnswer<T> answer = null;
        try {
            answer = descent.here();
        } finally {
            asked(descent, answer);
        }
        return answer;
    }

    /** Asks without keeping a thread; the future holds null when no rung has answered. */
    CompletableFuture<@Nullable RungAnswer<T>> elsewhere(Outcome outcome, Executor hands) {
        Descent<T> descent = fallback.descend(parts.name(), outcome, parts.time());
        CompletableFuture<@Nullable RungAnswer<T>> descending = descent.elsewhere(hands);
        CompletableFuture<@Nullable RungAnswer<T>> told =
                descending.whenComplete((answer, error) -> asked(descent, answer));
        CompletableFuture<@Nullable RungAnswer<T>> unused =
                told.whenComplete((answer, error) -> descending.cancel(false)); // who is told first has given up
        return told;
    }

    /** Keeps and tells how it went. */
    private void asked(Descent<T> descent, @Nullable RungAnswer<T> answer) {
        failures = descent.failures();
        if (answer != null) {
            answeredBy = switch (answer.rung()) {
                case SLOWER -> Answer.Rung.SLOWER;
                case STALE -> Answer.Rung.STALE;
                case DEFAULT -> Answer.Rung.DEFAULT;
                case LATER -> Answer.Rung.LATER;
            };
        }
        if (!parts.counts().isUnheard()) {
            Rung rung = answer == null ? null : answer.rung();
            parts.counts().observers().tellOfCall(new FallbackAsked(parts.name(), rung, failures));
        }
    }

    /** What was thrown by the rungs that did not answer, in their order. */
    List<Throwable> failures() {
        return failures;
    }
}
