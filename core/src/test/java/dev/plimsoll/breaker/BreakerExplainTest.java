package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BreakerExplainTest {

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException();
        }
    }

    @Test
    @DisplayName("CB-10 a new breaker says that it is closed and new")
    void explain_whenNew_saysSo() {
        Scene scene = Scene.small();
        assertThat(scene.breaker.explain()).isEqualTo("prices: CLOSED since 2026-01-01T00:00:00Z (0.0 s): new");
        assertThat(scene.breaker).hasToString("prices: CLOSED");
        assertThat(scene.breaker.name()).isEqualTo("prices");
        assertThat(scene.breaker.config().probing().maxConcurrent()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-10 an open breaker says since when, why, the last error, and when it will try again")
    void explain_whenOpen_saysWhyAndWhatComesNext() {
        Scene scene = Scene.small();
        scene.bad(1);
        scene.enter().failed(new IllegalStateException("no route"));
        scene.pass(Duration.ofMillis(1500));

        assertThat(scene.breaker.explain()).isEqualTo("""
                        prices: OPEN since 2026-01-01T00:00:00Z (1.5 s): 2 consecutive failures
                          last error: java.lang.IllegalStateException: no route
                          next probe in 8.5 s""");
        scene.pass(Duration.ofMinutes(1));
        assertThat(scene.breaker.explain()).endsWith("next probe with the next call: the wait is over");
    }

    @Test
    @DisplayName("CB-10 an error without a message, and one whose message cannot be read, are named by their class")
    void explain_whenTheErrorHasNoMessage_namesItsClass() {
        Scene scene = Scene.small();
        scene.enter().failed(new IllegalStateException());
        assertThat(scene.breaker.snapshot().lastError()).hasValue("java.lang.IllegalStateException");
        scene.enter().failed(new Unreadable());
        assertThat(scene.breaker.snapshot().lastError())
                .hasValue(Unreadable.class.getName() + ": (its message cannot be read)");
    }

    @Test
    @DisplayName("CB-10 a breaker that good calls have opened, for they were slow, does not name an error of long ago")
    void explain_whenSlowCallsHaveOpenedIt_namesNoError() {
        Scene scene = Scene.of(b -> b.slowCallRate(0.5, Duration.ofSeconds(1), 4));
        scene.enter().failed(new IllegalStateException("yesterday"));
        assertThat(scene.breaker.snapshot().lastError()).isPresent();
        scene.pass(Duration.ofDays(1));
        for (int i = 0; i < 4; i++) {
            scene.call(Verdict.SUCCESS, Duration.ofSeconds(2));
        }
        assertThat(scene.state()).isEqualTo(BreakerState.OPEN);
        assertThat(scene.breaker.snapshot().lastError()).isEmpty();
    }

    @Test
    @DisplayName("CB-10 a reopened breaker names the error of its probe")
    void explain_whenAProbeFailed_namesItsError() {
        Scene scene = Scene.small().probing();
        scene.enter().failed(new IllegalStateException("still down"));
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("a probe failed: java.lang.IllegalStateException");
        scene.pass(Scene.WAIT);
        scene.bad(1);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("a probe failed");
        assertThat(scene.breaker.snapshot().lastError()).isEmpty();
    }

    @Test
    @DisplayName("CB-10 an operator's state says who, why and for how long")
    void explain_whenAnOperatorSteppedIn_saysWho() {
        Scene scene = Scene.small();
        scene.breaker.metricsOnly("trial", "ops");
        assertThat(scene.breaker.explain())
                .isEqualTo("prices: METRICS_ONLY since 2026-01-01T00:00:00Z (0.0 s): "
                        + "metrics only by ops until reset: trial");
        assertThat(scene.breaker.snapshot().admitting()).isEqualTo(1);
        scene.breaker.forceOpen("release", "ops", Duration.ofMinutes(10));
        assertThat(scene.breaker.snapshot().admitting()).isZero();
        assertThat(scene.breaker.snapshot().nextProbeIn()).isEmpty();
        scene.pass(Duration.ofMillis(1500));
        assertThat(scene.breaker.explain()).isEqualTo("""
                        prices: FORCED_OPEN since 2026-01-01T00:00:00Z (1.5 s): forced open by ops for 10 min: release
                          closed again in 598.5 s""");
        scene.pass(Duration.ofMinutes(10));
        assertThat(scene.breaker.explain()).endsWith("closed again with the next call: the time to live is over");
    }

    @Test
    @DisplayName("EV-3 a snapshot shows the state, its number, and what the rules see")
    void snapshot_showsEverything() {
        Scene scene = Scene.of(b -> b.failureRate(0.9, 100).slowCallRate(0.9, Duration.ofSeconds(1), 100));
        scene.good(3);
        scene.bad(2);
        scene.call(dev.plimsoll.call.Verdict.FAILURE, Duration.ofMillis(1001));

        BreakerSnapshot now = scene.breaker.snapshot();

        assertThat(now.name()).isEqualTo("prices");
        assertThat(now.sequence()).isZero();
        assertThat(now.sinceNanos()).isEqualTo(1_001_000_000);
        assertThat(now.judged()).isEqualTo(new BreakerSnapshot.Judged(3, 6, 3, 1, 3, 3, 0, 0));
    }

    @Test
    @DisplayName("CB-3 a breaker on the real clock is closed and passes calls")
    void create_onTheRealClock_isClosed() {
        CircuitBreaker breaker = CircuitBreaker.create("prices", b -> b);
        assertThat(breaker.time).isSameAs(Time.system());
        try (var permit = breaker.tryEnter()) {
            assertThat(permit).isNotNull();
        }
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }
}
