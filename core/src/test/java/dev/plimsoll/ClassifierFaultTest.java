package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CB-8: a classifier that says nothing, or what cannot be, changes nothing. */
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

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "CB-13 RT-2 a channel that was closed by an interrupt is no failure and is not retried, whatever is said")
    void closedByInterrupt_isNoFailure(Engines engine) {
        Heard heard = new Heard();
        Guard guard = guards.guard(
                "files",
                g -> g.classifier(Classifier.standard().judging(IOException.class, Judgement.TRANSIENT))
                        .retry(Retry.immediate())
                        .observer(heard));

        assertThatThrownBy(() -> engine.call(
                        guard, time, () -> new Engines.Deed(Duration.ZERO, new ClosedByInterruptException(), "none")))
                .isInstanceOf(ClosedByInterruptException.class);

        assertThat(heard.only(Event.AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
    }

    /** Such an attempt would be no attempt: neither their number nor the budget would ever end the call. */
    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RT-1 CB-8 a classifier that denies that the work has run does not make a call that never ends")
    void deniedRun_isAnAttemptThatIsIgnored(Engines engine) {
        AtomicInteger runs = new AtomicInteger();
        Engines.Deed failing = new Engines.Deed(Duration.ZERO, new IOException("lost"), "none");
        Guard guard = guards.guard(
                "denied",
                g -> g.classifier(outcome -> Judgement.of(Verdict.NOT_RUN, Repeat.ALWAYS))
                        .circuitBreaker(b -> b.consecutiveFailures(1))
                        .retry(Retry.immediate().maxAttempts(3)));

        assertThatThrownBy(() -> engine.call(guard, time, () -> {
                    if (runs.incrementAndGet() > 9) {
                        throw new AssertionError("it goes on and on");
                    }
                    return failing;
                }))
                .isInstanceOf(IOException.class);

        assertThat(runs).hasValue(3);
        assertThat(guard.snapshot().retries()).isEqualTo(2);
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        long before = time.precise();
        guards.close();
        assertThat(time.precise()).as("nobody had to be waited for").isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RT-2 RT-6 CB-13 T-58 an interruption and a cancellation end the call, whatever the classifier says")
    void ending_thatIsCalledTransient_isNeither(Engines engine) {
        Guard guard = guards.guard(
                "eager",
                g -> g.classifier(outcome -> outcome.error() == null ? Judgement.SUCCESS : Judgement.TRANSIENT)
                        .circuitBreaker(b -> b.consecutiveFailures(1))
                        .retry(Retry.immediate().maxAttempts(3)));
        for (Exception ending : List.of(new InterruptedException("no more"), new CancellationException("no more"))) {
            AtomicInteger runs = new AtomicInteger();

            assertThatThrownBy(() -> engine.call(guard, time, () -> {
                        runs.incrementAndGet();
                        return new Engines.Deed(Duration.ZERO, ending, "none");
                    }))
                    .isSameAs(ending);

            assertThat(runs).hasValue(1);
            assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }
}
