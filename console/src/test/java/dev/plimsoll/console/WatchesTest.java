package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is said of the service itself, and what is on the timeline of it. */
final class WatchesTest {

    private final VirtualTime time = VirtualTime.create();
    private final Instant start = time.wall();
    private final Feed feed = new Feed(1_000);
    private final Watchman watchman = new Watchman(time, "00000000000000aa", feed);
    private final Watches watches = new Watches(watchman);
    private final Drain shop = drain("shop");

    private Drain drain(String name) {
        return Drain.create(name, Duration.ofSeconds(30), time);
    }

    private void watch(Drain drain) {
        watches.add(drain, () -> new DrainWatch(drain, watchman, time));
    }

    private void pass(Duration span) {
        time.advance(span);
        boolean unused = watches.look();
    }

    private List<String> told() throws InterruptedException {
        if (feed.last() == 0) {
            return List.of();
        }
        return Objects.requireNonNull(feed.await(0, 1)).entries().stream()
                .map(Feed.Entry::json)
                .toList();
    }

    private Banner only() {
        assertThat(watches.banners()).hasSize(1);
        return watches.banners().get(0);
    }

    // ---------------------------------------------------------------- drains

    @Test
    @DisplayName(
            "DR-1 a drain is said in sentences: who goes down, since when, what is under way, when it is cut off, what is"
                    + " refused")
    void drain_isSaidInSentences() throws Exception {
        watch(shop);
        assertThat(watches.look()).isFalse();
        assertThat(watches.banners()).isEmpty();
        Unit order = shop.enter("POST /orders");
        shop.enter("a mail").close();
        Unit report = shop.enter();
        time.advance(Duration.ofSeconds(4));
        shop.start();
        assertThat(shop.tryEnter("too late")).isNull();
        pass(Duration.ofMillis(200));

        assertThat(told()).hasSize(1);
        assertThat(told().get(0))
                .contains("\"at\":" + start.plusSeconds(4).toEpochMilli(), "\"dependency\":\"shop\"")
                .contains("RUNNING → DRAINING")
                .contains(
                        "shop is going down: it takes no new work. 2 units of work that are under way have 30 s to end;"
                                + " what still runs then is cut off.")
                .doesNotContain("DrainReport");
        Trouble goesDown = only().trouble();
        assertThat(goesDown.since()).isEqualTo(start.plusSeconds(4).toEpochMilli());
        assertThat(goesDown.done())
                .isEqualTo("2 units of work that are under way go on. New work is refused, 1 so far.");
        assertThat(goesDown.later()).isEqualTo(new Later("Cut off", "", 29_800));
        assertThat(only().tone()).isEqualTo(Tone.NEUTRAL);

        report.close();
        time.advance(Duration.ofSeconds(30));
        order.close(); // it looks at the clock
        assertThat(watches.look()).isTrue();
        assertThat(told().get(1))
                .contains("DRAINING → STOPPED", "\"tone\":\"IMPAIRED\"")
                .contains(
                        "shop is down. 1 of 2 units of work ended in time; 1 was cut off when 30 s were up: POST /orders."
                                + " New work is refused, 1 so far.");
        assertThat(only().tone()).isEqualTo(Tone.IMPAIRED);
        assertThat(only().trouble().label()).isEqualTo("DOWN, WORK CUT OFF");
    }

    @Test
    @DisplayName(
            "DR-1 a drain in order cuts nothing off; ten minutes after its end it is forgotten, and when that is, is said")
    void drain_thatIsOver_isForgotten() throws Exception {
        watch(shop);
        Unit order = shop.enter("POST /orders");
        shop.start();
        pass(Duration.ofMillis(1_250));
        order.close();
        assertThat(watches.look()).isTrue();
        assertThat(told().get(1))
                .contains("shop is down. The one unit of work that was under way has ended, within 1.2 s.");
        pass(Duration.ofMinutes(4));
        assertThat(only().tone()).isEqualTo(Tone.NEUTRAL);
        assertThat(only().trouble().sentence()).isEqualTo("is down, in order: nothing was cut off.");
        assertThat(only().trouble().later())
                .isEqualTo(new Later("Off this page", "", Duration.ofMinutes(6).toMillis()));
        pass(Duration.ofMinutes(6).minusMillis(1));
        assertThat(watches.size()).isEqualTo(1);
        pass(Duration.ofMillis(1));
        assertThat(watches.size()).isZero();
        assertThat(watches.banners()).isEmpty();
    }

    @Test
    @DisplayName("DR-1 a drain with nothing under way says so")
    void drain_ofNothing_saysSo() throws Exception {
        watch(shop);
        shop.start();
        assertThat(watches.look()).isTrue();
        assertThat(told().get(0))
                .contains(
                        "RUNNING → STOPPED",
                        "shop is down. Nothing was under way. New work is refused; none has come yet.");
    }

    @Test
    @DisplayName(
            "Never more than a hundred are watched: the one that was over first goes, else the oldest, and that is said")
    void watches_areNeverMoreThanAHundred() throws Exception {
        List<Drain> drains = new ArrayList<>();
        for (int i = 0; i < Watches.MOST; i++) {
            drains.add(drain("drain-" + i));
            watch(drains.get(i));
            watch(drains.get(i)); // changes nothing
        }
        assertThat(watches.size()).isEqualTo(100);
        drains.get(7).start();
        assertThat(watches.look()).isTrue();
        long before = feed.last();
        watch(drain("one-more"));
        assertThat(watches.size()).isEqualTo(100);
        assertThat(watches.banners()).isEmpty(); // drain-7 has gone
        assertThat(feed.last()).isEqualTo(before);
        watch(drain("and-another"));
        assertThat(watches.size()).isEqualTo(100);
        assertThat(told().get((int) before)).contains("\"dependency\":\"drain-0\"", "no longer watched");
    }

    // ---------------------------------------------------------------- levels

    private Degradation degradation() {
        Degradation service = Degradation.create(
                "checkout",
                d -> d.at(Level.NORMAL, "ml_search")
                        .at(Level.DEGRADED, "basic_search")
                        .notice("ml_search", "Search is temporarily simplified"),
                time);
        watches.add(service, () -> new LevelWatch(service, watchman, time));
        return service;
    }

    private static DependencyHealth health(boolean healthy) {
        return new DependencyHealth("search", healthy, Duration.ofMillis(50), 0);
    }

    @Test
    @DisplayName(
            "DG-2 a level that is not normal is a banner: which, since when, why, what users are told, when it gets better")
    void level_isABanner() throws Exception {
        Degradation service = degradation();
        assertThat(watches.look()).isFalse();
        assertThat(watches.banners()).isEmpty();
        time.advance(Duration.ofSeconds(3));
        service.report(health(false));
        assertThat(watches.look()).isTrue();
        Trouble degraded = only().trouble();
        assertThat(only().tone()).isEqualTo(Tone.IMPAIRED);
        assertThat(degraded.label()).isEqualTo("DEGRADED");
        assertThat(degraded.sentence())
                .isEqualTo(
                        "is DEGRADED: some of it is switched off or in a simpler form, so that what matters most goes on.");
        assertThat(degraded.since()).isEqualTo(start.plusSeconds(3).toEpochMilli());
        assertThat(degraded.why())
                .isEqualTo(
                        "At that moment: 1 of 1 reported dependencies unhealthy (search), mean error rate 0.00 %, mean"
                                + " p99 50 ms");
        assertThat(degraded.done())
                .isEqualTo("Users are told: Search is temporarily simplified. Off: ml_search; on: basic_search.");
        assertThat(degraded.later())
                .isEqualTo(Later.of("Goes back", "When its dependencies have been well for 30 s without a break."));
        service.report(health(true));
        time.advance(Duration.ofSeconds(10));
        assertThat(only().trouble().later()).isEqualTo(new Later("Goes back", "If nothing gets worse, NORMAL", 20_000));
        pass(Duration.ofSeconds(20)); // nobody else asks for the level
        assertThat(watches.banners()).isEmpty();
        assertThat(told()).hasSize(2);
        assertThat(told().get(0)).contains("NORMAL → DEGRADED", "\"tone\":\"IMPAIRED\"");
        assertThat(told().get(1)).contains("DEGRADED → NORMAL", "better for 30 s", "\"tone\":\"GOOD\"");
    }

    @Test
    @DisplayName(
            "DG-2 a level that is held says by whom, why, until when, and what the health calls for; closing hears no more")
    void hold_isABanner() throws Exception {
        Degradation service = degradation();
        service.hold(Level.EMERGENCY, "the sale begins", "anna", Duration.ofMinutes(10));
        assertThat(only().trouble().why()).isEqualTo("held by anna: the sale begins; the health calls for NORMAL");
        assertThat(only().trouble().done()).endsWith("All features are off.");
        assertThat(only().trouble().later()).isEqualTo(new Later("Goes back", "The hold ends", 600_000));
        service.hold(Level.MINIMAL, "for good", "anna");
        assertThat(only().trouble().later()).isEqualTo(Later.of("Goes back", "When somebody releases it."));
        assertThat(told()).hasSize(2);
        watches.close();
        service.release("it is over", "anna");
        assertThat(told()).hasSize(2);
        assertThat(watches.banners()).isEmpty();
    }

    @Test
    @DisplayName("DG-2 who is watched and observed as well has each change on the timeline once, and so has a guard")
    void changes_thatAreHeardTwice_areToldOnce() throws Exception {
        Degradation service = degradation();
        service.observe(watchman);
        service.report(health(false));
        assertThat(told()).hasSize(1);
        service.hold(Level.NORMAL, "they are well", "anna");
        assertThat(told()).hasSize(2);
        watches.close();
        service.hold(Level.MINIMAL, "for good", "anna"); // it is observed still
        assertThat(told()).hasSize(3);
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            guards.observe(watchman);
            Guard prices = guards.guard("prices", g -> g.circuitBreaker());
            prices.observe(watchman);
            Objects.requireNonNull(prices.circuitBreaker()).forceOpen("they move house", "ops");
            assertThat(told()).hasSize(4);
            for (int i = 0; i < 200; i++) { // equal but for their number
                Objects.requireNonNull(prices.circuitBreaker()).reset("it is over", "ops");
                Objects.requireNonNull(prices.circuitBreaker()).forceOpen("they move house", "ops");
            }
            assertThat(feed.last()).isEqualTo(404);
        }
    }

    // ---------------------------------------------------------------- shedders

    private static @Nullable Permit enter(Shedder door) {
        try {
            return Criticality.SHEDDABLE.<Permit, RuntimeException>call(() -> door.admit("a caller"));
        } catch (RejectedException shed) {
            return null;
        }
    }

    /** Units come until one is refused; those that were not are under way. */
    private List<Permit> fill(Shedder door) {
        List<Permit> inside = new ArrayList<>();
        for (Permit permit = enter(door); permit != null; permit = enter(door)) {
            inside.add(permit);
            time.advance(Duration.ofMillis(50));
        }
        return inside;
    }

    @Test
    @DisplayName(
            "SH-1 a shedder is a banner from the first unit that it refuses until it has refused none for ten seconds")
    void shedding_isABanner() throws Exception {
        Shedder door = Shedder.create("door", s -> s.inFlightLimit(() -> 1), time);
        watches.add(door, () -> new ShedWatch(door, watchman, time));
        assertThat(watches.look()).isFalse();
        List<Permit> inside = fill(door);
        long refusedAt = time.wall().toEpochMilli();
        assertThat(watches.look()).isTrue();
        assertThat(only().tone()).isEqualTo(Tone.IMPAIRED);
        assertThat(only().trouble().since()).isEqualTo(refusedAt);
        assertThat(only().trouble().why()).startsWith("The pressure is ").contains(" units of work are under way.");
        assertThat(only().trouble().done()).contains(" of what is SHEDDABLE; 1 so far.");
        assertThat(told().get(0)).contains("sheds load", "of what is SHEDDABLE");
        inside.forEach(permit -> assertThat(permit.settle(Verdict.SUCCESS)).isTrue());
        for (int second = 0; second < 30; second++) {
            Permit permit = Criticality.CRITICAL.<Permit, RuntimeException>call(() -> door.admit("a caller"));
            assertThat(permit.settle(Verdict.SUCCESS)).isTrue();
            pass(Duration.ofSeconds(1));
        }
        assertThat(watches.banners()).isEmpty();
        assertThat(told().get(1)).contains("sheds nothing any more", "1 unit of work was refused");
    }

    @Test
    @DisplayName("SH-1 the banner goes after ten seconds as well when nobody comes any more")
    void shedding_whenNobodyComesAnyMore_isOver() throws Exception {
        Shedder door = Shedder.create("door", s -> s.inFlightLimit(() -> 1), time);
        watches.add(door, () -> new ShedWatch(door, watchman, time));
        List<Permit> inside = fill(door);
        assertThat(watches.look()).isTrue();
        inside.forEach(permit -> assertThat(permit.settle(Verdict.SUCCESS)).isTrue());
        pass(Duration.ofSeconds(9));
        assertThat(only().trouble().label()).isEqualTo("SHEDDING");
        pass(Duration.ofSeconds(1));
        assertThat(watches.banners()).isEmpty();
        assertThat(told().get(1)).contains("sheds nothing any more", "1 unit of work was refused");
    }
}
