package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BreakerRefusalTest {

    @Test
    @DisplayName("CB-9 a refusal says by whom, the state, why, and when to come back")
    void refusal_whenOpen_saysEverything() {
        Scene scene = Scene.small().open();
        scene.pass(Duration.ofSeconds(4));

        assertThat(scene.refusal())
                .isEqualTo(new Rejection(
                        "prices",
                        "circuit breaker",
                        Rejection.Reason.CIRCUIT_OPEN,
                        "open: 2 consecutive failures",
                        Duration.ofSeconds(6).toNanos()));
    }

    @Test
    @DisplayName("CB-9 the state and its numbers stand in the refusal of a half-open and of a ramping breaker")
    void refusal_whenNotOpen_namesTheState() {
        Scene scene = Scene.of(b -> Scene.small(b).successesToClose(1).rampUp(Duration.ofHours(1)))
                .probing();
        scene.enter(2);

        Rejection full = scene.refusal();
        assertThat(full.detail()).isEqualTo("half open: at most 2 probes at once, 2 in all");
        assertThat(full.retryAfter()).isEmpty();
    }

    @Test
    @DisplayName("CB-9 all refusals of one episode share their text: none is built per refusal")
    void refusal_whenRepeated_sharesItsText() {
        Scene scene = Scene.small().open();
        assertThat(scene.refusal().detail()).isSameAs(scene.refusal().detail());
        scene.breaker.forceOpen("release", "ops");
        assertThat(scene.refusal().detail()).isSameAs(scene.refusal().detail());
        scene.probing().enter(2);
        assertThat(scene.refusal().detail()).isSameAs(scene.refusal().detail());
    }

    @Test
    @DisplayName("CB-9 an open wait as long as time itself is refused well, also by a clock that lags")
    void refusal_whenTheWaitIsTheLongest_isWellFormed() {
        Scene scene = Scene.of(b -> Scene.small(b).openFor(Duration.ofNanos(Time.LONGEST)));
        scene.time.coarseEvery(Duration.ofSeconds(5));
        scene.pass(Duration.ofSeconds(4));
        scene.bad(2);

        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(Time.LONGEST);
        scene.breaker.forceOpen("for good", "ops", Duration.ofNanos(Time.LONGEST));
        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(Time.LONGEST);
    }

    @Test
    @DisplayName("CB-4 CB-9 a coarse clock that lags neither shortens the wait nor lengthens it")
    void openWait_whenTheCoarseClockLags_isExact() {
        for (long origin : Scene.ORIGINS) {
            Scene scene = new Scene(Scene::small, VirtualTime.startingAt(origin, 7)).open();
            scene.time.coarseEvery(Duration.ofMillis(100));

            scene.pass(Scene.WAIT.minusNanos(1));
            assertThat(scene.refusal().retryAfterNanos()).isEqualTo(1);
            assertThat(scene.state()).isEqualTo(OPEN);
            scene.pass(Duration.ofNanos(1));

            scene.good(1);
        }
    }
}
