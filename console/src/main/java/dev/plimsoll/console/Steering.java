package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.console.Audit.Order;
import dev.plimsoll.console.Form.Wrong;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do to a circuit breaker: always with a reason, a name, and an end, so that nothing done at night is
 * still in force next week. Each deed is audited, done or not, and an entry of the timeline before its effect.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Steering {

    private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int LONGEST_TEXT = 200;
    private static final String REASON = "reason";
    private static final String WHO = "who";
    private static final String END = "ttlSeconds";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Guards guards;
    private final Audit audit;

    Steering(Guards guards, Audit audit) {
        this.guards = guards;
        this.audit = audit;
    }

    /** What can be done. */
    enum Deed {
        /** Refuses all calls. */
        FORCE_OPEN("force open"),
        /** Closes, with an empty window. */
        CLOSE("close"),
        /** Passes all calls and judges none. */
        DISABLE("disable"),
        /** Passes and judges all calls and never opens. */
        METRICS_ONLY("metrics only"),
        /** Ends an operator's state: closes, with an empty window. */
        RESET("reset");

        private final String words;

        Deed(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean hasEnd() {
            return this != CLOSE && this != RESET;
        }

        /** By its name in a path, such as "force-open". */
        static Optional<Deed> named(String path) {
            for (Deed deed : values()) {
                if (deed.words.replace(' ', '-').equals(path)) {
                    return Optional.of(deed);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * An order as it came, right or wrong.
     *
     * @param form its reason, who and ttlSeconds
     * @param from the address it comes from
     */
    static Order order(String dependency, Deed deed, Form form, String from) {
        String seconds = form.text(END);
        boolean ends = deed.hasEnd() && NUMBER.matcher(seconds).matches();
        long many = ends ? Long.parseLong(seconds) : 0;
        return new Order(dependency, deed, form.text(WHO), form.text(REASON), from, many);
    }

    /**
     * Does it.
     *
     * @param form as which the order came
     * @return false when there is no such dependency, or it has no breaker
     * @throws ConfigurationException listing everything that is wrong; then nothing was done
     */
    boolean act(Order order, Form form) {
        check(order, form);
        CircuitBreaker breaker =
                guards.find(order.dependency()).map(Guard::circuitBreaker).orElse(null);
        if (breaker == null) {
            audit.refused(order, "there is no circuit breaker of that name");
            return false;
        }
        audit.begins(order);
        boolean done = false;
        try {
            act(breaker, order);
            done = true;
        } finally {
            audit.ended(order, done);
        }
        return true;
    }

    private static void act(CircuitBreaker breaker, Order order) {
        Duration ttl = Duration.ofSeconds(order.seconds());
        switch (order.deed()) {
            case FORCE_OPEN -> breaker.forceOpen(order.reason(), order.who(), ttl);
            case DISABLE -> breaker.disable(order.reason(), order.who(), ttl);
            case METRICS_ONLY -> breaker.metricsOnly(order.reason(), order.who(), ttl);
            case CLOSE, RESET -> breaker.reset(order.reason(), order.who());
        }
    }

    private void check(Order order, Form form) {
        Check check = new Check(order.deed().words() + " of " + order.dependency());
        if (isUnderstood(check, form.whole())) {
            checkText(check, form, REASON);
            checkText(check, form, WHO);
            checkEnd(check, form, order);
        }
        try {
            check.done();
        } catch (ConfigurationException wrong) {
            audit.refused(order, String.join("; ", wrong.problems()));
            throw wrong;
        }
    }

    /** As it came it may have the token in it, in other letters: it is not repeated where there is one. */
    private boolean isUnderstood(Check check, @Nullable Wrong wrong) {
        return (wrong != null && audit.hasToken())
                ? isRight(check, new Wrong(wrong.field(), wrong.rule(), "(not shown)"))
                : isRight(check, wrong);
    }

    private boolean isRight(Check check, @Nullable Wrong wrong) {
        if (wrong != null) {
            check.that(false, wrong.field(), wrong.rule(), audit.shown(wrong.value()));
        }
        return wrong == null;
    }

    private void checkText(Check check, Form form, String field) {
        if (isRight(check, form.wrong(field))) {
            String text = form.text(field);
            boolean fits = !text.isEmpty()
                    && text.length() <= LONGEST_TEXT
                    && text.chars().noneMatch(Character::isISOControl);
            check.that(fits, field, "must have 1 to 200 characters on one line", audit.shown(text));
            check.that(!audit.mentionsToken(text), field, "must not have the token in it", "(not shown)");
        }
    }

    private void checkEnd(Check check, Form form, Order order) {
        if (order.deed().hasEnd() && isRight(check, form.wrong(END))) {
            boolean fits = order.seconds() >= 1 && order.seconds() <= LONGEST_SECONDS;
            String rule = "must be 1 to " + LONGEST_SECONDS + ", a whole number";
            check.that(fits, END, rule, audit.shown(form.text(END)));
        }
    }

    /** It is not even looked at. */
    void refuse(Order order, String why) {
        audit.refused(order, why);
    }
}
