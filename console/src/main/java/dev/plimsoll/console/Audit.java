package dev.plimsoll.console;

import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.console.Steering.Deed;
import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.Time;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who has done what, or tried to: in the log in any case, under the name {@code dev.plimsoll.console}; and on the timeline
 * where it was an order, done or not, of somebody who may see the page. Never is the token in it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Audit {

    private static final Logger LOGGER = System.getLogger("dev.plimsoll.console");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");
    private static final int LONGEST = 200;
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int AT_ONCE = 50;

    private final Watchman watchman;
    private final @Nullable String token;
    private final RateLimiter refusals;
    private final LongAdder untold = new LongAdder();

    Audit(Watchman watchman, @Nullable String token, Time time) {
        this.watchman = watchman;
        this.token = token;
        this.refusals = RateLimiter.create(
                "console-refusals", limit -> limit.permits(1).per(PACE).burst(AT_ONCE), time);
    }

    /**
     * What somebody wants to be done.
     *
     * @param who as they call themselves
     * @param from the address it comes from
     * @param seconds for how long; 0 where it has no end
     */
    record Order(String dependency, Deed deed, String who, String reason, String from, long seconds) {}

    /** It is about to be done: on the timeline this comes before what follows from it. */
    void begins(Order order) {
        tell(order, title(order), "");
    }

    /** It was done, or something broke in doing it. */
    void ended(Order order, boolean done) {
        log(done ? Level.INFO : Level.ERROR, order, done ? "done" : "failed");
    }

    /** It was not done. Of a flood of such orders, of a broken script say, only one a second is told: it is not what changed. */
    void refused(Order order, String why) {
        Permit permit = refusals.tryEnter();
        if (permit == null) {
            untold.increment();
            return;
        }
        permit.settle(Verdict.SUCCESS);
        long more = untold.sumThenReset();
        String others = more == 0 ? "" : "; " + more + " others before it are not told";
        tell(order, title(order) + ": refused", "; not done: " + shown(why) + others);
        log(Level.WARNING, order, "refused: " + shown(why) + others);
    }

    /** Somebody was not let in. */
    void turnedAway(String from, String what) {
        write(Level.WARNING, "turned away from " + from + ": " + shown(what));
    }

    private void tell(Order order, String title, String result) {
        String why = shown(order.who()) + " (from " + order.from() + "): " + shown(order.reason()) + result;
        watchman.tell(shown(order.dependency()), Kind.OPERATOR, Tone.NEUTRAL, title, why);
    }

    private void log(Level level, Order order, String result) {
        write(
                level,
                shown(order.who()) + " (from " + order.from() + "): " + title(order) + " of "
                        + shown(order.dependency()) + ": " + shown(order.reason()) + ": " + result);
    }

    /** A log that throws changes nothing of what was done. */
    private static void write(Level level, String line) {
        try {
            LOGGER.log(level, line);
        } catch (RuntimeException ofLog) {
            return; // the log's own trouble is for the log to tell
        }
    }

    private static String title(Order order) {
        return order.deed().words() + (order.seconds() > 0 ? ", for " + order.seconds() + " s" : "");
    }

    /** Whether there is one that must be told to nobody. */
    boolean hasToken() {
        return token != null;
    }

    /** Whether somebody has put the token where all can read it. */
    boolean mentionsToken(String text) {
        return token != null && text.contains(token);
    }

    /** On one line, not longer than anybody reads, and without the token. */
    String shown(String given) {
        String text = token == null ? given : given.replace(token, "(the token)");
        String line = CONTROL.matcher(text).replaceAll(" ").strip();
        return line.isEmpty() ? "(nothing)" : Json.cut(line, LONGEST);
    }
}
