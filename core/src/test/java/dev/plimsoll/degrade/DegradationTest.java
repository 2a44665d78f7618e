package dev.plimsoll.degrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The controller: what it is told, what it says, and to whom. */
final class DegradationTest {

    private final VirtualTime time = VirtualTime.create();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Degradation shop = shop(time);

    DegradationTest() {
        shop.observe(events::add);
    }

    private static Degradation shop(Time time) {
        return Degradation.create(
                "shop",
                d -> d.at(Level.NORMAL, "ml_search", "reviews")
                        .at(Level.DEGRADED, "basic_search", "reviews")
                        .at(Level.MINIMAL, "basic_search")
                        .at(Level.EMERGENCY, "static_catalog")
                        .notice("ml_search", "Search is temporarily simplified")
                        .notice("reviews", "Reviews are not available at the moment"),
                time);
    }

    private static DependencyHealth sick(String name) {
        return new DependencyHealth(name, false, Duration.ofMillis(80), 0.004);
    }

    private static DependencyHealth well(String name) {
        return new DependencyHealth(name, true, Duration.ofMillis(80), 0.004);
    }

    private List<String> changes() {
        return events.stream()
                .map(LevelChanged.class::cast)
                .map(change -> change.sequence() + " " + change.from() + " " + change.to() + ": " + change.reason())
                .toList();
    }

    @Test
    @DisplayName("DG-2 it says how long its health must be better: as it was set up, or 30 s")
    void dwell_isAsItWasSetUp() {
        assertThat(shop.dwell()).isEqualTo(Duration.ofSeconds(30));
        Degradation hasty =
                Degradation.create("hasty", d -> d.at(Level.NORMAL, "all").dwell(Duration.ofMillis(1_500)), time);
        assertThat(hasty.dwell()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    @DisplayName("DG-2 each level has its features, and a sentence for the users while one is off")
    void isOn_followsTheLevel() {
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        assertThat(shop.isOn("ml_search")).isTrue();
        assertThat(shop.notice("ml_search")).isEmpty();
        assertThat(shop.notices()).isEmpty();

        shop.report(sick("search"));
        assertThat(shop.level()).isEqualTo(Level.DEGRADED);
        assertThat(shop.isOn("ml_search")).isFalse();
        assertThat(shop.isOn("basic_search")).isTrue();
        assertThat(shop.notice("ml_search")).contains("Search is temporarily simplified");
        assertThat(shop.notice("basic_search")).isEmpty();
        assertThat(shop.notices()).containsExactly("Search is temporarily simplified");

        shop.report(List.of(sick("a"), sick("b"), sick("c"), sick("d")));
        assertThat(shop.level()).isEqualTo(Level.EMERGENCY);
        assertThat(shop.snapshot().on()).containsExactly("static_catalog");
        assertThat(shop.notices()).hasSize(2);
        assertThat(changes())
                .containsExactly(
                        "1 NORMAL DEGRADED: 1 of 1 reported dependencies unhealthy (search), mean error rate"
                                + " 0.40 %, mean p99 80 ms",
                        "2 DEGRADED EMERGENCY: 5 of 5 reported dependencies unhealthy (a, b, c, d, search), mean"
                                + " error rate 0.40 %, mean p99 80 ms");
    }

    @Test
    @DisplayName("DG-2 it gets better after 30 s without a relapse, whether somebody reports then or only asks")
    void level_afterTheDwell_getsBetterByItself() {
        shop.report(sick("search"));
        shop.report(well("search"));
        time.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(shop.level()).isEqualTo(Level.DEGRADED);
        assertThat(shop.explain())
                .isEqualTo(
                        "shop: DEGRADED for 30 s: 1 of 1 reported dependencies unhealthy (search), mean error rate 0.40 %,"
                                + " mean p99 80 ms, "
                                + "NORMAL in 0 ms");
        time.advance(Duration.ofNanos(1));
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        assertThat(changes().get(1)).isEqualTo("2 DEGRADED NORMAL: better for 30 s");
        assertThat(shop.snapshot())
                .isEqualTo(new DegradationSnapshot(
                        "shop",
                        Level.NORMAL,
                        Level.NORMAL,
                        false,
                        "better for 30 s",
                        Duration.ZERO,
                        Optional.empty(),
                        Optional.empty(),
                        2,
                        java.util.Set.of("ml_search", "reviews"),
                        java.util.Set.of()));
    }

    @Test
    @DisplayName("DG-2 the snapshot says why, and where the level goes by itself, and when: after the dwell, or a hold")
    void snapshot_saysWhatIsToCome() {
        shop.report(sick("search"));
        assertThat(shop.snapshot().reason())
                .isEqualTo("1 of 1 reported dependencies unhealthy (search), mean error rate 0.40 %, mean p99 80 ms");
        assertThat(shop.snapshot().next()).isEmpty();
        assertThat(shop.snapshot().nextIn()).isEmpty();
        shop.report(well("search"));
        time.advance(Duration.ofSeconds(12));
        assertThat(shop.snapshot().next()).contains(Level.NORMAL);
        assertThat(shop.snapshot().nextIn()).contains(Duration.ofSeconds(18));
        shop.hold(Level.MINIMAL, "the sale begins", "anna", Duration.ofMinutes(10));
        time.advance(Duration.ofMinutes(4));
        assertThat(shop.snapshot().reason()).isEqualTo("held by anna: the sale begins");
        assertThat(shop.snapshot().next()).contains(Level.NORMAL);
        assertThat(shop.snapshot().nextIn()).contains(Duration.ofMinutes(6));
        shop.hold(Level.MINIMAL, "for good", "anna");
        assertThat(shop.snapshot().next()).isEmpty();
        assertThat(shop.snapshot().nextIn()).isEmpty();
    }

    @Test
    @DisplayName("DG-2 a dependency that is not used any more counts no more")
    void forget_aDependency_judgesAgain() {
        shop.report(List.of(sick("search"), well("stock")));
        shop.forget("search");
        time.advance(Duration.ofSeconds(30));
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        assertThat(shop.explain()).isEqualTo("shop: NORMAL for 0 ms: better for 30 s");
    }

    @Test
    @DisplayName("DG-2 an operator holds a level, with reason, name and time to live; then the health decides again")
    void hold_untilItIsOver_overridesTheHealth() {
        shop.hold(Level.MINIMAL, "the sale begins", "anna", Duration.ofMinutes(10));
        assertThat(shop.level()).isEqualTo(Level.MINIMAL);
        shop.report(sick("search"));
        time.advance(Duration.ofMinutes(4));
        assertThat(shop.level()).isEqualTo(Level.MINIMAL);
        assertThat(shop.snapshot().held()).isTrue();
        assertThat(shop.explain())
                .isEqualTo("shop: MINIMAL for 4 min: held by anna: the sale begins, for another 6 min, "
                        + "the health calls for DEGRADED");
        time.advance(Duration.ofMinutes(6));
        assertThat(shop.level()).isEqualTo(Level.DEGRADED);

        shop.hold(Level.NORMAL, "a false alarm", "ben");
        time.advance(Duration.ofDays(1));
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        assertThat(shop.explain()).contains("held by ben: a false alarm, until released");
        shop.release("it was none", "ben");
        shop.release("again", "ben");
        assertThat(changes())
                .containsExactly(
                        "1 NORMAL MINIMAL: held by anna: the sale begins",
                        "2 MINIMAL DEGRADED: the hold of anna is over",
                        "3 DEGRADED NORMAL: held by ben: a false alarm",
                        "4 NORMAL DEGRADED: released by ben: it was none");
    }

    @Test
    @DisplayName("DG-2 a feature that no level has is a mistake in writing, and told")
    void isOn_whenUnknown_saysSo() {
        assertThatThrownBy(() -> shop.isOn("ml-search"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("degradation shop: no level has the feature ml-search");
    }

    @Test
    @DisplayName("DG-2 all that is wrong with a set-up is said at once")
    void create_whenWrong_saysAll() {
        assertThatThrownBy(() -> Degradation.create(
                        "no good",
                        d -> d.at(Level.NORMAL, " ")
                                .notice("nothing", "x")
                                .dwell(Duration.ofSeconds(-1))
                                .thresholds(t -> t.degraded(-1, 0))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match")
                .hasMessageContaining("levels.on must not be blank")
                .hasMessageContaining("notice must be about a feature of a level: \"nothing\"")
                .hasMessageContaining("dwell must not be negative")
                .hasMessageContaining("thresholds.degraded.unhealthy must be at least 0: -1");
        assertThatThrownBy(() -> shop.hold(Level.NORMAL, "r", "by", Duration.ZERO))
                .hasMessageContaining("timeToLive must be longer than zero");
    }

    @Test
    @DisplayName("DG-2 changes are told in their order, each once, whoever causes them")
    void changes_underManyThreads_areToldInOrder() {
        Degradation busy = shop(Time.system());
        List<LevelChanged> told = new ArrayList<>();
        busy.observe(event -> told.add((LevelChanged) event)); // no lock: they come one at a time
        List<Level> levels = List.of(Level.values());
        AtomicInteger threads = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            int own = threads.getAndIncrement();
            for (int i = 0; i < 500; i++) {
                busy.hold(levels.get((i + own) % 4), "round", "test");
            }
        });
        assertThat(told).hasSize((int) busy.snapshot().changes());
        for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i).sequence()).isEqualTo(i + 1L);
            assertThat(i == 0 ? Level.NORMAL : told.get(i - 1).to())
                    .isEqualTo(told.get(i).from());
        }
    }

    @Test
    @DisplayName("DG-2 an observer that throws changes nothing; one that is forgotten hears nothing")
    void observers_areIsolated() {
        Degradation own = shop(time);
        own.observe(event -> {
            throw new IllegalStateException("observer");
        });
        Observer second = events::add;
        own.observe(second);
        own.report(sick("search"));
        assertThat(events).hasSize(1);
        own.forget(second);
        own.hold(Level.MINIMAL, "test", "test");
        assertThat(events).hasSize(1);
        assertThat(own.level()).isEqualTo(Level.MINIMAL);
    }
}
