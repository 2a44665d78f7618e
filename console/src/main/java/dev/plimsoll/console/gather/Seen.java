package dev.plimsoll.console.gather;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one process has last said of its present: its numbers, to be added to those of others, and its dependencies, each to
 * be shown as it is, but named with its process.
 *
 * <p><b>Threading:</b> immutable once it is parsed.
 */
final class Seen {

    private static final JsonFactory JSON = new JsonFactory();

    /** Where a number goes that changes with time; no text has this character, for in JSON it is escaped. */
    private static final String PLACE = "\0";

    private static final long NONE = -1;

    private final Map<String, Long> totals = new LinkedHashMap<>();
    private final Map<String, Long> users = new LinkedHashMap<>();
    private final List<long[]> latencies = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private boolean heard = true;

    private Seen() {}

    /**
     * A dependency.
     *
     * @param name with its process
     * @param harm how much harm it does
     * @param json all of it, with a place for the time until the next probe
     * @param nextProbe that time in milliseconds; negative when there is none
     */
    record Row(String name, double harm, String json, long nextProbe) {

        /**
         * As the page reads it.
         *
         * @param age how many milliseconds ago it was said
         * @param gone since when its process is gone, in milliseconds since the epoch; null when it is there
         */
        String json(long age, @Nullable Long gone) {
            String now = json.replace(PLACE, Long.toString(Math.max(0, nextProbe - age)));
            return gone == null ? now : now.substring(0, now.length() - 1) + ",\"gone\":" + gone + "}";
        }
    }

    /** Sums of its numbers, by their names. */
    Map<String, Long> totals() {
        return totals;
    }

    /** The same of what users feel. */
    Map<String, Long> users() {
        return users;
    }

    /** Whether somebody listens to single calls there. */
    boolean isHeard() {
        return heard;
    }

    /** How long calls took: microseconds, and how many took so long. */
    List<long[]> latencies() {
        return latencies;
    }

    List<Row> rows() {
        return rows;
    }

    /**
     * Reads an overview.
     *
     * @param process whose it is
     * @throws IOException when that is none
     */
    static Seen parse(String process, String overview) throws IOException {
        Seen seen = new Seen();
        try (JsonParser in = JSON.createParser(overview)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its overview is no object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals("users") && value == JsonToken.START_OBJECT) {
                    seen.readUsers(in);
                } else if (name.equals("dependencies") && value == JsonToken.START_ARRAY) {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        seen.rows.add(row(process, in));
                    }
                } else {
                    keepNumber(in, name, seen.totals);
                }
            }
        }
        return seen;
    }

    private static void keepNumber(JsonParser in, String name, Map<String, Long> numbers) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            numbers.put(name, in.getLongValue());
        } else {
            in.skipChildren();
        }
    }

    private void readUsers(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("heard")) {
                heard = value != JsonToken.VALUE_FALSE;
            } else if (name.equals("latencies") && value == JsonToken.START_ARRAY) {
                readLatencies(in);
            } else {
                keepNumber(in, name, users);
            }
        }
    }

    private void readLatencies(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.START_ARRAY) {
            long micros = in.nextLongValue(NONE);
            long count = in.nextLongValue(NONE);
            if (micros < 0 || count < 0 || in.nextToken() != JsonToken.END_ARRAY) {
                throw new IOException("its latencies are no pairs of numbers");
            }
            latencies.add(new long[] {micros, count});
        }
    }

    private static Row row(String process, JsonParser in) throws IOException {
        StringWriter text = new StringWriter();
        String name = process + ":";
        double harm = 0;
        long nextProbe = NONE;
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("process", process);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                JsonToken value = in.nextToken();
                if (field.equals("name")) {
                    name += in.getText();
                    out.writeStringField(field, name);
                } else if (field.equals("circuit") && value == JsonToken.START_OBJECT) {
                    out.writeFieldName(field);
                    nextProbe = copyCircuit(in, out);
                } else if (field.equals("process") || field.equals("gone")) {
                    in.skipChildren();
                } else {
                    harm = field.equals("harm") ? in.getValueAsDouble() : harm;
                    out.writeFieldName(field);
                    out.copyCurrentStructure(in);
                }
            }
            out.writeEndObject();
        }
        return new Row(name, harm, text.toString(), nextProbe);
    }

    /** Gives back when it is tried again, and leaves the place for that open. */
    private static long copyCircuit(JsonParser in, JsonGenerator out) throws IOException {
        long nextProbe = NONE;
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            out.writeFieldName(field);
            if (field.equals("nextProbe") && value == JsonToken.VALUE_NUMBER_INT) {
                nextProbe = in.getLongValue();
                out.writeRawValue(PLACE);
            } else {
                out.copyCurrentStructure(in);
            }
        }
        out.writeEndObject();
        return nextProbe;
    }
}
