package dev.plimsoll.http;

import dev.plimsoll.call.RetryMark;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code X-Attempt} says: which attempt of the sender a request is, and whether only the sender's edge tries again.
 *
 * <pre>
 *   X-Attempt: 2          the second attempt; whoever gets it may retry what it calls, too
 *   X-Attempt: 2;edge     the second attempt; whoever is further in neither retries nor hedges
 * </pre>
 *
 * @param number from 1
 * @param mark whether others may retry
 */
record AttemptHeader(int number, RetryMark mark) {

    static final String NAME = "X-Attempt";

    private static final Pattern FORM = Pattern.compile("[ \\t]*([1-9]\\d{0,6})[ \\t]*(;[ \\t]*edge[ \\t]*)?");

    /** The value of a request that is sent now; empty when nobody around would send it again. */
    static Optional<String> toSend(int number) {
        if (!RetryMark.isInForce()) {
            return Optional.empty();
        }
        return Optional.of(number + (RetryMark.isAtEdge() ? ";edge" : ""));
    }

    /** Reads a value; one that is absent or has another form says nothing. */
    static Optional<AttemptHeader> read(@Nullable String value) {
        Matcher form = value == null ? null : FORM.matcher(value);
        if (form == null || !form.matches()) {
            return Optional.empty();
        }
        RetryMark mark = form.group(2) == null ? RetryMark.EACH_LAYER : RetryMark.AT_EDGE;
        return Optional.of(new AttemptHeader(Integer.parseInt(form.group(1)), mark));
    }
}
