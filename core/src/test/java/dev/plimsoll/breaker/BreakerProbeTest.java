package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.HALF_OPEN;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BreakerProbeTest {

    private static final Duration TICK = Duration.ofNanos(1);

    @Test
    @DisplayName("CB-5 I3 no more probes than allowed are under way at once")
    void probes_whenAllAreUnderWay_refuseTheNext() {
        Scene scene = Scene.small().probing();

        List<Permit> probes = scene.enter(2);

        scene.refuses();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().probes()).isEqualTo(2);
        probes.forEach(Permit::succeeded);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-5 T-05 one episode admits no more than max(concurrent, successes) probes in all")
    void probes_whenTheEpisodeHasAdmittedItsMost_refuseTheNext() {
        Scene scene = Scene.of(b -> Scene.small(b).maxConcurrentProbes(3)).probing();
        List<Permit> probes = scene.enter(3);

        probes.get(0).succeeded();

        scene.refuses();
        probes.get(1).succeeded();
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-5 T-05 with one probe at a time, as many as must succeed are admitted one after the other")
    void probes_whenOneAtATime_areAdmittedUntilEnoughSucceeded() {
        Scene scene = Scene.of(b -> Scene.small(b).maxConcurrentProbes(1).successesToClose(3))
                .probing();

        scene.good(2);

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"FAILURE", "OVERLOAD"})
    @DisplayName("CB-5 one failure reopens and restarts the wait")
    void probe_whenItFails_reopens(Verdict verdict) {
        Scene scene = Scene.small().probing();
        Permit other = scene.enter();

        scene.call(verdict);

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(Scene.WAIT.toNanos());
        other.succeeded();
        assertThat(scene.state()).isEqualTo(OPEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"IGNORED", "NOT_RUN"})
    @DisplayName("CB-5 CB-8 T-15 a probe that says nothing frees its place and its turn")
    void probe_whenItSaysNothing_isFreed(Verdict verdict) {
        Scene scene = Scene.small().probing();

        for (int i = 0; i < 20; i++) {
            scene.call(verdict);
        }

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().probes()).isZero();
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-8 T-11 T-15 a probe whose caller left without a verdict is freed by closing its permit")
    void probe_whenItsPermitIsOnlyClosed_isFreed() {
        Scene scene = Scene.small().probing();

        try (Permit permit = scene.enter()) {
            assertThat(permit).isNotNull();
            assertThat(scene.judged().probes()).isEqualTo(1);
        }

        assertThat(scene.judged().probes()).isZero();
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-13 a probe that overload must not trip says nothing")
    void probe_whenOverloadedAndThatDoesNotTrip_isFreed() {
        Scene scene = Scene.of(b -> Scene.small(b).overloadTrips(false)).probing();

        scene.call(Verdict.OVERLOAD);

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().probes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE, Long.MAX_VALUE - 20_000_000_000L})
    @DisplayName(
            "CB-5 T-03 a probe that hangs is given up when its lease is over: the breaker opens, then probes again")
    void probe_whenItsLeaseIsOver_countsAsFailed(long origin) {
        Scene scene = new Scene(Scene::small, dev.plimsoll.time.VirtualTime.startingAt(origin, 7)).probing();
        scene.enter(2);

        scene.pass(Scene.LEASE.minus(TICK));
        scene.refuses();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.pass(TICK);
        scene.refuses();

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.breaker.snapshot().reason()).isEqualTo("a probe did not end within its lease of 30 s");
        scene.pass(Scene.LEASE);
        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"SUCCESS", "IGNORED", "NOT_RUN"})
    @DisplayName(
            "CB-5 I3 a probe that says so only when its lease is over closes nothing, though nobody has looked meanwhile")
    void probe_whenItEndsAfterItsLease_hasFailed(Verdict verdict) {
        Scene scene = Scene.of(b -> Scene.small(b).successesToClose(1)).probing();
        Permit probe = scene.enter();

        scene.pass(Scene.LEASE);
        probe.settle(verdict);

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.refusal().retryAfterNanos()).isEqualTo(Scene.WAIT.toNanos());
        assertThat(scene.judged().orphans()).isZero();
    }

    @Test
    @DisplayName("CB-5 T-03 no default pins HALF_OPEN: without a lease named it is max(open wait, 60 s)")
    void lease_whenNotNamed_isTheLongerOfOpenWaitAndAMinute() {
        assertThat(new CircuitBreakerBuilder().build().lease())
                .isEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(new CircuitBreakerBuilder()
                        .openFor(Duration.ofSeconds(90))
                        .build()
                        .lease())
                .isEqualTo(Duration.ofSeconds(90).toNanos());
    }

    @Test
    @DisplayName("CB-5 I1 a new probe waits for an orphan one further lease at most")
    void orphans_forOneFurtherLease_takeTheirPlaces() {
        Scene scene = Scene.small().probing();
        scene.enter(2);
        scene.pass(Scene.LEASE);
        scene.refuses();
        scene.pass(Scene.LEASE.minus(TICK));

        scene.refuses();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.pass(TICK);

        scene.good(2);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-5 I1 a new probe takes the place of an orphan as soon as that ends")
    void orphan_whenItEnds_givesItsPlaceUp() {
        Scene scene = Scene.small().probing();
        List<Permit> hanging = scene.enter(2);
        scene.pass(Scene.LEASE);
        scene.refuses();
        scene.pass(Scene.WAIT);
        scene.refuses();

        hanging.get(1).failed(new IllegalStateException("late"));

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().orphans()).isEqualTo(1);
        scene.enter();
        scene.refuses();
    }

    @Test
    @DisplayName("CB-5 a probe's body stays visible as an orphan until it ends, however long that is")
    void orphan_whileItsBodyRuns_staysVisible() {
        Scene scene = Scene.small().probing();
        List<Permit> hanging = scene.enter(2);
        scene.pass(Scene.LEASE);
        scene.refuses();
        assertThat(scene.judged().orphans()).isEqualTo(2);
        scene.pass(Scene.LEASE.multipliedBy(3));

        scene.bad(1);
        scene.pass(Scene.WAIT);
        scene.good(2);

        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.judged().orphans()).isEqualTo(2);
        hanging.forEach(Permit::succeeded);
        assertThat(scene.judged().orphans()).isZero();
    }

    @Test
    @DisplayName(
            "CB-5 I3 a probe that is still running when others reopen or close takes its place in the next episode")
    void probe_whenItsEpisodeEndedBeforeIt_isAnOrphan() {
        Scene scene = Scene.of(b -> Scene.small(b).successesToClose(1)).probing();
        Permit slow = scene.enter();
        scene.good(1);
        assertThat(scene.state()).isEqualTo(CLOSED);
        assertThat(scene.judged().orphans()).isEqualTo(1);

        scene.bad(2);
        scene.pass(Scene.WAIT);
        Permit probe = scene.enter();

        scene.refuses();
        slow.succeeded();
        assertThat(scene.judged().orphans()).isZero();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        probe.succeeded();
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("CB-5 I3 an operator's reset does not make the probes end that are under way")
    void probe_whenAnOperatorSteppedIn_isAnOrphan() {
        Scene scene = Scene.small().probing();
        scene.enter(2);

        scene.breaker.forceOpen("incident", "ops");
        assertThat(scene.judged().orphans()).isEqualTo(2);
        scene.breaker.reset("over", "ops");
        scene.bad(2);
        scene.pass(Scene.WAIT);

        scene.refuses();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().orphans()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-13 a slow success fails a probe when a slow rule is set")
    void probe_whenSlow_fails() {
        Scene scene = Scene.of(b -> Scene.small(b).slowCallRate(1, Duration.ofSeconds(2), 100))
                .probing();
        Permit fast = scene.enter();
        Permit slow = scene.enter();
        scene.pass(Duration.ofSeconds(1));
        fast.succeeded();
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.pass(Duration.ofSeconds(2));

        slow.succeeded();

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(scene.breaker.snapshot().reason()).startsWith("a probe was slow, 3 s");
    }

    @Test
    @DisplayName("CB-8 I2 a permit is settled once: the second time changes nothing")
    void permit_whenSettledTwice_countsOnce() {
        Scene scene = Scene.small().probing();
        Permit probe = scene.enter();

        assertThat(probe.succeeded()).isTrue();
        assertThat(probe.settle(Verdict.FAILURE)).isFalse();

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().totalGood()).isEqualTo(1);
    }
}
