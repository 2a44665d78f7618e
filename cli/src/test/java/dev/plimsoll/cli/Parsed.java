package dev.plimsoll.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a line of JSON back: an object of texts, numbers, nulls and such objects. */
final class Parsed {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, @Nullable Object> members;

    private Parsed(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    static Parsed of(String line) {
        try (JsonParser parser = FACTORY.createParser(line)) {
            parser.nextToken();
            Parsed parsed = new Parsed(object(parser));
            if (parser.nextToken() != null) {
                throw new AssertionError("More than one JSON object on a line: " + line);
            }
            return parsed;
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                members.put(name, new Parsed(object(parser)));
            } else if (token == JsonToken.VALUE_NULL) {
                members.put(name, null);
            } else {
                members.put(name, token.isNumeric() ? parser.getDoubleValue() : parser.getText());
            }
        }
        return members;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    boolean isNull(String name) {
        return has(name) && members.get(name) == null;
    }

    String text(String name) {
        return (String) value(name);
    }

    double number(String name) {
        return (Double) value(name);
    }

    Parsed object(String name) {
        return (Parsed) value(name);
    }

    private Object value(String name) {
        Object value = members.get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + members);
        }
        return value;
    }

    @Override
    public String toString() {
        return members.toString();
    }
}
