package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.DEGRADED;
import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthSignal;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: what all signals of a dependency come to, and who hears of it. */
final class HealthTest {

    private final VirtualTime time = VirtualTime.create();
    private final List<HealthChanged> changes = new CopyOnWriteArrayList<>();

    /** A signal that says what it is told to. */
    private static final class Said implements HealthSignal {
        private final AtomicReference<HealthReading> reading;

        Said(String dependency, String source, HealthStatus status) {
            reading = new AtomicReference<>(HealthReading.of(dependency, source, status, "said so"));
        }

        void says(HealthStatus status, Duration p99, double errorRate) {
            HealthReading before = read();
            reading.set(new HealthReading(
                    before.dependency(),
                    before.source(),
                    status,
                    "said so",
                    Duration.ZERO,
                    Optional.of(p99),
                    OptionalDouble.of(errorRate)));
        }

        void says(HealthStatus status) {
            reading.set(HealthReading.of(read().dependency(), read().source(), status, "said so"));
        }

        @Override
        public HealthReading read() {
            return Objects.requireNonNull(reading.get());
        }
    }

    /** The worst by counting. */
    private static HealthStatus naive(List<HealthStatus> all) {
        if (all.contains(UNHEALTHY)) {
            return UNHEALTHY;
        }
        if (all.contains(DEGRADED)) {
            return DEGRADED;
        }
        return all.contains(HEALTHY) ? HEALTHY : UNKNOWN;
    }

    @Property(tries = 500)
    @Label("HL-1 the worst wins, and who does not know has no say")
    void together_isTheWorst(@ForAll @Size(max = 8) List<HealthStatus> all) {
        List<HealthReading> readings = all.stream()
                .map(status -> HealthReading.of("d", "a " + status, status, "so"))
                .toList();
        Together together = Together.of(readings);
        assertThat(together.status()).isEqualTo(naive(all));
        assertThat(together.sources()).isEqualTo(all.isEmpty() ? "" : "a " + naive(all));
    }

    @Test
    @DisplayName("HL-1 a dependency is what its signals come to; the decisive ones are named, the worst numbers shown")
    void health_combinesSignals() {
        Said check = new Said("prices", "health check", HEALTHY);
        Said latency = new Said("prices", "latency", UNKNOWN);
        Said guard = new Said("prices", "guard", UNKNOWN);
        Said stock = new Said("stock", "health check", UNKNOWN);
        try (Health health = Health.start(h -> h.observer(event -> changes.add((HealthChanged) event)), time)) {
            assertThat(health.read("prices").reason()).isEqualTo("nobody watches it");
            health.watch(check, latency, guard, stock);
            assertThat(health.read("prices").status()).isEqualTo(HEALTHY);
            assertThat(health.read("stock").status()).isEqualTo(UNKNOWN);
            latency.says(DEGRADED, ofMillis(300), 0.0);
            guard.says(DEGRADED, ofMillis(10), 0.2);
            HealthReading reading = health.read("prices");
            assertThat(reading.status()).isEqualTo(DEGRADED);
            assertThat(reading.source()).isEqualTo("latency, guard");
            assertThat(reading.reason()).isEqualTo("latency: said so; guard: said so");
            assertThat(reading.p99()).contains(ofMillis(300));
            assertThat(reading.errorRate()).hasValue(0.2);
            check.says(UNHEALTHY);
            time.advance(ofSeconds(2)); // it looks by itself
            assertThat(changes).extracting(HealthChanged::to).containsExactly(HEALTHY, DEGRADED, UNHEALTHY);
            assertThat(changes.get(2).reason()).isEqualTo("health check: said so");
            assertThat(health.read("prices").since()).isBetween(ofSeconds(1), ofSeconds(2));
            assertThat(health.all()).extracting(HealthReading::dependency).containsExactly("prices", "stock");
            health.unwatch(check, stock);
            assertThat(health.read("prices").status()).isEqualTo(DEGRADED);
            assertThat(health.all()).hasSize(1);
        }
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("HL-1 DG-2 degradation follows: what is unhealthy counts, what is unknown changes nothing")
    void degradation_follows() {
        Degradation shop =
                Degradation.create("shop", d -> d.dwell(Duration.ZERO).at(Level.NORMAL, "search"), time);
        Said prices = new Said("prices", "guard", UNKNOWN);
        Said stock = new Said("stock", "guard", HEALTHY);
        try (Health health = Health.start(h -> h.follower(shop::hear), time)) {
            health.watch(prices, stock);
            time.advance(ofSeconds(1));
            assertThat(shop.level()).isEqualTo(Level.NORMAL);
            assertThat(shop.explain()).contains("0 of 1 reported dependencies");
            prices.says(UNHEALTHY);
            time.advance(ofSeconds(1));
            assertThat(shop.level()).isEqualTo(Level.DEGRADED);
            assertThat(shop.explain()).contains("1 of 2 reported dependencies unhealthy (prices)");
            prices.says(UNKNOWN);
            time.advance(ofSeconds(5));
            assertThat(shop.level()).as("not known to be better").isEqualTo(Level.DEGRADED);
            prices.says(HEALTHY);
            time.advance(ofSeconds(1));
            assertThat(shop.level()).isEqualTo(Level.NORMAL);
            prices.says(DEGRADED, ofMillis(900), 0.1); // can be used, and is slow
            time.advance(ofSeconds(1));
            assertThat(shop.explain())
                    .contains("0 of 2 reported dependencies unhealthy, mean error rate 5.00 %, mean p99 450 ms");
            assertThat(shop.level()).isEqualTo(Level.MINIMAL);
        }
    }

    @Test
    @DisplayName("HL-1 a reading that cannot be is refused where it is made, with all that is wrong with it")
    void reading_whenImpossible_saysWhy() {
        assertThatThrownBy(() -> new HealthReading(
                        "no good",
                        "mine",
                        HEALTHY,
                        "so",
                        Duration.ZERO,
                        Optional.of(ofMillis(-1)),
                        OptionalDouble.of(1.2)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("reading of dependency no good")
                .hasMessageContaining("name must match")
                .hasMessageContaining("p99 must not be negative: PT-0.001S")
                .hasMessageContaining("errorRate must be 0 … 1: 1.2");
    }

    @Test
    @DisplayName("HL-1 DG-2 a signal that makes such readings is broken, and degradation hears all others")
    void degradation_whenASignalIsWrong_hearsTheOthers() {
        Degradation shop =
                Degradation.create("shop", d -> d.dwell(Duration.ZERO).at(Level.NORMAL, "search"), time);
        AtomicBoolean wrong = new AtomicBoolean();
        HealthSignal mine = () -> new HealthReading(
                "stock",
                "mine",
                HEALTHY,
                "so",
                Duration.ZERO,
                Optional.empty(),
                OptionalDouble.of(wrong.get() ? Double.NaN : 0));
        Said prices = new Said("prices", "guard", HEALTHY);
        try (Health health = Health.start(h -> h.follower(shop::hear), time)) {
            health.watch(prices, mine);
            wrong.set(true);
            prices.says(UNHEALTHY);
            time.advance(ofSeconds(1));
            assertThat(shop.level()).isEqualTo(Level.DEGRADED);
            assertThat(health.read("stock").status()).isEqualTo(UNKNOWN);
            assertThat(health.faults()).isPositive();
        }
    }

    @Test
    @DisplayName("HL-1 a signal or follower that throws is counted and changes nothing else")
    void health_whenSignalThrows_goesOn() {
        Said prices = new Said("prices", "guard", HEALTHY);
        AtomicReference<RuntimeException> broken = new AtomicReference<>();
        HealthSignal moody = () -> {
            if (broken.get() != null) {
                throw broken.get();
            }
            return HealthReading.of("prices", "moody", UNHEALTHY, "so");
        };
        List<List<HealthReading>> heard = new CopyOnWriteArrayList<>();
        Health health = Health.start(
                h -> h.every(ofSeconds(1))
                        .follower(all -> {
                            throw new IllegalStateException("a follower");
                        })
                        .follower(heard::add),
                time);
        health.watch(prices, moody);
        broken.set(new IllegalStateException("a signal"));
        time.advance(ofMillis(2_500));
        assertThat(heard).hasSize(3);
        assertThat(health.read("prices").status()).isEqualTo(HEALTHY);
        assertThat(health.faults()).isEqualTo(3 * 2 + 1);
        health.close();
        time.advance(ofSeconds(5));
        assertThat(heard).hasSize(3);
    }

    @Test
    @DisplayName("HL-1 EV-2 a signal that throws an Error at each look silences nobody: all is told before it surfaces")
    void health_whenSignalThrowsAnError_tellsOfTheOthers() {
        Error broken = new NoClassDefFoundError("a signal");
        AtomicBoolean breaks = new AtomicBoolean();
        HealthSignal moody = () -> {
            if (breaks.get()) {
                throw broken;
            }
            return HealthReading.of("a", "moody", HEALTHY, "so");
        };
        Said beside = new Said("a", "guard", HEALTHY);
        Said stock = new Said("stock", "guard", HEALTHY);
        List<List<HealthReading>> heard = new CopyOnWriteArrayList<>();
        try (Health health =
                Health.start(h -> h.follower(heard::add).observer(event -> changes.add((HealthChanged) event)), time)) {
            health.watch(moody, beside, stock);
            assertThat(health.all()).hasSize(2);
            changes.clear();
            breaks.set(true);
            stock.says(UNHEALTHY);
            time.advance(ofMillis(1_500));
            assertThat(changes).extracting(HealthChanged::to).containsExactly(UNHEALTHY);
            assertThat(heard.get(heard.size() - 1))
                    .extracting(HealthReading::status)
                    .containsExactly(HEALTHY, UNHEALTHY);
            stock.says(DEGRADED);
            assertThatThrownBy(health::all).isSameAs(broken);
            assertThat(changes).extracting(HealthChanged::to).containsExactly(UNHEALTHY, DEGRADED);
            beside.says(UNHEALTHY);
            assertThatThrownBy(() -> health.read("a")).isSameAs(broken);
            assertThat(changes).hasSize(3);
        }
    }

    @Test
    @DisplayName("HL-1 a follower that takes long is not told by two threads at once")
    void health_whenFollowerIsSlow_neverOverlaps() {
        List<Long> told = new CopyOnWriteArrayList<>();
        try (Health health = Health.start(
                h -> h.follower(all -> {
                    told.add(time.precise());
                    try {
                        time.sleep(ofMillis(2_500));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }),
                time)) {
            time.advance(ofMillis(6_100));
            assertThat(told).containsExactly(0L, 3_000_000_000L, 6_000_000_000L);
            time.advance(ofSeconds(3));
            assertThat(health.all()).isEmpty();
        }
    }

    @Test
    @DisplayName("CA-4 HL-1 a set-up that is wrong is refused")
    void start_whenSetUpIsWrong_isRefused() {
        assertThatThrownBy(() -> Health.start(h -> h.every(Duration.ZERO)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("every must be at least 1 ms: PT0S");
    }

    @Test
    @DisplayName("HL-1 a look that began earlier and comes later does not undo what a later one has found")
    void looks_atOnce_theLaterCounts() {
        Health health = Health.start(h -> h.every(ofSeconds(60)), time);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        AtomicReference<HealthStatus> status = new AtomicReference<>(UNHEALTHY);
        AtomicBoolean slow = new AtomicBoolean();
        health.observe(event -> changes.add((HealthChanged) event));
        health.watch(() -> {
            HealthReading seen = HealthReading.of("prices", "probe", Objects.requireNonNull(status.get()), "seen so");
            if (slow.compareAndSet(true, false)) {
                reading.countDown();
                Rendezvous.await(goesOn);
            }
            return seen;
        });
        slow.set(true);
        Thread first = new Thread(() -> health.read("prices"));
        first.start();
        Rendezvous.await(reading);
        status.set(HEALTHY);
        assertThat(health.read("prices").status()).isEqualTo(HEALTHY);
        goesOn.countDown();
        Rendezvous.join(first);
        assertThat(changes).extracting(HealthChanged::to).containsExactly(HEALTHY);
        health.close();
    }
}
