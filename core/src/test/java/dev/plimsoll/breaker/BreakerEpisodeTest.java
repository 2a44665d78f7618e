package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.HALF_OPEN;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BreakerEpisodeTest {

    @ParameterizedTest
    @EnumSource(Verdict.class)
    @DisplayName("CB-7 T-01 I4 calls begun while closed decide nothing when they end while half open")
    void lateResults_whenHalfOpen_changeNothing(Verdict verdict) {
        Scene scene = Scene.small();
        List<Permit> late = scene.enter(20);
        scene.probing();
        Permit probe = scene.enter();
        State before = scene.breaker.present();

        late.forEach(permit -> permit.settle(verdict));

        assertThat(scene.breaker.present()).isSameAs(before);
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().probes()).isEqualTo(1);
        probe.succeeded();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-7 T-04 I1 ending a call begun while closed gives nobody a probe's place, nor does ending it twice")
    void lateResults_whenHalfOpen_freeNoPlace() {
        Scene scene = Scene.small();
        List<Permit> late = scene.enter(20);
        scene.probing();
        scene.enter(2);

        for (Permit permit : late) {
            assertThat(permit.settle(Verdict.NOT_RUN)).isTrue();
            assertThat(permit.settle(Verdict.NOT_RUN)).isFalse();
            scene.refuses();
        }

        assertThat(scene.judged().probes()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-7 I4 a probe of an earlier half-open time decides nothing in a later one")
    void lateProbe_inALaterHalfOpenTime_changesNothing() {
        Scene scene = Scene.small().probing();
        Permit late = scene.enter();
        scene.bad(1);
        scene.pass(Scene.WAIT);
        Permit probe = scene.enter();

        late.failed(new IllegalStateException());

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        probe.succeeded();
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-7 failures begun before a reset do not open the breaker after it, nor name the last error")
    void lateFailures_afterAReset_changeNothing() {
        Scene scene = Scene.small();
        List<Permit> late = scene.enter(5);
        scene.breaker.reset("fixed", "ops");

        late.forEach(permit -> permit.failed(new IllegalStateException("late")));

        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.judged().consecutiveFailures()).isZero();
        assertThat(scene.breaker.snapshot().lastError()).isEmpty();
    }

    @Test
    @DisplayName("CB-7 successes begun before the breaker opened do not start a row over after it has closed again")
    void lateSuccesses_afterItClosedAgain_changeNothing() {
        Scene scene = Scene.small();
        Permit late = scene.enter();
        scene.probing();
        scene.good(2);
        scene.bad(1);

        late.succeeded();

        scene.bad(1);
        assertThat(scene.state()).isEqualTo(OPEN);
    }
}
