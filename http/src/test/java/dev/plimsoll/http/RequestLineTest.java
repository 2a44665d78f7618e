package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestLineTest {

    @ParameterizedTest
    @DisplayName("Messages name the request without user, query, fragment and path parameters")
    @CsvSource({
        "http://localhost:8080/prices, GET http://localhost:8080/prices",
        "http://localhost, GET http://localhost",
        "https://user:secret@example.org/a/b?token=secret#secret, GET https://example.org/a/b",
        "https://u@ser@example.org/?secret, GET https://example.org/",
        "http://[::1]:80/a%20b;jsessionid=secret/c;secret, GET http://[::1]:80/a%20b/c"
    })
    void line_hasNoSecrets(String uri, String expected) {
        assertThat(RequestLine.of(request(uri))).isEqualTo(expected);
    }

    @Test
    @DisplayName("Messages stay short, however long the path is")
    void line_ofALongPath_isShortened() {
        assertThat(RequestLine.of(request("http://localhost/" + "a".repeat(5000))))
                .hasSize("GET http://localhost".length() + 201)
                .endsWith("a…");
    }

    /** Not all of these would be accepted by the builder of requests. */
    private static HttpRequest request(String uri) {
        return new OddRequest("GET", URI.create(uri));
    }
}
