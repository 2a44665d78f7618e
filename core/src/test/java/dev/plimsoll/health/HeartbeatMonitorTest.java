package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: heartbeats by phi accrual, on virtual time. */
final class HeartbeatMonitorTest {

    private final List<HealthChanged> changes = new CopyOnWriteArrayList<>();
    private VirtualTime time = VirtualTime.create();

    private HeartbeatMonitor monitor(UnaryOperator<HeartbeatBuilder> more) {
        return HeartbeatMonitor.create(
                "node-7", h -> more.apply(h.observer(event -> changes.add((HealthChanged) event))), time);
    }

    /** So many heartbeats, one a second. */
    private void beat(HeartbeatMonitor monitor, int times) {
        for (int i = 0; i < times; i++) {
            time.advance(ofSeconds(1));
            monitor.heartbeat();
        }
    }

    /** How long it is silent, to 10 ms, before it is suspected. */
    private Duration patience(HeartbeatMonitor monitor) {
        long from = time.precise();
        while (monitor.available()) {
            time.advance(ofMillis(10));
        }
        return Duration.ofNanos(time.precise() - from);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5_000_000_000L, Long.MIN_VALUE})
    @DisplayName("HL-1 phi by default: 3 s more than usual, and then 5.6 deviations of at least 100 ms, are phi 8")
    void monitor_byDefault_suspectsAtPhi8(long origin) {
        time = VirtualTime.startingAt(origin, 0);
        HeartbeatMonitor monitor = monitor(h -> h);
        beat(monitor, 1_100); // the two intervals of the beginning have left the ring
        assertThat(monitor.phi()).isZero();
        time.advance(ofSeconds(4));
        assertThat(monitor.phi()).isCloseTo(Math.log10(2), within(1e-9));
        assertThat(monitor.available()).isTrue();
        assertThat(patience(monitor)).isEqualTo(ofMillis(570));
        assertThat(monitor.phi()).isGreaterThanOrEqualTo(8);
        assertThat(monitor.read().status()).isEqualTo(UNHEALTHY);
        assertThat(monitor.read().reason())
                .startsWith("silent for 4.57 s, phi 8.2 ≥ 8.0; usually 1 s ± 0 ms, of 1000 intervals");
        monitor.heartbeat();
        assertThat(monitor.phi()).isZero();
        assertThat(monitor.read().status()).isEqualTo(HEALTHY);
        assertThat(changes).extracting(HealthChanged::to).containsExactly(HEALTHY, UNHEALTHY, HEALTHY);
    }

    @Test
    @DisplayName(
            "HL-1 phi before the first heartbeat is 0, and the other side unknown; the first one makes two intervals")
    void monitor_beforeFirstHeartbeat_isUnknown() {
        HeartbeatMonitor monitor = monitor(h -> h.every(ofSeconds(4)).acceptablePause(Duration.ZERO));
        time.advance(ofHours(1));
        assertThat(monitor.phi()).isZero();
        assertThat(monitor.available()).isTrue();
        assertThat(monitor.read().status()).isEqualTo(UNKNOWN);
        assertThat(changes).isEmpty();
        monitor.heartbeat();
        assertThat(monitor.read().reason()).endsWith("usually 4 s ± 1 s, of 2 intervals");
        assertThat(patience(monitor)).isEqualTo(ofMillis(4_000 + 5_620));
    }

    @Test
    @DisplayName("HL-1 phi learns: who beats irregularly is waited for longer")
    void monitor_whenIrregular_isPatient() {
        HeartbeatMonitor monitor = monitor(h -> h.acceptablePause(Duration.ZERO));
        for (int i = 0; i < 1_000; i++) {
            time.advance(ofMillis(i % 2 == 0 ? 500 : 1_500));
            monitor.heartbeat();
        }
        assertThat(patience(monitor)).isBetween(ofMillis(3_800), ofMillis(3_820)); // 1 s + 5.612 · 0.5 s
    }

    @Test
    @DisplayName("HL-1 phi: how long it took until somebody who was suspected came back is no interval")
    void monitor_whenSuspectedComesBack_doesNotLearnTheAbsence() {
        HeartbeatMonitor monitor = monitor(h -> h);
        beat(monitor, 100);
        time.advance(ofHours(3));
        monitor.heartbeat();
        assertThat(patience(monitor)).isBetween(ofMillis(4_500), ofMillis(4_700));
        monitor.heartbeat();
        time.advance(ofMillis(3_900)); // late, and not suspected: this is learnt
        monitor.heartbeat();
        assertThat(patience(monitor)).isGreaterThan(ofSeconds(5));
    }

    @Test
    @DisplayName("HL-1 phi: time in which this process itself stood still is no silence, and no interval")
    void monitor_whenProcessStoodStill_doesNotSuspect() {
        HeartbeatMonitor monitor = monitor(h -> h.acceptablePause(ofMillis(300)));
        beat(monitor, 50);
        time.advance(ofMillis(900));
        time.stall(ofSeconds(60));
        assertThat(monitor.available()).isTrue();
        assertThat(monitor.phi()).isLessThan(1);
        time.advance(ofMillis(100));
        monitor.heartbeat();
        assertThat(monitor.read().reason()).contains("usually 1 s ±");
        assertThat(monitor.read().status()).isEqualTo(HEALTHY);
        assertThat(changes).hasSize(1);
        time.advance(ofSeconds(60)); // the control
        assertThat(monitor.available()).isFalse();
    }

    @Test
    @DisplayName("HL-1 phi: after a stall the silence that had begun before it goes on")
    void monitor_whenStalled_stillFindsTheDead() {
        HeartbeatMonitor monitor = monitor(h -> h);
        beat(monitor, 50);
        time.advance(ofSeconds(3));
        time.stall(ofSeconds(60));
        assertThat(patience(monitor)).isBetween(ofMillis(1_500), ofMillis(1_700));
    }

    @Property(tries = 100)
    @Label("HL-1 phi never falls in silence, whatever the heartbeats were, and a heartbeat never raises it")
    void phi_growsInSilence(@ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 4_000) Integer> millis) {
        VirtualTime here = VirtualTime.startingAt(Long.MAX_VALUE - 10_000_000_000L, 0);
        HeartbeatMonitor monitor = HeartbeatMonitor.create("n", h -> h.acceptablePause(ofMillis(200)), here);
        for (int each : millis) {
            here.advance(ofMillis(each));
            double before = monitor.phi();
            monitor.heartbeat();
            assertThat(monitor.phi()).isBetween(0.0, Math.max(before, 0.4));
        }
        double last = 0;
        for (int i = 0; i < 50; i++) {
            assertThat(monitor.phi()).isNotNaN().isGreaterThanOrEqualTo(last);
            last = monitor.phi();
            here.advance(ofMillis(700));
        }
        assertThat(monitor.available()).isFalse();
        monitor.close();
    }

    @Test
    @DisplayName("HL-1 phi: heartbeats of many threads are all counted, none is lost, and the clock does not go back")
    void monitor_withManyThreads_losesNothing() {
        try (HeartbeatMonitor monitor = HeartbeatMonitor.create("n", h -> h.samples(10_000), Time.system())) {
            Rendezvous.threads(4, () -> {
                for (int i = 0; i < 1_000; i++) {
                    monitor.heartbeat();
                    assertThat(monitor.phi()).isLessThan(8);
                }
            });
            assertThat(monitor.read().reason()).contains(", of ");
            assertThat(monitor.read().status()).isEqualTo(HEALTHY);
        }
    }

    @Test
    @DisplayName("HL-1 phi: closed, it says nothing any more")
    void monitor_whenClosed_isUnknown() {
        HeartbeatMonitor monitor = monitor(h -> h);
        beat(monitor, 10);
        monitor.close();
        monitor.close();
        monitor.heartbeat();
        time.advance(ofHours(1));
        assertThat(monitor.read().status()).isEqualTo(UNKNOWN);
        assertThat(monitor).hasToString("node-7: UNKNOWN: the monitor is closed");
        assertThat(changes).extracting(HealthChanged::to).containsExactly(HEALTHY, UNKNOWN);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("CA-4 HL-1 everything that is wrong with a set-up is told at once")
    void create_whenSetUpIsWrong_isRefused() {
        assertThatThrownBy(() -> HeartbeatMonitor.create(
                        "n",
                        h -> h.threshold(0)
                                .samples(1)
                                .minDeviation(Duration.ZERO)
                                .acceptablePause(ofMillis(-1))
                                .every(Duration.ZERO)))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(thrown ->
                        assertThat(((ConfigurationException) thrown).problems()).hasSize(5));
    }
}
