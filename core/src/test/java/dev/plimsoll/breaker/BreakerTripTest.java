package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.TripRule.FailureRate;
import dev.plimsoll.breaker.TripRule.SlowCallRate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.window.Counts;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BreakerTripTest {

    private static final Duration SLOW = Duration.ofSeconds(2);

    @Test
    @DisplayName("CB-2 a row of failures opens, and one success starts it over")
    void consecutiveFailures_whenARowIsComplete_open() {
        Scene scene = Scene.of(b -> b.consecutiveFailures(3));

        scene.bad(2);
        scene.good(1);
        scene.bad(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.bad(1);

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("3 consecutive failures");
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"IGNORED", "NOT_RUN"})
    @DisplayName("CB-8 what says nothing counts nowhere, and does not start a row over")
    void result_whenItSaysNothing_countsNowhere(Verdict verdict) {
        Scene scene = Scene.of(b -> b.consecutiveFailures(3).failureRate(1, 3));

        scene.bad(2);
        scene.call(verdict);

        assertThat(scene.judged().windowCalls()).isEqualTo(2);
        assertThat(scene.judged().consecutiveFailures()).isEqualTo(2);
        scene.bad(1);
        assertThat(scene.state()).isEqualTo(OPEN);
    }

    @Test
    @DisplayName("CB-3 without a rule named: 5 in a row, or half of 10 in 10 s; open 30 s; 3 successes of 3 at once")
    void defaults_areThoseOfTheBook() {
        Scene row = Scene.of(b -> b);
        row.bad(5);
        assertThat(row.breaker.snapshot().reason()).isEqualTo("5 consecutive failures");
        assertThat(row.refusal().retryAfter()).hasValue(Duration.ofSeconds(30));
        row.pass(Duration.ofSeconds(30));
        row.enter(3);
        row.refuses();

        Scene rate = Scene.of(b -> b);
        for (int i = 0; i < 5; i++) {
            rate.good(1);
            assertThat(rate.state()).isEqualTo(CLOSED);
            rate.bad(1);
        }
        assertThat(rate.breaker.snapshot().reason()).isEqualTo("5 of 10 failed, 50 % ≥ 50 %");
    }

    @Test
    @DisplayName("CB-3 naming one rule replaces both defaults; the workshop's breaker is 3 failures, 5 s, one probe")
    void namedRule_replacesTheDefaults() {
        Scene scene = Scene.of(CircuitBreakerBuilder::workshop);

        scene.bad(3);

        assertThat(scene.refusal().retryAfter()).hasValue(Duration.ofSeconds(5));
        scene.pass(Duration.ofSeconds(5));
        Permit probe = scene.enter();
        scene.refuses();
        probe.succeeded();
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName(
            "CB-2 rules are asked when a bad result is recorded: a good one that completes the minimum does not open")
    void rules_whenAGoodResultIsRecorded_areNotAsked() {
        Scene scene = Scene.of(b -> b.failureRate(0.5, 4));

        scene.bad(3);
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.bad(1);

        assertThat(scene.breaker.snapshot().reason()).isEqualTo("4 of 5 failed, 80 % ≥ 50 %");
    }

    @Test
    @DisplayName("CB-2 the first rule that holds is the reason, in the order in which they were named")
    void rules_whenSeveralHold_theFirstNamedIsTheReason() {
        Scene scene = Scene.of(b -> b.failures(2).consecutiveFailures(2).overLastCalls(10));
        scene.bad(2);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("2 failures in the window, limit 2");
    }

    @Test
    @DisplayName("CB-2 ratios are compared exactly, and with >=")
    void ratios_areComparedExactly() {
        assertThat(TripRules.broken(new FailureRate(0.07, 100), 0, new Counts(93, 0, 7, 0)))
                .isEqualTo("7 of 100 failed, 7 % ≥ 7 %");
        assertThat(TripRules.broken(new FailureRate(0.07, 100), 0, new Counts(94, 0, 6, 0)))
                .isNull();
        assertThat(TripRules.broken(new FailureRate(0.333333333, 3), 0, new Counts(2, 0, 1, 0)))
                .isEqualTo("1 of 3 failed, 33.3 % ≥ 33.3 %");
        assertThat(TripRules.broken(new FailureRate(0.333333334, 3), 0, new Counts(2, 0, 1, 0)))
                .isNull();
        assertThat(TripRules.broken(new SlowCallRate(0.5, SLOW, 4), 0, new Counts(2, 1, 0, 1)))
                .isEqualTo("2 of 4 took 2 s or longer, 50 % ≥ 50 %");
        assertThat(TripRules.broken(new SlowCallRate(0.5, SLOW, 5), 0, new Counts(2, 1, 0, 1)))
                .isNull();
    }

    @Test
    @DisplayName(
            "CB-2 CB-13 CB-14 slow calls open, good and bad ones alike; a slow success starts the row of failures over")
    void slowCalls_whenTheyReachTheShare_open() {
        Scene scene = Scene.of(b -> b.slowCallRate(0.5, SLOW, 4).consecutiveFailures(9));
        scene.call(Verdict.SUCCESS, SLOW.minusMillis(1));
        scene.bad(1);
        scene.call(Verdict.SUCCESS, SLOW.plusMillis(1));
        assertThat(scene.judged().consecutiveFailures()).isZero();
        assertThat(scene.judged().windowSlow()).isEqualTo(1);

        scene.call(Verdict.FAILURE, SLOW.plusMillis(1));

        assertThat(scene.breaker.snapshot().reason()).isEqualTo("2 of 4 took 2 s or longer, 50 % ≥ 50 %");
    }

    @Test
    @DisplayName("CB-13 I17 while this process itself stood still, a call only looked slow")
    void slowCall_whenThisProcessStoodStill_isNotSlow() {
        Scene scene = Scene.of(b -> b.slowCallRate(1, SLOW, 1));
        Permit permit = scene.enter();
        scene.time.stall(Duration.ofSeconds(30));

        permit.succeeded();

        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.judged().windowCalls()).isEqualTo(1);
        assertThat(scene.judged().windowSlow()).isZero();
    }

    @Test
    @DisplayName("CB-13 overload speaks against the dependency, unless opted out")
    void overload_countsAsBad_unlessOptedOut() {
        Scene trips = Scene.small();
        trips.call(Verdict.OVERLOAD);
        trips.call(Verdict.OVERLOAD);
        assertThat(trips.state()).isEqualTo(OPEN);

        Scene ignores = Scene.of(b -> Scene.small(b).overloadTrips(false));
        for (int i = 0; i < 9; i++) {
            ignores.call(Verdict.OVERLOAD);
        }
        assertThat(ignores.state()).isEqualTo(CLOSED);
        assertThat(ignores.judged().totalBad()).isZero();
    }

    @Test
    @DisplayName("CB-13 the caller's mistake is a success as evidence")
    void callersMistake_isASuccess() {
        Scene scene = Scene.small();
        scene.bad(1);
        scene.enter().settle(Judgement.CALLERS_MISTAKE, new IllegalArgumentException());
        scene.bad(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName(
            "T-06 T-07 T-44 the window moves by the breaker's own clock and no other, also where that wraps around")
    void window_movesByTheBreakersClock() {
        for (long origin : Scene.ORIGINS) {
            Scene scene =
                    new Scene(b -> b.failures(3).overLast(Duration.ofSeconds(10)), VirtualTime.startingAt(origin, 1));
            scene.bad(2);
            scene.pass(Duration.ofHours(1));
            assertThat(scene.judged().windowCalls()).isZero();
            scene.bad(2);
            assertThat(scene.state()).isEqualTo(CLOSED);
            scene.pass(Duration.ofSeconds(5));
            scene.bad(1);
            assertThat(scene.state()).isEqualTo(OPEN);
        }
    }

    @Test
    @DisplayName("CB-14 a breaker that calls short times slow measures them by the precise clock")
    void clock_whenShortTimesAreSlow_isThePreciseOne() {
        for (int millis : new int[] {5, 50}) {
            Scene scene = Scene.of(b -> b.slowCallRate(1, Duration.ofMillis(millis), 1));
            scene.time.coarseEvery(Duration.ofSeconds(1));
            scene.pass(Duration.ofMillis(1500));
            assertThat(scene.breaker.clock() == scene.time.precise()).isEqualTo(millis < 20);
        }
    }
}
