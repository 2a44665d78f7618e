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
import java.util.Set;
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

    /** The members that say in how many milliseconds something is to happen. */
    private static final Set<String> COUNTDOWNS = Set.of("nextProbe", "endsIn", "laterIn");

    private static final long NONE = -1;

    private final Map<String, Long> totals = new LinkedHashMap<>();
    private final Map<String, Long> users = new LinkedHashMap<>();
    private final List<long[]> latencies = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> banners = new ArrayList<>();
    private boolean heard = true;

    private Seen() {}

    /**
     * A dependency, or a banner.
     *
     * @param name with its process
     * @param harm how much harm it does
     * @param parts all of it as JSON, cut where countdowns go
     * @param countdowns in how many milliseconds something was to happen when it was said
     */
    record Row(String name, double harm, List<String> parts, List<Long> countdowns) {

        /**
         * As the page reads it.
         *
         * @param age how many milliseconds ago it was said
         * @param gone since when its process is gone, in milliseconds since the epoch; null when it is there
         */
        String json(long age, @Nullable Long gone) {
            StringBuilder now = new StringBuilder(parts.get(0));
            for (int i = 0; i < countdowns.size(); i++) {
                now.append(Math.max(0, countdowns.get(i) - age)).append(parts.get(i + 1));
            }
            if (gone != null) {
                now.insert(now.length() - 1, ",\"gone\":" + gone);
            }
            return now.toString();
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

    /** What is said of the service itself. */
    List<Row> banners() {
        return banners;
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
                    readRows(process, in, seen.rows, true);
                } else if (name.equals("banners") && value == JsonToken.START_ARRAY) {
                    readRows(process, in, seen.banners, false);
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

    private static void readRows(String process, JsonParser in, List<Row> rows, boolean called) throws IOException {
        while (in.nextToken() == JsonToken.START_OBJECT) {
            rows.add(row(process, in, called));
        }
    }

    /**
     * Reads one.
     *
     * @param called whether it must say how calls to it ended
     */
    private static Row row(String process, JsonParser in, boolean called) throws IOException {
        StringWriter text = new StringWriter();
        String name = process + ":";
        boolean isNamed = false;
        boolean hasEnds = false;
        double harm = 0;
        List<Long> countdowns = new ArrayList<>();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("process", process);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                hasEnds |= field.equals("ends") && in.currentToken() == JsonToken.START_OBJECT;
                if (field.equals("name")) {
                    isNamed = in.currentToken() == JsonToken.VALUE_STRING;
                    name += in.getText();
                    out.writeStringField(field, name);
                } else if (field.equals("process") || field.equals("gone")) {
                    in.skipChildren();
                } else {
                    harm = field.equals("harm") ? in.getValueAsDouble() : harm;
                    out.writeFieldName(field);
                    copy(field, in, out, countdowns);
                }
            }
            out.writeEndObject();
        }
        if (!isNamed || (called && !hasEnds)) {
            throw new IOException("one of its dependencies or banners has no name, or does not say how calls ended");
        }
        return new Row(name, harm, List.of(text.toString().split(PLACE, -1)), countdowns);
    }

    /** Leaves places for countdowns, also in what it has inside. */
    private static void copy(String field, JsonParser in, JsonGenerator out, List<Long> countdowns) throws IOException {
        JsonToken value = in.currentToken();
        if (value == JsonToken.START_OBJECT) {
            out.writeStartObject();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String inside = in.currentName();
                in.nextToken();
                out.writeFieldName(inside);
                copy(inside, in, out, countdowns);
            }
            out.writeEndObject();
        } else if (value == JsonToken.START_ARRAY) {
            out.writeStartArray();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                copy("", in, out, countdowns);
            }
            out.writeEndArray();
        } else if (COUNTDOWNS.contains(field) && value == JsonToken.VALUE_NUMBER_INT) {
            countdowns.add(in.getLongValue());
            out.writeRawValue(PLACE);
        } else {
            out.copyCurrentStructure(in);
        }
    }
}
