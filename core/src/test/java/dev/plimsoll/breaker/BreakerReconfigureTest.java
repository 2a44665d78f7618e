package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.DISABLED;
import static dev.plimsoll.breaker.BreakerState.METRICS_ONLY;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Other settings while the breaker is judging or in an operator's hands; {@link BreakerReconfigureProbeTest} has the rest. */
final class BreakerReconfigureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    @DisplayName("CB-12 CB-7 it stays in its state, since when it was, and tells no transition; calls under way count")
    void reconfigured_goesOnInItsEpisode() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        Permit before = scene.enter();
        scene.pass(SECOND);

        scene.breaker.reconfigure(b -> b.consecutiveFailures(1));

        assertThat(scene.breaker.config().rules()).containsExactly(new TripRule.ConsecutiveFailures(1));
        assertThat(scene.breaker.snapshot().sequence()).isZero();
        assertThat(scene.breaker.snapshot().sinceNanos()).isEqualTo(SECOND.toNanos());
        assertThat(ear.heard).isEmpty();
        before.settle(Verdict.FAILURE);
        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(ear.states()).containsExactly(OPEN);
    }

    @Test
    @DisplayName(
            "HG-1 CB-12 a leg that lost counts as slow where its time means something and its episode lasts, and else nowhere")
    void censored_countsWhereItCanBeCompared() {
        Scene scene = Scene.of(b -> Scene.small(b).slowCallRate(0.5, SECOND, 10));
        Leave slow = (Leave) scene.breaker.enter();
        Leave ofOtherEpisode = (Leave) scene.breaker.enter();
        assertThat(censored(scene, slow)).isEqualTo(Verdict.SUCCESS);
        assertThat(scene.judged().windowSlow()).isEqualTo(1);
        scene.breaker.reset("afresh", "ops");
        assertThat(censored(scene, ofOtherEpisode)).isEqualTo(Verdict.IGNORED);

        scene.breaker.reconfigure(Scene::small);
        Leave untimed = (Leave) scene.breaker.enter();
        scene.breaker.reconfigure(b -> Scene.small(b).slowCallRate(0.5, SECOND, 10));
        assertThat(censored(scene, untimed)).isEqualTo(Verdict.IGNORED);
        assertThat(scene.judged().windowCalls()).isZero();
    }

    private static Verdict censored(Scene scene, Leave leave) {
        long five = SECOND.multipliedBy(5).toNanos();
        return scene.breaker.settleCensored(leave, scene.time.precise(), five).verdict();
    }

    @Test
    @DisplayName("CB-12 the set-up describes the whole configuration: what it does not name is as by default")
    void setUp_startsFromTheDefaults() {
        Scene scene = Scene.small();

        scene.breaker.reconfigure(b -> b.openFor(SECOND));

        assertThat(scene.breaker.config())
                .isEqualTo(new CircuitBreakerBuilder().openFor(SECOND).build());
    }

    @Test
    @DisplayName("CB-12 everything that is wrong is listed, and nothing changes")
    void wrongSetUp_changesNothing() {
        Scene scene = Scene.small();
        State before = scene.breaker.present();

        assertThatThrownBy(() ->
                        scene.breaker.reconfigure(b -> b.consecutiveFailures(0).maxConcurrentProbes(0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("circuit breaker prices", "consecutiveFailures", "maxConcurrentProbes");
        assertThatThrownBy(() -> scene.breaker.reconfigure(b -> {
                    throw new IllegalStateException("the user's own");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(scene.breaker.present()).isSameAs(before);
    }

    @Test
    @DisplayName("CB-12 an equal configuration changes nothing at all")
    void equalConfiguration_changesNothing() {
        Scene scene = Scene.small();
        State before = scene.breaker.present();

        scene.breaker.reconfigure(Scene::small);

        assertThat(scene.breaker.present()).isSameAs(before);
    }

    @Test
    @DisplayName(
            "CB-12 CB-2 over the same horizon the window is kept, and a stricter rule opens with the next bad result")
    void sameHorizon_keepsTheWindow() {
        for (boolean lastCalls : new boolean[] {true, false}) {
            Scene scene = Scene.of(b -> over(b.failureRate(0.9, 10), lastCalls));
            scene.good(4);
            scene.bad(4);

            scene.breaker.reconfigure(b -> over(b.failureRate(0.5, 8), lastCalls));

            assertThat(scene.state()).isEqualTo(CLOSED);
            assertThat(scene.judged().windowCalls()).isEqualTo(8);
            assertThat(scene.judged().consecutiveFailures()).isEqualTo(4);
            scene.good(1);
            assertThat(scene.state()).isEqualTo(CLOSED);
            scene.bad(1);
            assertThat(scene.breaker.snapshot().reason()).isEqualTo("5 of 10 failed, 50 % ≥ 50 %");
            assertThat(scene.judged().totalGood()).isEqualTo(5);
            assertThat(scene.judged().totalBad()).isEqualTo(5);
        }
    }

    private static CircuitBreakerBuilder over(CircuitBreakerBuilder setup, boolean lastCalls) {
        return lastCalls ? setup.overLastCalls(20) : setup.overLast(Duration.ofSeconds(20));
    }

    @Test
    @DisplayName(
            "CB-12 EV-3 over another horizon an empty window begins; the row goes on, and the totals keep everything")
    void otherHorizon_beginsAnEmptyWindow() {
        Scene scene = Scene.of(b -> b.failureRate(1, 10).overLast(SECOND));
        scene.good(3);
        scene.bad(2);

        scene.breaker.reconfigure(
                b -> b.failureRate(1, 2).consecutiveFailures(5).overLast(SECOND.multipliedBy(2)));
        assertThat(scene.judged().windowCalls()).isZero();
        scene.bad(1);
        scene.breaker.reconfigure(
                b -> b.failureRate(1, 2).consecutiveFailures(5).overLastCalls(10));
        assertThat(scene.judged().windowCalls()).isZero();
        scene.bad(1);

        assertThat(scene.judged().consecutiveFailures()).isEqualTo(4);
        assertThat(scene.judged().totalGood()).isEqualTo(3);
        assertThat(scene.judged().totalBad()).isEqualTo(4);
        scene.breaker.reconfigure(b -> b.consecutiveFailures(5));
        scene.bad(1);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("5 consecutive failures");
        assertThat(scene.judged().totalBad()).isEqualTo(5);
    }

    @Test
    @DisplayName("CB-12 EV-3 who had read the old evidence records into the shared window, or into the totals, once")
    void oldEvidence_isNotLost() {
        Scene scene = Scene.of(b -> b.failureRate(1, 100).overLast(SECOND));
        Evidence first = ((Closed) scene.breaker.present()).evidence();
        scene.breaker.reconfigure(b -> b.failureRate(1, 99).overLast(SECOND));
        Evidence second = ((Closed) scene.breaker.present()).evidence();

        first.failed(scene.time.precise(), 0);
        second.failed(scene.time.precise(), 0);
        assertThat(scene.judged().windowFailed()).isEqualTo(2);

        scene.breaker.reconfigure(b -> b.failureRate(1, 99).overLastCalls(100));
        first.failed(scene.time.precise(), 0);
        second.succeeded(scene.time.precise(), 0);
        assertThat(scene.judged().windowCalls()).isZero();
        assertThat(scene.judged().totalBad()).isEqualTo(3);
        assertThat(scene.judged().totalGood()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-12 CB-13 overload, the limit of hints and counting follow at once")
    void otherEvidence_countsAtOnce() {
        Scene scene =
                Scene.of(b -> b.consecutiveFailures(2).overloadTrips(false).uncounted());
        scene.call(Verdict.OVERLOAD);
        scene.good(1);
        assertThat(scene.judged().totalBad()).isZero();
        assertThat(scene.judged().totalGood()).isZero();

        scene.breaker.reconfigure(
                b -> b.consecutiveFailures(2).openFor(SECOND).retryAfterClamp(SECOND.multipliedBy(7)));
        scene.good(1);
        scene.call(Verdict.OVERLOAD);
        scene.enter()
                .settle(
                        new Judgement(
                                Verdict.OVERLOAD,
                                Repeat.NEVER,
                                Duration.ofHours(1).toNanos()),
                        null);

        assertThat(scene.judged().totalGood()).isEqualTo(1);
        assertThat(scene.judged().totalBad()).isEqualTo(2);
        assertThat(scene.breaker.snapshot().nextProbeIn()).contains(SECOND.multipliedBy(7));
    }

    @Test
    @DisplayName("CB-12 CB-2 another slow threshold holds for calls under way, if their time was measured")
    void otherSlowThreshold_holdsForCallsUnderWay() {
        Scene scene = Scene.of(b -> b.slowCallRate(1, SECOND.multipliedBy(10), 1));
        Permit before = scene.enter();

        scene.breaker.reconfigure(b -> b.slowCallRate(1, SECOND.multipliedBy(2), 1));
        scene.pass(SECOND.multipliedBy(3));
        before.succeeded();

        assertThat(scene.breaker.snapshot().reason()).contains("took 2 s or longer");
    }

    @Test
    @DisplayName(
            "CB-12 CB-14 a call whose time nobody measured when it began is not slow, and counts in the window of now")
    void unmeasuredCall_isNotSlow() {
        for (long origin : Scene.ORIGINS) {
            Scene scene = new Scene(b -> b.consecutiveFailures(5), VirtualTime.startingAt(origin, 5));
            Leave first = Objects.requireNonNull(scene.breaker.enterClosed());
            Leave second = Objects.requireNonNull(scene.breaker.enterClosed());
            assertThat(scene.breaker.measures(first)).isFalse();
            long started = scene.breaker.startOf(first, -7);
            assertThat(started).isEqualTo(-7);
            Permit third = scene.enter();

            scene.breaker.reconfigure(
                    b -> b.slowCallRate(1, Duration.ofMillis(10), 1).overLast(SECOND));
            scene.pass(Duration.ofMillis(100));
            scene.breaker.succeeded(first, started);
            scene.breaker.succeeded(second, scene.breaker.clock() - SECOND.toNanos());
            third.succeeded();

            assertThat(scene.state()).isEqualTo(CLOSED);
            assertThat(scene.judged().windowCalls()).isEqualTo(3);
            scene.pass(SECOND);
            assertThat(scene.judged().windowCalls()).isZero();
            assertThat(scene.judged().totalGood()).isEqualTo(3);
            scene.call(Verdict.SUCCESS, Duration.ofMillis(10));
            assertThat(scene.state()).isEqualTo(OPEN);
        }
    }

    @Test
    @DisplayName("CB-12 operators' states stay, with their time to live; the configuration holds afterwards")
    void operatorsState_stays() {
        Scene scene = Scene.small();
        scene.breaker.disable("maintenance", "ops", SECOND.multipliedBy(9));
        Permit before = scene.enter();

        scene.breaker.reconfigure(b -> b.consecutiveFailures(3));

        assertThat(scene.state()).isEqualTo(DISABLED);
        assertThat(scene.breaker.explain()).contains("maintenance", "by ops");
        before.settle(Verdict.FAILURE);
        assertThat(scene.judged().totalBad()).isEqualTo(1);
        scene.pass(SECOND.multipliedBy(9));
        scene.bad(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.bad(1);
        assertThat(scene.state()).isEqualTo(OPEN);
        scene.breaker.forceOpen("broken", "ops");
        scene.breaker.reconfigure(Scene::small);
        scene.refuses();
    }

    @Test
    @DisplayName("CB-12 where only the numbers are wanted the window is kept or begun anew just as when closed")
    void metricsOnly_keepsOrReplacesItsWindow() {
        Scene scene = Scene.of(b -> b.failureRate(1, 5).overLastCalls(10));
        scene.breaker.metricsOnly("watching", "ops");
        Permit before = scene.enter();
        scene.bad(6);

        scene.breaker.reconfigure(b -> b.failureRate(0.5, 5).overLastCalls(10));
        before.settle(Verdict.FAILURE);
        assertThat(scene.judged().windowFailed()).isEqualTo(7);
        scene.breaker.reconfigure(b -> b.failureRate(0.5, 5).overLastCalls(11));
        scene.bad(1);

        assertThat(scene.judged().windowFailed()).isEqualTo(1);
        assertThat(scene.judged().consecutiveFailures()).isEqualTo(8);
        assertThat(scene.judged().totalBad()).isEqualTo(8);
        assertThat(scene.state()).isEqualTo(METRICS_ONLY);
    }
}
