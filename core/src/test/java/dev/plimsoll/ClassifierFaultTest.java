package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-8: a classifier that says nothing changes nothing. */
@NullUnmarked // the classifier returns null, as the contract forbids
final class ClassifierFaultTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Classifier mute = outcome -> null;

    @Test
    @DisplayName("CB-8 EV-2 a classifier that returns null is a counted fault, and the standard one judges")
    void nullJudgement_isAFault() throws IOException {
        Guard guard = guards.guard("mute", g -> g.classifier(mute));

        assertThat(guard.call(() -> "value")).isEqualTo("value");
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IOException("as it is");
                }))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("as it is");
        assertThat(guard.snapshot().faults()).isEqualTo(2);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(1);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-8 T-11 a classifier that returns null does not keep a probe's place")
    void nullJudgement_freesTheProbe() throws IOException {
        Guard guard = guards.guard("mute", g -> g.classifier(mute).circuitBreaker(b -> b.workshop()));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> guard.run(() -> {
                        throw new IOException("bad");
                    }))
                    .isInstanceOf(IOException.class);
        }
        time.advance(Duration.ofSeconds(5));

        assertThat(guard.call(() -> "probe")).isEqualTo("probe");

        CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }
}
