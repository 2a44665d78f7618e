package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.console.Audit.Order;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an operator may do to a circuit breaker: always with a reason, a name, and an end, so that nothing done at night is
 * still in force next week. Each deed is audited, done or not, and an entry of the timeline before its effect.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Steering {

    private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int LONGEST_TEXT = 200;
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
     * @param fields reason, who, ttlSeconds
     * @param from the address it comes from
     */
    static Order order(String dependency, Deed deed, Map<String, String> fields, String from) {
        String who = fields.getOrDefault("who", "").strip();
        String reason = fields.getOrDefault("reason", "").strip();
        String seconds = fields.getOrDefault("ttlSeconds", "").strip();
        boolean ends = deed.hasEnd() && NUMBER.matcher(seconds).matches();
        return new Order(dependency, deed, who, reason, from, ends ? Long.parseLong(seconds) : 0);
    }

    /**
     * Does it.
     *
     * @return false when there is no such dependency, or it has no breaker of its own
     * @throws ConfigurationException listing everything that is wrong; then nothing was done
     */
    boolean act(Order order) {
        check(order);
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

    private void check(Order order) {
        Check check = new Check(order.deed().words() + " of " + order.dependency());
        check(check, "reason", order.reason());
        check(check, "who", order.who());
        long seconds = order.seconds();
        boolean ends = !order.deed().hasEnd() || (seconds >= 1 && seconds <= LONGEST_SECONDS);
        check.that(ends, "ttlSeconds", "must be 1 to " + LONGEST_SECONDS, seconds);
        try {
            check.done();
        } catch (ConfigurationException wrong) {
            audit.refused(order, String.join("; ", wrong.problems()));
            throw wrong;
        }
    }

    private void check(Check check, String field, String text) {
        boolean fits =
                !text.isEmpty() && text.length() <= LONGEST_TEXT && text.chars().noneMatch(Character::isISOControl);
        boolean mentions = audit.mentionsToken(text);
        check.that(fits, field, "must have 1 to 200 characters on one line", mentions ? "(not shown)" : text);
        check.that(!mentions, field, "must not have the token in it", "(not shown)");
    }

    /** It is not even looked at. */
    void refuse(Order order, String why) {
        audit.refused(order, why);
    }
}
