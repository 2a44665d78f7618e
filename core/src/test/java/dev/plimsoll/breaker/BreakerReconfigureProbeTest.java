package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.HALF_OPEN;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Other settings while the breaker is open, probes, or has just closed. */
final class BreakerReconfigureProbeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    @DisplayName("CB-12 CB-9 the open wait under way ends as announced; the new one begins with the next opening")
    void openWait_endsAsAnnounced() {
        Scene scene = Scene.small().open();
        scene.pass(SECOND);
        long announced = scene.refusal().retryAfterNanos();

        scene.breaker.reconfigure(b -> Scene.small(b).openFor(SECOND));

        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(announced);
        scene.pass(Duration.ofNanos(announced - 1));
        scene.refuses();
        scene.pass(Duration.ofNanos(1));
        scene.bad(1);
        assertThat(scene.breaker.snapshot().nextProbeIn()).contains(SECOND);
    }

    @Test
    @DisplayName("CB-12 CB-4 with an observer, the timer of the wait under way stays right")
    void openWait_withAnObserver_endsByTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        scene.open();

        scene.breaker.reconfigure(b -> Scene.small(b).openFor(SECOND));

        assertThat(scene.time.pendingTimers()).isEqualTo(1);
        scene.pass(Scene.WAIT);
        Rendezvous.await(() -> ear.states().contains(HALF_OPEN), "the end of the wait is told");
        assertThat(ear.last().byTimer()).isTrue();
        assertThat(ear.last().reason()).isEqualTo("the open wait of 10 s is over");
    }

    /** Four of five successes are there, nobody is under way, and now three would have been enough. */
    private static Scene withMoreSuccessesThanNeeded() {
        Scene scene = Scene.of(b -> Scene.small(b).maxConcurrentProbes(3).successesToClose(5))
                .probing();
        scene.good(4);
        scene.breaker.reconfigure(b -> Scene.small(b).maxConcurrentProbes(1).successesToClose(3));
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        return scene;
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    @DisplayName(
            "CB-12 CB-5 where more probes have succeeded than are wanted by now, one more decides: nothing is pinned")
    void enoughSuccesses_oneMoreProbeDecides(Verdict verdict) {
        Scene scene = withMoreSuccessesThanNeeded();

        Permit probe = scene.enter();
        scene.refuses();
        probe.settle(verdict);

        switch (verdict) {
            case SUCCESS -> assertThat(scene.breaker.snapshot().reason()).isEqualTo("5 probes succeeded");
            case FAILURE, OVERLOAD -> assertThat(scene.state()).isEqualTo(OPEN);
            default -> {
                assertThat(scene.state()).isEqualTo(HALF_OPEN);
                scene.good(1);
                assertThat(scene.state()).isEqualTo(CLOSED);
            }
        }
    }

    @Test
    @DisplayName("CB-12 CB-5 fewer successes are enough: the next one closes, of a probe that was under way already")
    void fewerSuccesses_theNextOneCloses() {
        Scene scene = Scene.of(b -> Scene.small(b).maxConcurrentProbes(3).successesToClose(5))
                .probing();
        Permit first = scene.enter();
        Permit second = scene.enter();
        first.succeeded();

        scene.breaker.reconfigure(b -> Scene.small(b).maxConcurrentProbes(1).successesToClose(2));
        assertThat(scene.refusal().detail()).isEqualTo("half open: at most 1 probes at once, 2 in all");
        second.succeeded();

        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-12 CB-5 more successes are wanted: those that were there count")
    void moreSuccesses_countOn() {
        Scene scene = Scene.small().probing();
        scene.good(1);

        scene.breaker.reconfigure(b -> Scene.small(b).successesToClose(4));
        scene.good(2);
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.good(1);

        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-12 CB-5 fewer at once: those under way go on, and others wait for them")
    void fewerAtOnce_thoseUnderWayGoOn() {
        Scene scene = Scene.small().probing();
        Permit first = scene.enter();
        Permit second = scene.enter();

        scene.breaker.reconfigure(b -> Scene.small(b).maxConcurrentProbes(1));

        first.close();
        scene.refuses();
        second.close();
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-12 CB-5 probes keep their leases; of different ones the first to end counts, by call and by timer")
    void leases_whenTheyDiffer_theFirstToEndCounts() {
        for (long origin : Scene.ORIGINS) {
            Scene scene = new Scene(Scene::small, VirtualTime.startingAt(origin, 9)).probing();
            Permit longer = scene.enter();
            scene.breaker.reconfigure(b -> Scene.small(b).probeLease(SECOND.multipliedBy(5)));
            Permit shorter = scene.enter();
            Scene.Ear ear = new Scene.Ear();
            if (origin == 0) {
                scene.breaker.observe(ear);
            }

            scene.pass(SECOND.multipliedBy(5));
            if (origin == 0) {
                Rendezvous.await(() -> ear.states().contains(OPEN), "the end of the lease is told");
            }
            scene.refuses();
            assertThat(scene.breaker.snapshot().reason()).isEqualTo("a probe did not end within its lease of 5 s");
            assertThat(scene.judged().orphans()).isEqualTo(2);
            longer.close();
            shorter.close();
            assertThat(scene.judged().orphans()).isZero();
        }
    }

    @Test
    @DisplayName("CB-12 CB-5 a shorter lease does not end a probe that has a longer one")
    void shorterLease_doesNotEndAProbeUnderWay() {
        Scene scene = Scene.small().probing();
        Permit probe = scene.enter();

        scene.breaker.reconfigure(b -> Scene.small(b).probeLease(SECOND));
        scene.pass(Scene.LEASE.minusNanos(1));
        scene.good(1);
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        probe.succeeded();

        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-12 CB-13 a slow rule that is new fails a slow probe that was measured, and no other")
    void newSlowRule_judgesProbesThatWereMeasured() {
        Scene scene = Scene.small().probing();
        Permit unmeasured = scene.enter();
        scene.breaker.reconfigure(b -> Scene.small(b).slowCallRate(1, SECOND, 100));
        scene.pass(SECOND.multipliedBy(2));

        unmeasured.succeeded();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.call(Verdict.SUCCESS, SECOND.multipliedBy(2));

        assertThat(scene.breaker.snapshot().reason()).startsWith("a probe was slow, 2");
    }

    @Test
    @DisplayName("CB-12 CB-6 a ramp goes on as it began; what it admitted is judged by the rules of now")
    void ramp_goesOnAsItBegan() {
        Duration ramp = SECOND.multipliedBy(100);
        Scene scene = Scene.of(b -> Scene.small(b).rampUp(ramp)).probing();
        scene.good(2);
        scene.pass(SECOND.multipliedBy(50));

        scene.breaker.reconfigure(b -> b.consecutiveFailures(1).openFor(SECOND));

        assertThat(scene.breaker.snapshot().admitting()).isEqualTo(0.55);
        Permit permit = null;
        while (permit == null) {
            permit = scene.breaker.tryEnter();
        }
        scene.pass(SECOND.multipliedBy(50));
        scene.good(1);
        assertThat(scene.breaker.snapshot().admitting()).isEqualTo(1);
        permit.settle(Verdict.FAILURE);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("1 consecutive failures");
    }
}
