package dev.plimsoll.failover;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;

/**
 * Asks the user's classifier, with the rules that none may change: an {@link Error}, an interruption and a cancellation say
 * nothing and are not repeated.
 */
final class Judging {

    private Judging() {}

    static Judgement judge(Classifier classifier, Outcome outcome, Observers faults) {
        if (outcome.isBeyondJudging()) {
            return Judgement.IGNORED;
        }
        try {
            Judgement judgement = classifier.judge(outcome);
            if (judgement != null) {
                return judgement;
            }
            faults.fault(new NullPointerException("the classifier returned null"));
        } catch (Exception broken) {
            faults.fault(broken);
        }
        return Classifier.standard().judge(outcome);
    }
}
