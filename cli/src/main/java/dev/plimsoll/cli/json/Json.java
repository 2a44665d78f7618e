package dev.plimsoll.cli.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes one JSON object on one line. Members stand in the order in which they are added; a name must not be added twice.
 *
 * <p><b>Threading:</b> belongs to the thread that is inside {@link #line}.
 */
public final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonGenerator generator;

    private Json(JsonGenerator generator) {
        this.generator = generator;
    }

    /**
     * Makes an object.
     *
     * @param members adds its members
     * @return the object without a line end
     */
    public static String line(Consumer<Json> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            generator.writeStartObject();
            members.accept(new Json(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Adds a text.
     *
     * @param name the member's name
     * @param value its value
     * @return this
     */
    public Json text(String name, String value) {
        return add(() -> generator.writeStringField(name, value));
    }

    /**
     * Adds several texts as an array.
     *
     * @param name the member's name
     * @param values its elements, in their order
     * @return this
     */
    public Json texts(String name, List<String> values) {
        return add(() -> {
            generator.writeArrayFieldStart(name);
            for (String value : values) {
                generator.writeString(value);
            }
            generator.writeEndArray();
        });
    }

    /**
     * Adds a whole number.
     *
     * @param name the member's name
     * @param value its value
     * @return this
     */
    public Json number(String name, long value) {
        return add(() -> generator.writeNumberField(name, value));
    }

    /**
     * Adds a number, rounded half up.
     *
     * @param name the member's name
     * @param value its value; what is not finite becomes null, for JSON has no such numbers
     * @param decimals how many digits after the point, 0 or more
     * @return this
     */
    public Json number(String name, double value, int decimals) {
        if (!Double.isFinite(value)) {
            return nothing(name);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
        return add(() -> generator.writeNumberField(name, rounded));
    }

    /**
     * Adds true or false.
     *
     * @param name the member's name
     * @param value its value
     * @return this
     */
    public Json truth(String name, boolean value) {
        return add(() -> generator.writeBooleanField(name, value));
    }

    /**
     * Adds a null.
     *
     * @param name the member's name
     * @return this
     */
    public Json nothing(String name) {
        return add(() -> generator.writeNullField(name));
    }

    /**
     * Adds an object within this one.
     *
     * @param name the member's name
     * @param members adds the inner members
     * @return this
     */
    public Json object(String name, Consumer<Json> members) {
        return add(() -> {
            generator.writeObjectFieldStart(name);
            members.accept(this);
            generator.writeEndObject();
        });
    }

    private Json add(Writing writing) {
        try {
            writing.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @FunctionalInterface
    private interface Writing {
        void write() throws IOException;
    }
}
