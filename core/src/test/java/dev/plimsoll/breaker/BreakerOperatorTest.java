package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.DISABLED;
import static dev.plimsoll.breaker.BreakerState.FORCED_OPEN;
import static dev.plimsoll.breaker.BreakerState.METRICS_ONLY;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.breaker.BreakerSnapshot.Operated;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BreakerOperatorTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    @DisplayName("CB-1 forced open refuses everything, for ever, and says who did it and why")
    void forcedOpen_withoutATimeToLive_refusesUntilReset() {
        Scene scene = Scene.small();

        scene.breaker.forceOpen("release", "ops");
        scene.pass(HOUR.multipliedBy(1000));

        Rejection refusal = scene.refusal();
        assertThat(refusal.detail()).isEqualTo("forced open by ops: release");
        assertThat(refusal.retryAfterNanos()).isEqualTo(Rejection.UNKNOWN);
        assertThat(scene.state()).isEqualTo(FORCED_OPEN);
        scene.breaker.reset("done", "ops");
        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("reset by ops: done");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE, Long.MAX_VALUE - 20_000_000_000L})
    @DisplayName("CB-1 when the time to live is over: closed, with an empty window, by the same event path")
    void forcedOpen_whenItsTimeToLiveIsOver_isClosed(long origin) {
        Scene scene = new Scene(Scene::small, VirtualTime.startingAt(origin, 7));
        Scene.Ear ear = new Scene.Ear();
        scene.bad(1);
        scene.breaker.forceOpen("release", "ops", HOUR);
        scene.breaker.observe(ear);
        scene.breaker.forget(ear);
        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(HOUR.toNanos());

        scene.pass(HOUR.minusNanos(1));
        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(1);
        scene.pass(Duration.ofNanos(1));
        scene.bad(1);

        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("the time to live is over");
        assertThat(scene.judged().consecutiveFailures()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5})
    @DisplayName("CB-1 a time to live of nothing is over at once")
    void operatorStates_withoutAnyTimeToLive_areOverAtOnce(long seconds) {
        Scene scene = Scene.small();

        scene.breaker.forceOpen("a", "ops", Duration.ofSeconds(seconds));
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.breaker.disable("b", "ops", Duration.ofSeconds(seconds));
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.breaker.metricsOnly("c", "ops", Duration.ofSeconds(seconds));
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    static Stream<Arguments> operators() {
        return Stream.of(
                operator(FORCED_OPEN, "forced open", CircuitBreaker::forceOpen, CircuitBreaker::forceOpen),
                operator(DISABLED, "disabled", CircuitBreaker::disable, CircuitBreaker::disable),
                operator(METRICS_ONLY, "metrics only", CircuitBreaker::metricsOnly, CircuitBreaker::metricsOnly));
    }

    /** Steps in until the breaker is reset. */
    private interface Lasting {
        void steps(CircuitBreaker breaker, String reason, String who);
    }

    /** Steps in for a while. */
    private interface Limited {
        void steps(CircuitBreaker breaker, String reason, String who, Duration timeToLive);
    }

    private static Arguments operator(BreakerState state, String words, Lasting lasting, Limited limited) {
        return Arguments.of(state, words, lasting, limited);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operators")
    @DisplayName("CB-1 EV-1 transition and snapshot say who has stepped in, why and for how long")
    void operatorStates_sayWhoWhyAndForHowLong(BreakerState state, String words, Lasting lasting, Limited limited) {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        assertThat(scene.breaker.snapshot().operated()).isEmpty();

        lasting.steps(scene.breaker, "release 7", "ops");
        assertThat(ear.last().to()).isEqualTo(state);
        assertThat(ear.last().reason()).isEqualTo(words + " by ops until reset: release 7");
        assertThat(scene.breaker.snapshot().operated()).hasValue(new Operated("ops", "release 7", Optional.empty()));

        limited.steps(scene.breaker, "release 8", "anna", HOUR);
        assertThat(ear.last().reason()).isEqualTo(words + " by anna for 1 h: release 8");
        assertThat(scene.breaker.snapshot().reason()).isEqualTo(ear.last().reason());
        scene.pass(Duration.ofMinutes(20));
        scene.breaker.reconfigure(b -> b.consecutiveFailures(3));
        assertThat(scene.breaker.snapshot().operated())
                .hasValue(new Operated("anna", "release 8", Optional.of(Duration.ofMinutes(40))));

        scene.breaker.reset("done", "ops");
        assertThat(scene.breaker.snapshot().operated()).isEmpty();
    }

    @Test
    @DisplayName("CB-1 a snapshot of an operator's state whose time is over, and that no call has ended yet, says zero")
    void operatorStates_whenTheirTimeIsOver_sayZero() {
        Scene scene = Scene.small();
        scene.breaker.disable("load test", "ops", Duration.ofSeconds(-5));
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("disabled by ops for 0 ms: load test");
        scene.breaker.forceOpen("release", "ops", HOUR);
        scene.pass(HOUR.plusSeconds(1));
        assertThat(scene.breaker.snapshot().operated())
                .hasValue(new Operated("ops", "release", Optional.of(Duration.ZERO)));
    }

    @Test
    @DisplayName("CB-1 disabled passes everything and judges nothing")
    void disabled_passesAndJudgesNothing() {
        Scene scene = Scene.small();

        scene.breaker.disable("load test", "ops", HOUR);
        scene.bad(100);

        assertThat(scene.state()).isEqualTo(DISABLED);
        assertThat(scene.judged().consecutiveFailures()).isZero();
        assertThat(scene.breaker.snapshot().lastError()).isEmpty();
        assertThat(scene.breaker.snapshot().admitting()).isEqualTo(1);
        scene.pass(HOUR);
        scene.bad(2);
        assertThat(scene.state()).isEqualTo(OPEN);
    }

    @Test
    @DisplayName("CB-1 metrics only passes and judges everything, and never opens")
    void metricsOnly_judgesAndNeverOpens() {
        Scene scene = Scene.of(b -> b.consecutiveFailures(2).failureRate(0.5, 10));

        scene.breaker.metricsOnly("trial", "ops");
        scene.good(3);
        scene.bad(17);

        assertThat(scene.state()).isEqualTo(METRICS_ONLY);
        assertThat(scene.judged().consecutiveFailures()).isEqualTo(17);
        assertThat(scene.judged().windowCalls()).isEqualTo(20);
        assertThat(scene.judged().windowFailed()).isEqualTo(17);
        scene.breaker.disable("enough", "ops");
        assertThat(scene.judged().totalBad()).isEqualTo(17);
    }

    @Test
    @DisplayName("CB-1 CB-7 what began before the operator stepped in changes nothing after")
    void lateResults_whenAnOperatorSteppedIn_changeNothing() {
        Scene scene = Scene.small();
        Permit first = scene.enter();
        scene.breaker.metricsOnly("trial", "ops");
        Permit second = scene.enter();
        first.failed(new IllegalStateException());
        assertThat(scene.judged().consecutiveFailures()).isZero();
        scene.breaker.reset("done", "ops");

        second.failed(new IllegalStateException());

        assertThat(scene.judged().consecutiveFailures()).isZero();
        assertThat(scene.judged().totalBad()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-1 a reset closes for everybody, whatever the state: also a half-open breaker does not ramp up")
    void reset_whenHalfOpen_admitsEverybodyAtOnce() {
        Scene scene = Scene.of(b -> Scene.small(b).rampUp(HOUR)).probing();
        scene.enter();

        scene.breaker.reset("fixed", "ops");

        assertThat(scene.breaker.snapshot().admitting()).isEqualTo(1);
        scene.enter(100);
    }

    @Test
    @DisplayName("CB-1 CB-4 a reset forgets how often the breaker opened, whatever the state")
    void reset_whenHalfOpen_startsTheOpenWaitsOver() {
        Scene scene = Scene.of(b -> Scene.small(b)
                .openFor(
                        Backoff.exponential(Scene.WAIT).cap(Duration.ofHours(1)).withoutJitter()));
        scene.bad(2);
        scene.pass(Scene.WAIT);
        scene.bad(1);
        scene.pass(Scene.WAIT.multipliedBy(2));
        scene.enter();

        scene.breaker.reset("fixed", "ops");
        scene.bad(2);

        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(Scene.WAIT.toNanos());
    }

    @Test
    @DisplayName("CB-1 T-14 no timer and no wait ends an operator's state that has no time to live")
    void staleTimer_whenAnOperatorSteppedIn_doesNothing() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        scene.open();

        scene.breaker.forceOpen("release", "ops");
        scene.pass(HOUR);

        assertThat(scene.state()).isEqualTo(FORCED_OPEN);
        assertThat(ear.states()).containsExactly(CLOSED, OPEN, FORCED_OPEN);
        assertThat(scene.time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("CB-1 CB-4 with an observer, the time to live ends by timer")
    void timeToLive_withAnObserver_endsByTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);

        scene.breaker.disable("load test", "ops", HOUR);
        scene.pass(HOUR);

        assertThat(scene.state()).isEqualTo(CLOSED);
        Rendezvous.await(() -> ear.states().size() == 2, "the transition is told");
        assertThat(ear.last().byTimer()).isTrue();
        assertThat(ear.last().reason()).isEqualTo("the time to live is over");
    }

    @Test
    @DisplayName("CB-1 EV-1 good work whose entry noticed the end of the operator's time tells of it when it is done")
    void timeToLive_whenItsEndIsNoticedByGoodWork_isToldWithIt() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.disable("maintenance", "ops", Duration.ofSeconds(9));
        scene.breaker.observers.add(ear); // by the guard, which has not told the breaker yet: no timer
        scene.pass(Duration.ofSeconds(9));

        assertThat(scene.breaker.enterClosed()).isNull(); // what only looks notices nothing
        Leave leave = (Leave) scene.breaker.enter();
        scene.breaker.settle(leave, Judgement.SUCCESS, scene.breaker.clock(), 0, null);
        assertThat(ear.states()).isEmpty();
        scene.breaker.publish();

        assertThat(ear.states()).containsExactly(BreakerState.CLOSED);
        assertThat(ear.last().reason()).isEqualTo("the time to live is over");
    }
}
