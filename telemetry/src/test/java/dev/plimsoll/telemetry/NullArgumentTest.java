package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.plimsoll.Guards;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NullUnmarked
final class NullArgumentTest {

    @Test
    @DisplayName("A missing argument is named at once")
    void argument_thatIsNull_isNamed() {
        assertThatNullPointerException().isThrownBy(() -> GuardMeters.of(null)).withMessage("guards");
        assertThatNullPointerException().isThrownBy(() -> GuardTraces.of(null)).withMessage("guards");
        assertThatNullPointerException()
                .isThrownBy(() -> GuardFlight.start(null))
                .withMessage("guards");
        try (Guards guards = Guards.create(g -> g.logging(false));
                GuardMeters meters = GuardMeters.of(guards);
                GuardTraces traces = GuardTraces.of(guards)) {
            assertThatNullPointerException()
                    .isThrownBy(() -> meters.bindTo(null))
                    .withMessage("registry");
            assertThatNullPointerException()
                    .isThrownBy(() -> meters.drain(null))
                    .withMessage("drain");
            assertThatNullPointerException()
                    .isThrownBy(() -> meters.shedder(null))
                    .withMessage("shedder");
            assertThatNullPointerException()
                    .isThrownBy(() -> meters.degradation(null))
                    .withMessage("degradation");
            assertThatNullPointerException()
                    .isThrownBy(() -> traces.start(null))
                    .withMessage("openTelemetry");
            assertThatNullPointerException()
                    .isThrownBy(() -> traces.drain(null))
                    .withMessage("drain");
            assertThatNullPointerException()
                    .isThrownBy(() -> traces.shedder(null))
                    .withMessage("shedder");
            assertThatNullPointerException()
                    .isThrownBy(() -> traces.degradation(null))
                    .withMessage("degradation");
        }
    }
}
