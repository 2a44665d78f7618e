package dev.plimsoll.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot work. It lists everything that is wrong at once, each with the field, the rule and the
 * value.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class ConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    /**
     * Made by builders, see {@link Check#done()}.
     *
     * @param subject what was configured, such as "guard prices"
     * @param problems what is wrong with it, a line each; at least one
     */
    public ConfigurationException(String subject, List<String> problems) {
        super(subject + " cannot be built:\n  - " + String.join("\n  - ", problems));
        this.problems = new ArrayList<>(problems);
    }

    /**
     * Everything that is wrong.
     *
     * @return lines such as "circuitBreaker.consecutiveFailures must be at least 1: 0"
     */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Collects what is wrong with a configuration, to report it all at once. For those who write builders. */
    public static final class Check {

        private static final int LONGEST_NAME = 64;
        private static final String NAME = "[A-Za-z0-9._-]{1," + LONGEST_NAME + "}";

        private final String subject;
        private final List<String> problems = new ArrayList<>();

        /**
         * Nothing is wrong yet.
         *
         * @param subject what is configured, such as "guard prices"
         */
        public Check(String subject) {
            this.subject = subject;
        }

        /**
         * Asserts a rule about a field.
         *
         * @param holds whether it holds
         * @param field the field's name, as in the builder
         * @param rule what must be, such as "must be at least 1"
         * @param value what it is
         */
        public void that(boolean holds, String field, String rule, Object value) {
            if (!holds) {
                problems.add(field + " " + rule + ": " + value);
            }
        }

        /**
         * Asserts that there is a value, for callers that no compiler has checked.
         *
         * @param field the field's name
         * @param value what it is
         * @return whether there is one
         */
        public boolean given(String field, @Nullable Object value) {
            that(value != null, field, "must not be null", "null");
            return value != null;
        }

        /**
         * Lets a set-up name what differs, and asserts that there is a set-up and that it gives something back.
         *
         * @param field the field's name
         * @param setup names what differs
         * @param defaults what it starts from
         * @param <T> the builder's type
         * @return what the set-up made of it; null when there is none, or it gave nothing back
         */
        public <T> @Nullable T applied(String field, @Nullable UnaryOperator<T> setup, T defaults) {
            T made = setup == null ? null : setup.apply(defaults);
            given(field, made);
            return made;
        }

        /**
         * As {@link #applied(String, UnaryOperator, Object)}, and lets what the set-up made of it check itself.
         *
         * @param field the field's name
         * @param setup names what differs
         * @param defaults what it starts from
         * @param rules asserts what must hold of it, such as {@code MyBuilder::check}
         * @param <T> the builder's type
         * @return what the set-up made of it; null when there is none, or it gave nothing back
         */
        public <T> @Nullable T applied(
                String field,
                @Nullable UnaryOperator<T> setup,
                T defaults,
                BiConsumer<? super T, ? super Check> rules) {
            T made = applied(field, setup, defaults);
            if (made != null) {
                rules.accept(made, this);
            }
            return made;
        }

        /**
         * Asserts that a dependency, or whatever is set up, is named by 1 … 64 letters, digits, dots, dashes and
         * underscores.
         *
         * @param name its name
         */
        public void name(@Nullable String name) {
            if (name == null) {
                given("name", name);
            } else {
                that(isName(name), "name", "must match " + NAME, "\"" + name + "\"");
            }
        }

        /**
         * Asserts that something is named as {@link #name(String)} demands, or like a part of a guard that is one of many,
         * which have a slash and their key after that. For those who assemble guards.
         *
         * @param name its name
         */
        public void nameOfPart(@Nullable String name) {
            if (name == null
                    || name.indexOf('/') < 0
                    || !OfPart.NAME.matcher(name).matches()) {
                name(name);
            }
        }

        /** Loaded when there is one: to make a pattern takes the first guard of a process longer than all else it checks. */
        private static final class OfPart {
            static final Pattern NAME = Pattern.compile(Check.NAME + "/.{1," + LONGEST_NAME + "}");
        }

        private static boolean isName(String name) {
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (!letter && (c < '0' || c > '9') && "._-".indexOf(c) < 0) {
                    return false;
                }
            }
            return !name.isEmpty() && name.length() <= LONGEST_NAME;
        }

        /**
         * Asserts a lower bound.
         *
         * @param field the field's name
         * @param value what it is
         * @param least the smallest value allowed
         */
        public void atLeast(String field, long value, long least) {
            that(value >= least, field, "must be at least " + least, value);
        }

        /**
         * Asserts that a span is longer than nothing.
         *
         * @param field the field's name
         * @param span what it is
         */
        public void positive(String field, Duration span) {
            that(!span.isNegative() && !span.isZero(), field, "must be longer than zero", span);
        }

        /**
         * Asserts that a number lies in a range.
         *
         * @param field the field's name
         * @param value what it is; NaN lies in no range
         * @param above the lower bound, itself excluded
         * @param most the upper bound, itself included
         */
        public void within(String field, double value, double above, double most) {
            that(
                    value > above && value <= most,
                    field,
                    "must be above " + plain(above) + " and at most " + plain(most),
                    plain(value));
        }

        /**
         * Adds problems that were found before.
         *
         * @param before found of the same subject
         */
        public void all(Check before) {
            problems.addAll(before.problems);
        }

        /**
         * Adds problems that a part has found in itself.
         *
         * @param part the part's name, put before each of them
         * @param found a line each
         */
        public void part(String part, List<String> found) {
            for (String problem : found) {
                problems.add(part + "." + problem);
            }
        }

        /**
         * What is wrong so far.
         *
         * @return a line each
         */
        public List<String> problems() {
            return List.copyOf(problems);
        }

        /**
         * Ends the check.
         *
         * @throws ConfigurationException when anything is wrong
         */
        public void done() {
            if (!problems.isEmpty()) {
                throw new ConfigurationException(subject, problems);
            }
        }

        private static String plain(double number) {
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString((long) number)
                    : Double.toString(number);
        }
    }
}
