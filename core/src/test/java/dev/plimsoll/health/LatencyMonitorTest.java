package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.DEGRADED;
import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: the latency monitor, on virtual time, alone and beside a guard. */
final class LatencyMonitorTest {

    private final List<HealthChanged> changes = new ArrayList<>();
    private VirtualTime time = VirtualTime.create();

    private LatencyMonitor monitor(UnaryOperator<LatencyBuilder> more) {
        return LatencyMonitor.create(
                "prices", l -> more.apply(l.observer(event -> changes.add((HealthChanged) event))), time);
    }

    private static void record(LatencyMonitor monitor, int times, Duration each) {
        for (int i = 0; i < times; i++) {
            monitor.record(each);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5_000_000_000L, Long.MIN_VALUE})
    @DisplayName("HL-1 the p99 of the last while above its bound is degraded, below it healthy, of few answers unknown")
    void monitor_whenP99IsHigh_isDegraded(long origin) {
        time = VirtualTime.startingAt(origin, 0);
        LatencyMonitor monitor = monitor(l -> l);
        record(monitor, 99, ofMillis(500));
        assertThat(monitor.read().status()).isEqualTo(UNKNOWN);
        assertThat(monitor.read().reason()).isEqualTo("99 of 100 answers known");
        assertThat(monitor.p99()).isEmpty();
        monitor.record(ofMillis(500));
        assertThat(monitor.read().status()).isEqualTo(DEGRADED);
        assertThat(monitor.read().reason()).matches("p99 5\\d\\d\\.?\\d* ms ≥ 100 ms");
        assertThat(monitor.read().p99())
                .hasValueSatisfying(p99 -> assertThat(p99).isBetween(ofMillis(500), ofMillis(532)));
        time.advance(ofSeconds(31)); // beyond the window
        assertThat(monitor.read().status()).isEqualTo(UNKNOWN);
        record(monitor, 995, ofMillis(20));
        record(monitor, 5, ofMillis(900)); // half a percent
        assertThat(monitor.read().status()).isEqualTo(HEALTHY);
        assertThat(monitor.answers()).isEqualTo(1_000);
        assertThat(changes).extracting(HealthChanged::to).containsExactly(DEGRADED, UNKNOWN, HEALTHY);
    }

    @Test
    @DisplayName("HL-1 a bound for the p50 is another reason")
    void monitor_whenP50IsHigh_isDegraded() {
        LatencyMonitor monitor =
                monitor(l -> l.p99(ofSeconds(1)).p50(ofMillis(50)).minimum(1));
        record(monitor, 60, ofMillis(60));
        record(monitor, 40, ofMillis(10));
        assertThat(monitor.read().status()).isEqualTo(DEGRADED);
        assertThat(monitor.read().reason()).startsWith("p50 6").endsWith(" ms ≥ 50 ms");
        record(monitor, 100, ofMillis(10));
        assertThat(monitor.read().status()).isEqualTo(HEALTHY);
        assertThat(monitor.p50()).hasValueSatisfying(p50 -> assertThat(p50).isLessThan(ofMillis(11)));
    }

    @Test
    @DisplayName("HL-1 beside a guard: answers enter, and its timeouts at what they took; errors do not")
    void monitor_besideAGuard_seesAnswers() throws Exception {
        LatencyMonitor monitor = monitor(l -> l.minimum(1));
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofMillis(300)));
            Guard other = guards.guard("stock", g -> g);
            guard.observe(monitor);
            other.observe(monitor);
            guard.run(() -> time.sleep(ofMillis(30)));
            other.run(() -> time.sleep(ofSeconds(5)));
            assertThat(catchThrowable(() -> guard.run(() -> {
                        throw new IOException("fast");
                    })))
                    .isNotNull();
            assertThat(monitor.answers()).isEqualTo(1);
            assertThat(monitor.p99()).hasValueSatisfying(p99 -> assertThat(p99).isBetween(ofMillis(30), ofMillis(32)));
            assertThat(catchThrowable(() -> guard.run(() -> time.sleep(ofSeconds(5)))))
                    .isNotNull();
            assertThat(monitor.answers()).isEqualTo(2);
            assertThat(monitor.p99())
                    .hasValueSatisfying(p99 -> assertThat(p99).isBetween(ofMillis(300), ofMillis(319)));
        }
    }

    @Test
    @DisplayName("HL-1 answers in whose time this process itself stood still do not enter; short stops are subtracted")
    void monitor_whenProcessStoodStill_doesNotTrip() throws Exception {
        LatencyMonitor monitor = monitor(l -> l.minimum(1));
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(60)));
            guard.observe(monitor);
            guard.run(() -> time.stall(ofSeconds(2)));
            assertThat(monitor.answers()).isZero();
            assertThat(monitor.spoilt()).isEqualTo(1);
            guard.run(() -> {
                time.sleep(ofMillis(30));
                time.stall(ofMillis(90));
            });
            assertThat(monitor.p99()).hasValueSatisfying(p99 -> assertThat(p99).isBetween(ofMillis(30), ofMillis(32)));
            guard.run(() -> time.sleep(ofSeconds(2))); // the control
            assertThat(monitor.read().status()).isEqualTo(DEGRADED);
        }
    }

    @Test
    @DisplayName("HL-1 closed, it is unknown")
    void monitor_whenClosed_isUnknown() {
        LatencyMonitor monitor = monitor(l -> l.minimum(1));
        monitor.record(ofSeconds(1));
        assertThat(monitor)
                .hasToString("prices: " + monitor.read().status() + ": "
                        + monitor.read().reason());
        monitor.close();
        monitor.close();
        assertThat(monitor.read().status()).isEqualTo(UNKNOWN);
    }

    @Test
    @DisplayName("CA-4 HL-1 everything that is wrong with a set-up is told at once")
    void create_whenSetUpIsWrong_isRefused() {
        assertThatThrownBy(() -> LatencyMonitor.create(
                        "n",
                        l -> l.p99(Duration.ZERO)
                                .p50(ofMillis(-1))
                                .window(ofMillis(1))
                                .minimum(0)))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(thrown ->
                        assertThat(((ConfigurationException) thrown).problems()).hasSize(4));
    }
}
