package dev.plimsoll.console.gather;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads JSON objects of which only the texts, the numbers and the truths matter. */
final class Flat {

    private static final JsonFactory JSON = new JsonFactory();

    private Flat() {}

    /**
     * Their members as texts; objects and arrays among them are left out.
     *
     * @throws IOException when it is no object
     */
    static Map<String, String> members(String object) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(object)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it sends something that is no object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken().isScalarValue()) {
                    members.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        }
        return members;
    }
}
