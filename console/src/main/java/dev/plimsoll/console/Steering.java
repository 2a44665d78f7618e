package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do to a circuit breaker: always with a reason, a name, and an end, so that nothing done at night is
 * still in force next week. Each deed is an entry of the timeline, before its effect.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Steering {

    private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int LONGEST_TEXT = 200;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Guards guards;
    private final Watchman watchman;

    Steering(Guards guards, Watchman watchman) {
        this.guards = guards;
        this.watchman = watchman;
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
     * Does it.
     *
     * @param order reason, who, ttlSeconds
     * @param from the address it comes from
     * @return false when there is no such dependency, or it has no breaker of its own
     * @throws ConfigurationException listing everything that is wrong; then nothing was done
     */
    boolean act(String dependency, Deed deed, Map<String, String> order, String from) {
        Check check = new Check(deed.words + " of " + dependency);
        String reason = text(check, "reason", order.get("reason"));
        String who = text(check, "who", order.get("who"));
        long seconds = seconds(check, deed, order.get("ttlSeconds"));
        check.done();
        CircuitBreaker breaker =
                guards.find(dependency).map(Guard::circuitBreaker).orElse(null);
        if (breaker == null) {
            return false;
        }
        String end = deed.hasEnd() ? ", for " + seconds + " s" : "";
        watchman.tell(
                dependency,
                Story.Kind.OPERATOR,
                Story.Tone.NEUTRAL,
                deed.words + end,
                who + " (from " + from + "): " + reason);
        Duration ttl = Duration.ofSeconds(seconds);
        switch (deed) {
            case FORCE_OPEN -> breaker.forceOpen(reason, who, ttl);
            case DISABLE -> breaker.disable(reason, who, ttl);
            case METRICS_ONLY -> breaker.metricsOnly(reason, who, ttl);
            case CLOSE, RESET -> breaker.reset(reason, who);
        }
        return true;
    }

    private static String text(Check check, String field, @Nullable String given) {
        String text = given == null ? "" : given.strip();
        boolean fits =
                !text.isEmpty() && text.length() <= LONGEST_TEXT && text.chars().noneMatch(Character::isISOControl);
        check.that(fits, field, "must have 1 to 200 characters on one line", text);
        return text;
    }

    private static long seconds(Check check, Deed deed, @Nullable String given) {
        if (!deed.hasEnd()) {
            return 0;
        }
        String text = given == null ? "" : given.strip();
        long seconds = NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
        check.that(seconds >= 1 && seconds <= LONGEST_SECONDS, "ttlSeconds", "must be 1 to " + LONGEST_SECONDS, text);
        return seconds;
    }
}
