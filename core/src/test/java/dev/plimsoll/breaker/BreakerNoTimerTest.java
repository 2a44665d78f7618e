package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.Scene.Ear;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Breakdown;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No thread is left for the timer: the breaker goes on with the next call, and nobody who asks it is any the wiser. */
final class BreakerNoTimerTest {

    private final Scene scene = Scene.small();
    private final Ear ear = new Ear();

    private void breakDown() {
        Breakdown.of(scene.time, new Error("unable to create native thread"));
    }

    private void listen() {
        scene.breaker.observe(ear);
    }

    @Test
    @DisplayName("CB-4 CB-8 a breaker that cannot start its timer opens, and probes with the next call after the wait")
    void open_withoutTimer_endsWithTheNextCall() {
        listen();
        breakDown();
        scene.bad(2);
        assertThat(scene.state()).isEqualTo(BreakerState.OPEN);
        scene.refuses();
        scene.pass(Scene.WAIT);
        assertThat(scene.state()).isEqualTo(BreakerState.OPEN);
        scene.call(Verdict.SUCCESS);
        assertThat(ear.states()).containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN);
    }

    @Test
    @DisplayName("CB-5 a probe whose lease no timer watches has its leave, and the next call finds that it is overdue")
    void probe_withoutTimer_isAdmittedAndOverdueWithTheNextCall() {
        listen();
        breakDown();
        scene.probing();
        Permit probe = scene.breaker.tryEnter();
        assertThat(probe).isNotNull();
        assertThat(scene.judged().probes()).isEqualTo(1);
        scene.pass(Scene.LEASE);
        scene.refuses();
        assertThat(scene.state()).isEqualTo(BreakerState.OPEN);
        assertThat(ear.last().reason()).contains("lease");
        assertThat(Objects.requireNonNull(probe).settle(Verdict.SUCCESS)).isTrue();
    }

    @Test
    @DisplayName("CB-1 an operator's state whose time to live no timer watches is told, and ends with the next call")
    void operated_withoutTimer_isToldAndEndsWithTheNextCall() {
        listen();
        breakDown();
        scene.breaker.forceOpen("drill", "me", Duration.ofSeconds(1));
        assertThat(ear.states()).containsExactly(BreakerState.FORCED_OPEN);
        scene.refuses();
        scene.pass(Duration.ofSeconds(1));
        scene.call(Verdict.SUCCESS);
        assertThat(ear.states()).containsExactly(BreakerState.FORCED_OPEN, BreakerState.CLOSED);
    }

    @Test
    @DisplayName("CB-12 CB-4 to be observed or reconfigured without a timer changes what it should, and throws nothing")
    void observed_withoutTimer_isHeard() {
        scene.open();
        breakDown();
        listen();
        scene.breaker.reconfigure(b -> Scene.small(b).openFor(Duration.ofSeconds(1)));
        assertThat(scene.breaker.config().opening().openWait().pauseNanos(1, 0, () -> 0.5))
                .isEqualTo(1_000_000_000L);
        scene.breaker.reset("test", "me");
        scene.bad(2);
        assertThat(ear.states()).endsWith(BreakerState.CLOSED, BreakerState.OPEN);
    }

    @Test
    @DisplayName("CB-12 a window that other settings replace without a timer is counted on to the last call")
    void reconfigure_withoutTimer_losesNoCount() {
        Scene forced = Scene.of(b -> b.failureRate(0.9, 100));
        forced.breaker.observe(ear);
        forced.good(3);
        forced.breaker.metricsOnly("drill", "me", Duration.ofHours(1));
        Permit late = forced.enter();
        Breakdown.of(forced.time, new Error("unable to create native thread"));
        forced.breaker.reconfigure(b -> b.failureRate(0.9, 100).overLast(Duration.ofSeconds(60)));
        assertThat(late.settle(Verdict.SUCCESS)).isTrue();
        assertThat(forced.judged().totalGood()).isEqualTo(4);
    }

    @Test
    @DisplayName("CB-4 the next change sets the timer again, once there is a thread for it")
    void timer_whenThereIsOneAgain_isSet() {
        listen();
        breakDown();
        scene.bad(2);
        Breakdown.of(scene.time, null);
        scene.breaker.reset("test", "me");
        scene.bad(2);
        scene.pass(Scene.WAIT);
        assertThat(scene.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(scene.time.pendingTimers()).isZero();
    }
}
