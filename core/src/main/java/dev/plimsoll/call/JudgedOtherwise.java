package dev.plimsoll.call;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * A classifier with an exception from it. Made of equal parts, two are equal: a set-up that makes its classifier anew each
 * time is still the same set-up. Predicates are compared by identity.
 *
 * <p><b>Threading:</b> immutable.
 */
sealed interface JudgedOtherwise extends Classifier {

    /** Who judges everything else. */
    Classifier others();

    @Override
    default boolean allowsHedges() {
        return others().allowsHedges();
    }

    /** Some errors. */
    record Errors(Classifier others, Predicate<? super Throwable> errors, Judgement judgement)
            implements JudgedOtherwise {

        public Errors {
            Objects.requireNonNull(errors, "errors");
            Objects.requireNonNull(judgement, "judgement");
        }

        @Override
        public Judgement judge(Outcome outcome) {
            return outcome.error() != null && errors.test(outcome.error()) ? judgement : others.judge(outcome);
        }
    }

    /** The errors of a type. */
    record ErrorsOfType(Classifier others, Class<? extends Throwable> type, Judgement judgement)
            implements JudgedOtherwise {

        public ErrorsOfType {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(judgement, "judgement");
        }

        @Override
        public Judgement judge(Outcome outcome) {
            return type.isInstance(outcome.error()) ? judgement : others.judge(outcome);
        }
    }

    /** Some values. */
    record Results<V>(Classifier others, Class<V> type, Predicate<? super V> values, Judgement judgement)
            implements JudgedOtherwise {

        public Results {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(judgement, "judgement");
        }

        @Override
        public Judgement judge(Outcome outcome) {
            return type.isInstance(outcome.value()) && values.test(type.cast(outcome.value()))
                    ? judgement
                    : others.judge(outcome);
        }
    }
}
