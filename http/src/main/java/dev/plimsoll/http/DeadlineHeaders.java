package dev.plimsoll.http;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Time;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that say by when an answer is wanted, in both forms.
 *
 * <pre>
 *   X-Deadline-Remaining: 4900000u                 how long is left; needs no clock
 *   grpc-timeout: 4900m                            the same, only read
 *   X-Deadline: 2026-01-01T00:00:04.900Z           the instant, by the wall clock of whoever wrote it
 * </pre>
 *
 * <p>The first of them that can be read counts. An instant becomes a span once, on arrival; from then on the wall clock
 * may do as it likes.
 *
 * <p><b>Threading:</b> stateless.
 */
final class DeadlineHeaders {

    static final String REMAINING = "X-Deadline-Remaining";
    static final String GRPC = "grpc-timeout";
    static final String INSTANT = "X-Deadline";

    private static final List<String> SPANS = List.of(REMAINING, GRPC);
    private static final int LONGEST_INSTANT = 64;
    private static final int LONGEST_SHOWN = 64;

    private DeadlineHeaders() {}

    /** How a request said by when it wants its answer. */
    enum Form {
        /** It did not, or nobody could read it. */
        NONE,
        /** By how long is left. */
        SPAN,
        /** By an instant alone. */
        INSTANT
    }

    /**
     * What a request says.
     *
     * @param form how it says it
     * @param nanos how long is left, 0 … {@link Time#LONGEST}; zero when the time is up, or is not said
     * @param unreadable a field that could not be read, and its value as it may be shown; null when there was none
     */
    record Said(Form form, long nanos, @Nullable String unreadable) {}

    /** Whether a request has a deadline of its own already. */
    static boolean areIn(HttpHeaders headers) {
        return headers.firstValue(INSTANT).isPresent()
                || SPANS.stream().anyMatch(name -> headers.firstValue(name).isPresent());
    }

    /**
     * Writes what may be promised of a deadline: less the reserve, rounded down.
     *
     * @param request gets both forms
     * @param deadline not none
     * @param wall our clock
     */
    static void write(HttpRequest.Builder request, Deadline deadline, Instant wall) {
        long nanos = Time.nanos(deadline.lessReserve().remaining());
        request.setHeader(REMAINING, WireTimeout.write(nanos));
        request.setHeader(INSTANT, instant(wall, nanos));
    }

    /** An instant some time from now, rounded down to milliseconds. */
    static String instant(Instant wall, long nanos) {
        return wall.plusNanos(nanos).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /**
     * Reads the fields of a request that has just come in.
     *
     * @param header gives the value of a field, null when it is absent
     * @param wall our clock, read only for an instant
     * @return what counts
     */
    static Said read(Function<String, @Nullable String> header, Supplier<Instant> wall) {
        String unreadable = null;
        for (String name : SPANS) {
            String value = header.apply(name);
            OptionalLong nanos = value == null ? OptionalLong.empty() : WireTimeout.read(value);
            if (nanos.isPresent()) {
                return new Said(Form.SPAN, nanos.getAsLong(), unreadable);
            }
            unreadable = value == null ? unreadable : shown(name, value);
        }
        String value = header.apply(INSTANT);
        if (value == null) {
            return new Said(Form.NONE, 0, unreadable);
        }
        Optional<Instant> instant = readInstant(value);
        if (instant.isEmpty()) {
            return new Said(Form.NONE, 0, shown(INSTANT, value));
        }
        long left = Time.nanos(Duration.between(wall.get(), instant.get()));
        return new Said(Form.INSTANT, left, unreadable);
    }

    private static Optional<Instant> readInstant(String text) {
        if (text.length() > LONGEST_INSTANT) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Whoever sends this may write what they like: it is cut, and nothing in it can move a cursor. */
    private static String shown(String name, String value) {
        String cut = value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "…";
        return name + ": " + cut.replaceAll("\\p{C}", "?");
    }
}
