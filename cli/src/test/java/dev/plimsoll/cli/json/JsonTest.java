package dev.plimsoll.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonTest {
    @Test
    void line_keepsTheOrderAndStaysOnOneLine() {
        String line = Json.line(json -> json.text("b", "one\ntwo \"three\" \\ é")
                .number("a", 17)
                .nothing("c")
                .texts("d", List.of("x", "y"))
                .object("e", inner -> inner.number("f", Long.MIN_VALUE)));

        assertThat(line)
                .isEqualTo("{\"b\":\"one\\ntwo \\\"three\\\" \\\\ é\",\"a\":17,\"c\":null,\"d\":[\"x\",\"y\"],"
                        + "\"e\":{\"f\":-9223372036854775808}}");
    }

    @Test
    void number_roundsHalfUpAndKeepsItsDecimals() {
        assertThat(Json.line(
                        json -> json.number("a", 1.2345, 3).number("b", 2, 3).number("c", 1e-9, 3)))
                .isEqualTo("{\"a\":1.235,\"b\":2.000,\"c\":0.000}");
    }

    @Test
    void number_whenItIsNotFinite_isNull() {
        assertThat(Json.line(json -> json.number("a", Double.NaN, 1).number("b", Double.NEGATIVE_INFINITY, 1)))
                .isEqualTo("{\"a\":null,\"b\":null}");
    }

    @Test
    void line_whenANameComesTwice_fails() {
        assertThatThrownBy(() -> Json.line(json -> json.number("a", 1).number("a", 2)))
                .isInstanceOf(UncheckedIOException.class);
    }
}
