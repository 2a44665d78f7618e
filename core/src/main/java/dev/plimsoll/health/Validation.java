package dev.plimsoll.health;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.InvalidAnswerException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a dependency answers, and takes a wrong answer for a failure. An immutable value: each method returns a new
 * one.
 *
 * <pre>{@code
 * Validation<Reply> intact = Validation.of("prices", Reply.class)
 *         .checksum(Checksum.CRC32C, Reply::body, Reply::crc)
 *         .that("the price is above zero", reply -> reply.price() > 0);
 * Reply reply = prices.call(intact.around(() -> client.ask(item)));
 * }</pre>
 *
 * <p>{@link #around} is the way to use it: a wrong answer becomes an {@link InvalidAnswerException} inside the attempt. So
 * the guard holds it against the dependency, tries again where the work may be repeated, asks the fallback, and the caller
 * never sees the value. Where a wrong answer is better than none, {@link #judging} makes a classifier of it: the guard
 * judges the same, and the caller gets the last value as it is.
 *
 * <p>An answer that is null is wrong. A rule that throws has found a wrong answer, too; an {@link Error} passes.
 *
 * <p><b>Threading:</b> immutable; the rules are called by any number of threads.
 *
 * @param <V> what the dependency answers
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Validation<V> {

    /** Finds out what is wrong with an answer; null when nothing is. */
    private interface Rule<V> {
        @Nullable
        String problem(V value);
    }

    /** The classifier that a validation makes of another one. */
    private record Judging<V>(Validation<V> validation, Classifier others) implements Classifier {

        @Override
        public Judgement judge(Outcome outcome) {
            boolean wrong = outcome.error() == null
                    && validation.type.isInstance(outcome.value())
                    && validation.problem(validation.type.cast(outcome.value())) != null;
            return wrong ? Judgement.TRANSIENT : others.judge(outcome);
        }

        @Override
        public boolean allowsHedges() {
            return others.allowsHedges();
        }
    }

    private final String dependency;
    private final Class<V> type;
    private final List<Rule<V>> rules;

    private Validation(String dependency, Class<V> type, List<Rule<V>> rules) {
        this.dependency = dependency;
        this.type = type;
        this.rules = List.copyOf(rules);
    }

    /**
     * A validation without rules: every answer of the type is good.
     *
     * @param dependency whose answers these are: 1 … 64 letters, digits, dots, dashes, underscores
     * @param type the answers' type
     * @param <V> the answers' type
     * @return a new value
     * @throws dev.plimsoll.call.ConfigurationException when the name cannot be used
     */
    public static <V> Validation<V> of(String dependency, Class<V> type) {
        Check check = new Check("validation " + dependency);
        check.name(dependency);
        check.given("type", type);
        check.done();
        return new Validation<>(dependency, type, List.of());
    }

    private Validation<V> and(Rule<V> rule) {
        List<Rule<V>> more = new ArrayList<>(rules);
        more.add(rule);
        return new Validation<>(dependency, type, more);
    }

    /**
     * This validation, with another rule.
     *
     * @param rule in words, as the exception says it: "the price is above zero"
     * @param holds whether it holds of an answer
     * @return a new value
     */
    public Validation<V> that(String rule, Predicate<? super V> holds) {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(holds, "holds");
        return and(value -> holds.test(value) ? null : "it does not hold that " + rule);
    }

    /**
     * This validation, with a checksum.
     *
     * @param kind which one
     * @param bytes the part of an answer that it is of
     * @param expected what the answer itself says it is, in hexadecimal digits or Base64; null when it does not say, which
     *     is wrong
     * @return a new value
     */
    public Validation<V> checksum(
            Checksum kind, Function<? super V, byte[]> bytes, Function<? super V, @Nullable String> expected) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(expected, "expected");
        return and(value -> {
            String wanted = expected.apply(value);
            if (wanted == null) {
                return "it has no " + kind;
            }
            byte[] all = bytes.apply(value);
            return kind.matches(all, wanted) ? null : "the " + kind + " is " + kind.of(all) + ", and not " + wanted;
        });
    }

    /**
     * What is wrong with an answer: the first rule that it breaks.
     *
     * @param value what the dependency answered
     * @return null when nothing is wrong
     */
    public @Nullable String problem(@Nullable V value) {
        if (value == null) {
            return "it is null";
        }
        for (Rule<V> rule : rules) {
            String problem;
            try {
                problem = rule.problem(value);
            } catch (Exception broken) {
                problem = "it cannot be looked at: " + broken;
            }
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /**
     * An answer, if it is good.
     *
     * @param value what the dependency answered
     * @return the same
     * @throws InvalidAnswerException when it is wrong
     */
    public V checked(@Nullable V value) {
        String problem = problem(value);
        if (problem != null || value == null) {
            throw new InvalidAnswerException(dependency, String.valueOf(problem));
        }
        return value;
    }

    /**
     * The same work, which throws an {@link InvalidAnswerException} where it would return a wrong answer.
     *
     * @param work asks the dependency
     * @param <X> the checked exception it may throw
     * @return work for a guard
     */
    public <X extends Exception> Work<V, X> around(Work<? extends @Nullable V, X> work) {
        Objects.requireNonNull(work, "work");
        return () -> checked(work.call());
    }

    /**
     * The same work, whose stage fails with an {@link InvalidAnswerException} where it would come to a wrong answer. To
     * cancel that stage cancels the one of the work.
     *
     * @param work begins to ask the dependency
     * @param <X> the checked exception it may throw
     * @return work for {@code Guard.callAsync}
     */
    public <X extends Exception> Work<CompletionStage<V>, X> aroundAsync(
            Work<? extends CompletionStage<? extends @Nullable V>, X> work) {
        Objects.requireNonNull(work, "work");
        return () -> CheckedStage.of(work.call(), this::checked);
    }

    /**
     * A classifier that takes wrong answers for failures that are likely to pass, and leaves the value as it is: who called
     * gets it when no other attempt is made. Of answers of another type, null among them, it says nothing.
     *
     * @param others judges everything else
     * @return a new classifier; two of the same validation and equal others are equal
     */
    public Classifier judging(Classifier others) {
        return new Judging<>(this, Objects.requireNonNull(others, "others"));
    }
}
