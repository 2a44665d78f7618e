package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.TimeoutExceededException.Limit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CA-2: what the library throws survives serialization, and has no stack trace unless asked for. */
final class SerializationTest {

    private static <E extends Throwable> E copied(E original) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            E copy = (E) in.readObject();
            assertThat(copy).isNotSameAs(original).hasSameClassAs(original).hasMessage(original.getMessage());
            return copy;
        }
    }

    @Test
    @DisplayName("CA-2 CB-9 a refusal keeps reason, gate, dependency and retryAfter")
    void rejected_survives() throws Exception {
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            Rejection rejection = new Rejection("prices", "circuit breaker", reason, "open", 1_500_000_000L);
            RejectedException copy = copied(rejection.exception(false));
            assertThat(copy.rejection()).isEqualTo(rejection);
            assertThat(copy.retryAfter()).contains(Duration.ofMillis(1500));
            assertThat(copy.getStackTrace()).isEmpty();
        }
        RejectedException unknown =
                new Rejection("a", "b", Rejection.Reason.DRAINING, "c", Rejection.UNKNOWN).exception(true);
        assertThat(unknown.getStackTrace()).isNotEmpty();
        assertThat(copied(unknown).retryAfter()).isEmpty();
    }

    @Test
    @DisplayName("CA-2 a timeout keeps which limit it was")
    void timeout_survives() throws Exception {
        for (Limit limit : Limit.values()) {
            TimeoutExceededException copy = copied(new TimeoutExceededException("prices", limit, 1_000_000, false));
            assertThat(copy.limit()).isEqualTo(limit);
            assertThat(copy.after()).isEqualTo(Duration.ofMillis(1));
            assertThat(copy.dependency()).isEqualTo("prices");
            assertThat(copy.getStackTrace()).isEmpty();
        }
    }

    @Test
    @DisplayName("CA-2 an interruption keeps what was waited for")
    void interrupted_survives() throws Exception {
        CallInterruptedException copy = copied(new CallInterruptedException("prices", "a bulkhead permit"));
        assertThat(copy).hasMessage("prices: interrupted while waiting for a bulkhead permit");
    }

    @Test
    @DisplayName("CA-2 a wrong configuration keeps its problems")
    void configuration_survives() throws Exception {
        ConfigurationException copy = copied(new ConfigurationException("guard a", List.of("x must be 1: 0", "y")));
        assertThat(copy.problems()).containsExactly("x must be 1: 0", "y");
    }
}
