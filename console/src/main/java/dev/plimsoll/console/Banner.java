package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plimsoll.console.Story.Tone;
import java.io.IOException;
import java.util.List;

/**
 * What is said at the top of the page, for it is about the service and not about one dependency.
 *
 * @param name the name of what it is about
 * @param tone whether something is wrong
 */
record Banner(String name, Tone tone, Trouble trouble) {

    /** As the page reads it. */
    static void write(JsonGenerator json, List<Banner> banners) throws IOException {
        json.writeArrayFieldStart("banners");
        for (Banner banner : banners) {
            json.writeStartObject();
            json.writeStringField("name", banner.name());
            json.writeStringField("tone", banner.tone().name());
            banner.trouble().write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
