package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BreakerRampTest {

    private static final Duration RAMP = Duration.ofSeconds(100);

    private static Scene ramping(long origin) {
        Scene scene = new Scene(b -> Scene.small(b).rampUp(RAMP), VirtualTime.startingAt(origin, 11)).probing();
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
        return scene;
    }

    private static double share(Scene scene) {
        int admitted = 0;
        for (int i = 0; i < 4000; i++) {
            Permit permit = scene.breaker.tryEnter();
            if (permit != null) {
                permit.succeeded();
                admitted++;
            }
        }
        return admitted / 4000.0;
    }

    @Test
    @DisplayName("CB-6 after closing, a share from 10 % to 100 % is admitted over the ramp, reported as closed")
    void ramp_admitsAGrowingShare() {
        for (long origin : Scene.ORIGINS) {
            Scene scene = ramping(origin);
            for (int percent : new int[] {10, 55, 91}) {
                assertThat(scene.breaker.snapshot().admitting()).isCloseTo(percent / 100.0, within(0.001));
                assertThat(scene.breaker.explain()).contains("admitting: " + percent + " %");
                assertThat(share(scene)).isCloseTo(percent / 100.0, within(0.05));
                scene.pass(Duration.ofSeconds(percent == 10 ? 50 : percent == 55 ? 40 : 10));
            }
            assertThat(scene.breaker.snapshot().admitting()).isEqualTo(1);
            assertThat(share(scene)).isEqualTo(1);
            assertThat(scene.breaker.explain()).doesNotContain("admitting");
            assertThat(scene.state()).isEqualTo(CLOSED);
        }
    }

    @Test
    @DisplayName("CB-6 CB-9 who is refused is told so, and when the ramp will be over")
    void ramp_whenItRefuses_saysSo() {
        Scene scene = ramping(0);
        scene.pass(Duration.ofSeconds(1));
        Rejection refusal = null;
        while (refusal == null) {
            refusal = scene.breaker.enter() instanceof Rejection rejection ? rejection : null;
        }
        assertThat(refusal.detail()).isEqualTo("closed, but for 100 s admitting a part");
        assertThat(refusal.retryAfter()).hasValue(Duration.ofSeconds(99));
    }

    @Test
    @DisplayName("CB-6 calls are judged while ramping up, and go on being judged in the same window after")
    void ramp_judges() {
        Scene scene = ramping(0);
        admitted(scene).failed(new IllegalStateException());
        assertThat(scene.judged().consecutiveFailures()).isEqualTo(1);
        Permit begun = admitted(scene);
        scene.pass(RAMP);
        scene.enter().close();

        begun.failed(new IllegalStateException());

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("2 consecutive failures");
    }

    @Test
    @DisplayName("CB-6 a breaker that breaks again while ramping up opens at once")
    void ramp_whenARuleHolds_opens() {
        Scene scene = ramping(0);
        admitted(scene).failed(new IllegalStateException());
        admitted(scene).failed(new IllegalStateException());
        assertThat(scene.state()).isEqualTo(OPEN);
    }

    @Test
    @DisplayName("CB-6 a ramp as long as time itself refuses well")
    void ramp_whenItIsTheLongest_isWellFormed() {
        Scene scene = Scene.of(b -> Scene.small(b).rampUp(Duration.ofNanos(Time.LONGEST)));
        scene.time.coarseEvery(Duration.ofMillis(200));
        scene.probing();
        scene.good(2);
        assertThat(share(scene)).isCloseTo(0.1, within(0.03));
    }

    private static Permit admitted(Scene scene) {
        Permit permit = null;
        while (permit == null) {
            permit = scene.breaker.tryEnter();
        }
        return permit;
    }
}
