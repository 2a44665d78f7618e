package dev.plimsoll.degrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is easily forgotten: changes that time alone has made while nobody asked, and who is told of what when. */
final class DegradationEdgesTest {

    private static final DependencyHealth SICK = new DependencyHealth("search", false, Duration.ZERO, 0);
    private static final DependencyHealth WELL = new DependencyHealth("search", true, Duration.ZERO, 0);
    private static final Duration DWELL = Duration.ofSeconds(20);

    private final VirtualTime time = VirtualTime.create();
    private final List<String> told = new ArrayList<>();

    private Degradation shop(UnaryOperator<DegradationBuilder> setup) {
        Degradation shop = Degradation.create("shop", d -> setup.apply(d.at(Level.NORMAL, "all")), time);
        shop.observe(event -> {
            LevelChanged change = (LevelChanged) event;
            told.add(change.sequence() + " " + change.from() + " " + change.to() + ": " + change.reason());
        });
        return shop;
    }

    private Degradation recovering() {
        Degradation shop = shop(d -> d.dwell(DWELL));
        shop.report(SICK);
        shop.report(WELL);
        told.clear();
        return shop;
    }

    @Test
    @DisplayName("DG-2 a relapse after the dwell is a new change, though nobody had asked when it got better")
    void report_afterAnUnseenRecovery_tellsBoth() {
        Degradation shop = recovering();
        time.advance(DWELL);
        shop.report(SICK);
        assertThat(told)
                .containsExactly(
                        "2 DEGRADED NORMAL: better for 20 s",
                        "3 NORMAL DEGRADED: 1 of 1 reported dependencies unhealthy (search), mean error rate"
                                + " 0.00 %, mean p99 0 ms");
    }

    @Test
    @DisplayName("DG-2 a hold that comes after the dwell is told after the recovery, and at once")
    void hold_afterAnUnseenRecovery_tellsBoth() {
        Degradation shop = recovering();
        time.advance(DWELL);
        shop.hold(Level.MINIMAL, "sale", "anna");
        assertThat(told).containsExactly("2 DEGRADED NORMAL: better for 20 s", "3 NORMAL MINIMAL: held by anna: sale");
    }

    @Test
    @DisplayName("DG-2 who holds the level it has been at from the beginning is named, whatever is reported then")
    void hold_beforeAnyChange_isTheReason() {
        Degradation shop = shop(d -> d);
        shop.hold(Level.NORMAL, "sale", "anna");
        shop.report(SICK);
        assertThat(shop.snapshot().reason()).isEqualTo("held by anna: sale");
        assertThat(shop.explain())
                .isEqualTo("shop: NORMAL for 0 ms: held by anna: sale, until released, the health calls for DEGRADED");
        shop.release("over", "anna");
        assertThat(told).containsExactly("1 NORMAL DEGRADED: released by anna: over");
    }

    @Test
    @DisplayName("DG-2 a hold whose time is up was ended by that, and not by who releases it later")
    void release_afterTheHoldIsOver_changesNothing() {
        Degradation shop = shop(d -> d);
        shop.hold(Level.MINIMAL, "sale", "anna", Duration.ofMinutes(1));
        told.clear();
        time.advance(Duration.ofMinutes(1));
        shop.release("too late", "ben");
        assertThat(told).containsExactly("2 MINIMAL NORMAL: the hold of anna is over");
    }

    @Test
    @DisplayName("DG-2 who releases a hold, or forgets a dependency, has told all observers when it returns")
    void releaseAndForget_tellAtOnce() {
        Degradation shop = shop(d -> d.dwell(Duration.ZERO));
        shop.hold(Level.MINIMAL, "sale", "anna");
        shop.release("over", "anna");
        assertThat(told).last().isEqualTo("2 MINIMAL NORMAL: released by anna: over");
        shop.report(SICK);
        shop.forget("search");
        assertThat(told).hasSize(4).last().asString().startsWith("4 DEGRADED NORMAL: ");
    }

    @Test
    @DisplayName("DG-2 who asks for the level tells what time has changed")
    void level_whenTimeHasChangedIt_tells() {
        Degradation shop = recovering();
        time.advance(DWELL);
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        assertThat(told).containsExactly("2 DEGRADED NORMAL: better for 20 s");
    }

    @Test
    @DisplayName("DG-2 the words of why say what was reported, though the level is as it was, and how long is left")
    void explain_saysTheNumbersOfNow() {
        Degradation shop = shop(d -> d.dwell(DWELL));
        assertThat(shop.toString()).isEqualTo("shop: NORMAL for 0 ms: nothing was reported");
        shop.report(WELL);
        assertThat(shop.explain())
                .isEqualTo("shop: NORMAL for 0 ms: 0 of 1 reported dependencies unhealthy, mean error rate 0.00 %, mean"
                        + " p99 0 ms");
        shop.report(SICK);
        shop.report(WELL);
        time.advance(Duration.ofSeconds(8));
        assertThat(shop.explain()).endsWith(", NORMAL in 12 s");
    }

    @Test
    @DisplayName("DG-2 the words of why name the unhealthy, the first five of many")
    void explain_namesTheUnhealthy() {
        Degradation shop = shop(d -> d);
        shop.report(List.of("g", "f", "e", "d", "c", "b", "a").stream()
                .map(name -> new DependencyHealth(name, name.equals("d"), Duration.ZERO, 0))
                .toList());
        assertThat(shop.explain()).contains("6 of 7 reported dependencies unhealthy (a, b, c, e, f and 1 more), mean");
    }

    @Test
    @DisplayName("DG-2 its own thresholds decide, and each of them is checked")
    void thresholds_ofTheSetUp_decide() {
        Degradation lenient = shop(d -> d.thresholds(t -> t.normal(1, 0.5, Duration.ofSeconds(1))));
        lenient.report(SICK);
        assertThat(lenient.level()).isEqualTo(Level.NORMAL);
        assertThat(Thresholds.DEFAULTS
                        .normal(-1, 0.1, DWELL)
                        .degraded(-2, 0.1)
                        .minimal(-3, 0.1)
                        .problems())
                .containsExactly(
                        "normal.unhealthy must be at least 0: -1",
                        "degraded.unhealthy must be at least 0: -2",
                        "minimal.unhealthy must be at least 0: -3");
        assertThatThrownBy(() -> shop(d -> d.thresholds(t -> t.minimal(1, 0))))
                .hasMessageContaining("thresholds.minimal.errorRate must be above 0 and at most 1.01: 0");
    }

    @Test
    @DisplayName("DG-2 on the real clock it is NORMAL before anything is said")
    void create_withoutATime_takesTheRealOne() {
        Degradation real = Degradation.create("shop", d -> d.at(Level.NORMAL, "all"));
        assertThat(real.isOn("all")).isTrue();
        assertThat(real.snapshot().changes()).isZero();
    }

    @Test
    @DisplayName("DG-2 HL-1 of readings: who is unknown counts for nothing, only who is unhealthy counts as that")
    void hear_takesWhatReadingsKnow() {
        Degradation shop = shop(d -> d);
        shop.hear(List.of(
                HealthReading.of("a", "poller", HealthStatus.UNKNOWN, "?"),
                HealthReading.of("b", "poller", HealthStatus.UNHEALTHY, "no answer"),
                HealthReading.of("c", "poller", HealthStatus.DEGRADED, "slow"),
                new HealthReading(
                        "d",
                        "guard",
                        HealthStatus.HEALTHY,
                        "answers",
                        Duration.ZERO,
                        Optional.of(Duration.ofMillis(90)),
                        OptionalDouble.of(0.03))));
        assertThat(told)
                .containsExactly(
                        "1 NORMAL DEGRADED: 1 of 3 reported dependencies unhealthy (b), mean error rate 1.00 %, mean"
                                + " p99 30 ms");
    }
}
