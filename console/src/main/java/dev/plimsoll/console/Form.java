package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has sent: the members of one JSON object, as texts, and what is wrong with it. What nobody asks for is left out,
 * whatever it is, so that a newer page can send to an older process.
 *
 * <p><b>Threading:</b> immutable once it is read.
 */
final class Form {

    private static final String BODY = "body";
    private static final Wrong TOO_LARGE =
            new Wrong(BODY, "must have at most " + Answers.LARGEST_BODY + " bytes", "it has more");
    private static final Wrong BROKEN_OFF = new Wrong(BODY, "must come whole", "it broke off");
    private static final Wrong NOT_UTF_8 = new Wrong(BODY, "must be UTF-8", "it is in another encoding");

    private final String source;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, Wrong> wrong = new LinkedHashMap<>();
    private @Nullable Wrong whole;

    private Form(String source, @Nullable Wrong whole) {
        this.source = source;
        this.whole = whole;
    }

    /**
     * What is wrong.
     *
     * @param value as it was sent: secrets may be in it
     */
    record Wrong(String field, String rule, String value) {

        @Override
        public String toString() {
            return field + " " + rule + ": " + value;
        }
    }

    /** Reads a request's body, whatever it is. */
    static Form read(HttpExchange exchange) {
        try {
            byte[] bytes = Answers.body(exchange);
            if (bytes.length > Answers.LARGEST_BODY) {
                return new Form("", TOO_LARGE);
            }
            return of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Form("", NOT_UTF_8);
        } catch (IOException e) {
            return new Form("", BROKEN_OFF);
        }
    }

    /** Reads a text, whatever it is. */
    static Form of(String text) {
        Form form = new Form(text, null);
        try (JsonParser json = Json.parser(text)) {
            form.parse(json);
        } catch (StreamConstraintsException e) {
            form.whole =
                    new Wrong(BODY, "must be JSON, and is nested too deep, or has too long a name or number", text);
        } catch (JsonEOFException e) {
            form.whole = new Wrong(BODY, "must be JSON, and ends too early", text);
        } catch (JsonProcessingException e) {
            form.whole = new Wrong(BODY, "must be JSON, and is not at " + where(e.getLocation()), text);
        } catch (IOException e) {
            form.whole = BROKEN_OFF; // cannot be: a text comes whole
        }
        return form;
    }

    private static String where(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private void parse(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            whole = new Wrong(BODY, "must be a JSON object", source);
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            member(json.currentName(), json.nextToken(), json);
        }
        if (json.nextToken() != null) {
            whole = new Wrong(BODY, "must be one JSON object, and more follows", source);
        }
    }

    private void member(String field, JsonToken value, JsonParser json) throws IOException {
        boolean fits = value == JsonToken.VALUE_STRING || value.isNumeric();
        String text = switch (value) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> json.getText();
        };
        json.skipChildren();
        String before = texts.put(field, text);
        if (before != null) {
            wrong.put(field, new Wrong(field, "must be given once", before + ", and then " + text));
        } else if (!fits) {
            wrong.put(field, new Wrong(field, "must be a text or a number", text));
        }
    }

    /** What is wrong with all of it: then there are no fields. */
    @Nullable
    Wrong whole() {
        return whole;
    }

    /** What is wrong with a field in itself, whatever it is to say. */
    @Nullable
    Wrong wrong(String field) {
        return wrong.get(field);
    }

    /** What a field says, without blanks around it; nothing where there is no such field, or something is wrong with it. */
    String text(String field) {
        return whole != null || wrong.containsKey(field)
                ? ""
                : texts.getOrDefault(field, "").strip();
    }

    /** As it came; nothing where that cannot be read as a text. */
    String source() {
        return source;
    }
}
