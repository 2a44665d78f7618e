package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class HttpRefusedExceptionTest {

    private final RejectedException cause = new Rejection(
                    "prices", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "OPEN", 1_500_000_000L)
            .exception(false);

    private HttpRefusedException refused() {
        return new HttpRefusedException(
                HttpRequest.newBuilder(URI.create("http://localhost/prices?token=secret"))
                        .build(),
                cause);
    }

    @Test
    @DisplayName("CA-2 a refusal is an IOException that says who, why and when to come back, without secrets")
    void refusal_saysWhoWhyAndWhen() {
        HttpRefusedException refused = refused();
        assertThat(refused)
                .isInstanceOf(IOException.class)
                .hasMessage("GET http://localhost/prices was not sent; " + cause.getMessage())
                .hasCause(cause);
        assertThat(refused.dependency()).isEqualTo("prices");
        assertThat(refused.reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        assertThat(refused.retryAfter()).contains(Duration.ofMillis(1500));
        assertThat(refused.getStackTrace()).isEmpty();
    }

    @Test
    @DisplayName("CA-2 a refusal survives serialization")
    void refusal_afterSerialization_saysTheSame() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(refused());
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            HttpRefusedException read = (HttpRefusedException) in.readObject();
            assertThat(read).hasMessage(refused().getMessage());
            assertThat(read.getCause().rejection()).isEqualTo(cause.rejection());
            assertThat(read.retryAfter()).contains(Duration.ofMillis(1500));
        }
    }
}
