package dev.plimsoll.http;

import dev.plimsoll.call.Judgement;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads what a gRPC server says of another attempt (gRPC proposal A6, "Pushback"): a 32-bit number of milliseconds. Zero or
 * more is when to try again; a negative number, or what is none, means never. Of several values the longest counts, unless
 * one of them means never.
 *
 * <p><b>Threading:</b> stateless.
 */
final class Pushback {

    /** The name of the field. */
    static final String FIELD = "grpc-retry-pushback-ms";

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,10}");
    private static final long NEVER = -1;

    private Pushback() {}

    /**
     * What is left of a judgement when the server has its say.
     *
     * @param judgement of an answer
     * @param headers of the same answer
     * @return the same judgement where the server says nothing
     */
    static Judgement obeyed(Judgement judgement, HttpHeaders headers) {
        List<String> values = headers.allValues(FIELD);
        if (values.isEmpty()) {
            return judgement;
        }
        long longest = 0;
        for (String value : values) {
            long millis = read(value.strip());
            if (millis == NEVER) {
                return judgement.pushedBackForGood();
            }
            longest = Math.max(longest, millis);
        }
        return judgement.pushedBack(Duration.ofMillis(longest));
    }

    private static long read(String value) {
        long millis = NUMBER.matcher(value).matches() ? Long.parseLong(value) : NEVER;
        return millis < 0 || millis > Integer.MAX_VALUE ? NEVER : millis;
    }
}
