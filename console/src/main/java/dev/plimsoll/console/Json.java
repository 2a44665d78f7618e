package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads and writes the little JSON that goes between the page and the process. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MOST_MEMBERS = 20;

    private Json() {}

    /** Writes something in an object that is open. */
    @FunctionalInterface
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object, on one line. */
    static String object(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot be: a StringWriter takes all
        }
        return text.toString();
    }

    /** A text as long as anybody reads. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }

    /**
     * A flat object's members as texts; whatever is no text or number is refused.
     *
     * @throws IOException when it is no such object; the message says why
     */
    static Map<String, String> flat(String text) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the body must be a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
                    throw new IOException(name + " must be a text or a number");
                }
                members.put(name, json.getText());
                if (members.size() > MOST_MEMBERS) {
                    throw new IOException("at most " + MOST_MEMBERS + " members");
                }
            }
        }
        return members;
    }
}
