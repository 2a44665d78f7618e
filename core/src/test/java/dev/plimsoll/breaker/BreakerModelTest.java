package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Exploration;
import dev.plimsoll.Exploration.Found;
import dev.plimsoll.breaker.BreakerEvent.Kind;
import dev.plimsoll.breaker.BreakerWorld.Fault;
import dev.plimsoll.breaker.SmallSetting.Rules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every state of small breakers, and every event in each of them, against the model of a breaker. */
final class BreakerModelTest {

    private static final int DEPTH = 12;
    private static final SmallSetting ROW = SmallSetting.of(3, Rules.row(2, 2), Kind.GOOD, Kind.FAILED, Kind.IGNORED);
    private static final SmallSetting WINDOW =
            SmallSetting.of(2, Rules.window(3, 2).slow(60), Kind.GOOD, Kind.FAILED, Kind.SLOW, Kind.NOT_RUN);
    private static final SmallSetting GROWING =
            SmallSetting.of(2, Rules.row(1, 1).waiting(10, 20), Kind.GOOD, Kind.FULL, Kind.FAILED);
    private static final SmallSetting RAMPING =
            SmallSetting.of(2, Rules.window(1, 2).ramping(8), Kind.GOOD, Kind.FAILED, Kind.RESET);
    private static final SmallSetting OPERATED = SmallSetting.of(
            2,
            Rules.row(2, 1),
            Kind.GOOD,
            Kind.FAILED,
            Kind.FORCE_OPEN,
            Kind.FORCE_OPEN_FOR,
            Kind.DISABLE_FOR,
            Kind.METRICS_ONLY_FOR,
            Kind.RESET);
    private static final SmallSetting OBSERVED = SmallSetting.of(
                    2, Rules.row(2, 1), Kind.GOOD, Kind.FAILED, Kind.DISABLE_FOR)
            .whenObserved();
    private static final Rules MOST_FAILED = new Rules(3, 60, 0, 3, 2, 2, 10, 0, 30, 0);
    private static final SmallSetting RECONFIGURED = SmallSetting.of(
                    2, MOST_FAILED, Kind.GOOD, Kind.FAILED, Kind.IGNORED, Kind.RECONFIGURE)
            .inTurnWith(new Rules(1, 100, 0, 3, 2, 1, 5, 0, 20, 0));
    private static final SmallSetting RESHAPED = SmallSetting.of(
                    1, MOST_FAILED, Kind.GOOD, Kind.FAILED, Kind.RECONFIGURE)
            .inTurnWith(new Rules(1, 0, 0, 0, 1, 1, 5, 0, 30, 0));

    private static Found explore(SmallSetting setting, Fault fault) {
        BreakerConfig config = setting.rules().config();
        return Exploration.explore(() -> new BreakerWorld(setting, config, fault), ModelBreaker.fresh(setting), DEPTH);
    }

    @Test
    @DisplayName(
            "CB-1 CB-2 CB-4 CB-5 CB-6 CB-7 CB-8 CB-9 CB-12 EV-1 I1 I2 I3 I4 T-20 every order of events: it is what the"
                    + " model says, and keeps every promise")
    void everyOrderOfEvents_keepsEveryPromise(TestReporter reporter) {
        Found all = Found.all(Stream.of(ROW, WINDOW, GROWING, RAMPING, OPERATED, OBSERVED, RECONFIGURED, RESHAPED)
                .map(setting -> explore(setting, Fault.NONE))
                .toList());
        all.report(reporter, "circuit breaker");

        assertThat(all.places())
                .containsExactly(
                        "CLOSED", "CLOSED, ramping", "DISABLED", "FORCED_OPEN", "HALF_OPEN", "METRICS_ONLY", "OPEN");
        assertThat(all.states()).isGreaterThan(2_000);
        assertThat(all.steps()).isGreaterThan(10_000);
    }

    @Test
    @DisplayName("The exploration is not blind: each broken promise is found")
    void brokenPromises_areFound() {
        assertFinds("I4 CB-7 a late result", ROW, Fault.LATE_RESULT_COUNTS);
        assertFinds("I2 settled once", ROW, Fault.SETTLED_TWICE);
        assertFinds("the state after", ROW, Fault.PROBE_LEAKS);
        assertFinds("the state after", ROW, Fault.WAIT_ENDS_EARLY);
        assertFinds("CB-12 the same episode", RECONFIGURED, Fault.RECONFIGURATION_STARTS_OVER);
    }

    private static void assertFinds(String broken, SmallSetting setting, Fault fault) {
        assertThatThrownBy(() -> explore(setting, fault))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(broken);
    }
}
