package dev.plimsoll.failover;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.EarlierErrors;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way from the primary to the backups: whom to ask next, and what the caller gets in the end. Both forms
 * go this way, the blocking and the asynchronous one.
 *
 * <p><b>Threading:</b> for one thread at a time, handed from one to the next.
 */
final class Passage<C> {

    private final String name;
    private final Plan<C> plan;
    private final Observers observers;
    private final Deadline deadline = Deadline.current();
    private final EarlierErrors errors = new EarlierErrors();
    private final List<String> passedOver = new ArrayList<>(0);
    private int asked;
    private @Nullable Outcome lastReal;
    private @Nullable Target<C> lastReached;
    private @Nullable Outcome lastRefusal;

    Passage(String name, Plan<C> plan, Observers observers) {
        this.name = name;
        this.plan = plan;
        this.observers = observers;
    }

    int asked() {
        return asked;
    }

    /** Who is to be asked now; null when there is nobody left, or no time. Then {@link #end()} says what the caller gets. */
    @Nullable
    Target<C> next() {
        if (asked == plan.targets().size()) {
            return null;
        }
        if (deadline.expired()) {
            if (asked == 0) {
                lastRefusal = Outcome.threw(timeIsUp());
            }
            return null;
        }
        return plan.targets().get(asked++);
    }

    private Throwable timeIsUp() {
        return new Rejection(name, "failover", Rejection.Reason.DEADLINE_EXPIRED, "the time is up", Rejection.UNKNOWN)
                .exception(false);
    }

    /** One has been asked. True when its outcome is that of the call; false when the next one is to be asked. */
    boolean isOver(Target<C> target, Outcome outcome) {
        Judgement judgement = Judging.judge(plan.classifier(), outcome, observers);
        boolean good = outcome.error() == null && !judgement.verdict().isBad();
        if (good) {
            target.tally().answered.increment();
            return true;
        }
        if (outcome.error() != null) {
            errors.add(outcome.error());
        }
        if (isRefusal(judgement)) {
            lastRefusal = outcome;
        } else {
            lastReal = outcome;
            lastReached = target;
        }
        if (!goesOn(judgement, outcome.error())) {
            target.tally().ended.increment();
            return true;
        }
        target.tally().passedOver.increment();
        passedOver.add(target.name());
        return false;
    }

    private static boolean isRefusal(Judgement judgement) {
        return judgement.verdict() == Verdict.IGNORED && judgement.repeat() == Repeat.ALWAYS;
    }

    private boolean goesOn(Judgement judgement, @Nullable Throwable error) {
        try {
            return plan.goesOn(judgement.repeat(), error);
        } catch (Exception ofPredicate) {
            observers.fault(ofPredicate);
            return false;
        }
    }

    /** What the caller gets when nobody is left: what came last from one that was reached, or else the last refusal. */
    Outcome end() {
        return Objects.requireNonNull(lastReal != null ? lastReal : lastRefusal);
    }

    /** A value, good or judged bad, and who gave it: the target, or without one the last that was reached. */
    <T extends @Nullable Object> TargetAnswer<T> answer(T value, @Nullable Target<C> target) {
        Target<C> by = Objects.requireNonNull(target != null ? target : lastReached);
        return new TargetAnswer<>(value, by.name(), asked);
    }

    /** What the caller is thrown, with the errors before it. */
    Throwable explained(Throwable error) {
        return errors.explain(error);
    }

    /** Tells, when the call was passed on. The target is who answered; null when nobody did. */
    void tell(@Nullable String target) {
        if (!passedOver.isEmpty() && observers.wantCalls()) {
            observers.tellOfCall(new FailedOver(name, target, passedOver, errors.all()));
        }
    }
}
