package dev.plimsoll.console.gather;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events, as the HTML standard has them (section 9.2.6), one after the other; lines end with LF or CRLF.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class EventReader {

    /** More than a console ever sends at once; who sends more is none. */
    private static final int LONGEST = 16 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[16_384];
    private int from;
    private int to;

    EventReader(InputStream in) {
        this.in = in;
    }

    /**
     * An event.
     *
     * @param kind what it is called; empty when it has no name
     * @param id empty when it has none
     */
    record Message(String kind, String id, String data) {}

    /**
     * Waits for the next event with data.
     *
     * @return null at the end; an event that has only begun then is left out
     * @throws IOException also when it is too long
     */
    @Nullable
    Message next() throws IOException {
        String kind = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (data.length() > 0) {
                    return new Message(kind, id, data.substring(0, data.length() - 1));
                }
                kind = "";
                id = "";
            } else {
                switch (field(line)) {
                    case "event" -> kind = value(line);
                    case "id" -> id = value(line);
                    case "data" -> data.append(value(line)).append('\n');
                    default -> {} // a comment, or when to come back
                }
            }
            refuseLonger(data.length());
        }
        return null;
    }

    private static String field(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon);
    }

    private static String value(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return "";
        }
        return line.startsWith(" ", colon + 1) ? line.substring(colon + 2) : line.substring(colon + 1);
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (from < to || fill()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, end - from);
            refuseLonger(line.size());
            boolean whole = end < to;
            from = whole ? end + 1 : end;
            if (whole) {
                String text = line.toString(StandardCharsets.UTF_8);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
        }
        return null;
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }

    private static void refuseLonger(int length) throws IOException {
        if (length > LONGEST) {
            throw new StreamCorruptedException("it sends events of more than " + LONGEST + " bytes");
        }
    }
}
