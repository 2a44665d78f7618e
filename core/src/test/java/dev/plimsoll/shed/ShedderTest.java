package dev.plimsoll.shed;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is shed, and what he is told. */
final class ShedderTest {

    private final VirtualTime time = VirtualTime.create();
    private final Shedder shedder = Shedder.create("shop", s -> s.retryAfter(ofSeconds(2)), time);

    /** Each of many callers once; the places of those that are admitted are given back at once. */
    private Set<String> admittedOf(Criticality criticality) {
        Set<String> admitted = new HashSet<>();
        criticality.run(() -> {
            for (int i = 0; i < 1_000; i++) {
                if (shedder.enter("caller-" + i) instanceof Admission.Leave leave) {
                    shedder.settle(leave, Judgement.SUCCESS, 0, 0, null);
                    admitted.add("caller-" + i);
                }
            }
        });
        return admitted;
    }

    /** Waits grow, so the level does, by half of what is left each time. */
    private void overload(int intervals) {
        for (int i = 0; i < intervals; i++) {
            admittedOf(Criticality.SHEDDABLE);
            admittedOf(Criticality.NORMAL);
            admittedOf(Criticality.CRITICAL);
            shedder.waited(Duration.ofMillis(50L + i).toNanos());
            time.advance(ofMillis(100));
        }
        Admission unused = shedder.enter("caller-1");
    }

    /** Until some of NORMAL are shed. */
    private void overload() {
        while (shedder.snapshot().level() < ShedLevel.COHORTS + 20) {
            overload(1);
        }
    }

    @Test
    @DisplayName("SH-1 if something of a class and cohort is admitted, so is everything above it, at every level")
    void everythingAbove_isAdmitted() {
        List<Integer> levels = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            overload(1);
            levels.add(shedder.snapshot().level());
            Set<String> sheddable = admittedOf(Criticality.SHEDDABLE);
            Set<String> normal = admittedOf(Criticality.NORMAL);
            Set<String> critical = admittedOf(Criticality.CRITICAL);
            assertThat(sheddable.isEmpty() || normal.size() == 1_000).isTrue();
            assertThat(normal.isEmpty() || critical.size() == 1_000).isTrue();
            assertThat(admittedOf(Criticality.NORMAL)).isEqualTo(normal); // the same callers each time
        }
        assertThat(levels).isSorted();
        assertThat(levels.get(0)).isLessThan(ShedLevel.COHORTS);
        assertThat(levels.get(299)).isGreaterThan(2 * ShedLevel.COHORTS);
    }

    @Test
    @DisplayName("SH-1 who is shed is told why, and to come back later, each at another time")
    void shed_isToldWhenToComeBack() {
        overload();
        Set<Duration> told = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Rejection refusal = (Rejection) Criticality.SHEDDABLE.<Admission, RuntimeException>call(shedder::enter);
            assertThat(refusal.reason()).isEqualTo(Rejection.Reason.SHED);
            told.add(refusal.retryAfter().orElseThrow());
        }
        assertThat(told)
                .hasSizeGreaterThan(15)
                .allMatch(after -> after.compareTo(ofSeconds(2)) >= 0 && after.compareTo(ofSeconds(4)) < 0);
        RejectedException refused = catchThrowableOfType(
                RejectedException.class, () -> Criticality.SHEDDABLE.run(() -> shedder.admit("caller-2")));
        assertThat(refused.getMessage())
                .startsWith(
                        "shop: refused by the shedder, too much to do; SHEDDABLE work of this caller has to stand back;"
                                + " try again in ");
        assertThat(shedder.snapshot().shed().get(Criticality.SHEDDABLE)).isGreaterThan(21);
    }

    @Test
    @DisplayName("SH-1 in the next period other callers have their turn")
    void nextPeriod_hasOtherCohorts() {
        overload();
        Set<String> before = admittedOf(Criticality.NORMAL);
        assertThat(before).hasSizeBetween(1, 999);
        assertThat(admittedOf(Criticality.NORMAL)).isEqualTo(before);
        time.advance(ofHours(1));
        overload();
        Set<String> after = new HashSet<>(admittedOf(Criticality.NORMAL));
        assertThat(after).hasSizeBetween(1, 999).isNotEqualTo(before);
        after.retainAll(before);
        assertThat(after).isNotEmpty();
    }

    @Test
    @DisplayName("SH-1 callers are spread evenly over the cohorts, unknown ones by chance")
    void cohorts_areEven() {
        overload();
        double share = 1 - shedder.snapshot().share(Criticality.NORMAL);
        assertThat(admittedOf(Criticality.NORMAL).size() / 1_000.0).isBetween(share - 0.05, share + 0.05);
        int unknown = 0;
        for (int i = 0; i < 1_000; i++) {
            unknown += shedder.enter() instanceof Admission.Leave ? 1 : 0;
        }
        assertThat(unknown / 1_000.0).isBetween(share - 0.05, share + 0.05);
    }

    @Test
    @DisplayName("SH-1 units are counted while they are under way; waits of stuck units keep the overload up")
    void units_areCounted() {
        Permit one = shedder.admit(null);
        Permit two = shedder.admit("caller-1");
        assertThat(shedder.snapshot().inFlight()).isEqualTo(2);
        shedder.waited(ofSeconds(1).toNanos());
        time.advance(ofMillis(100));
        assertThat(shedder.enter("caller-3")).isInstanceOf(Admission.class);
        assertThat(shedder.snapshot().overloaded()).isTrue();
        time.advance(ofMillis(100));
        Admission unused = shedder.enter("caller-3");
        assertThat(shedder.snapshot().overloaded()).isTrue();
        assertThat(shedder.explain()).startsWith("shop: overloaded; sheds SHEDDABLE 100 %, NORMAL ");

        int under = shedder.snapshot().inFlight();
        assertThat(one.settle(Verdict.NOT_RUN)).isTrue();
        two.close();
        assertThat(shedder.snapshot().inFlight()).isEqualTo(under - 2);
        shedder.waited(-5);
        time.advance(ofMillis(100));
        unused = shedder.enter("caller-3");
        assertThat(shedder.snapshot().overloaded()).isFalse();
        assertThat(shedder.explain()).contains("shop: not overloaded; sheds ");
        assertThat(shedder.clock()).isEqualTo(time.coarse());
        assertThat(shedder.toString()).startsWith("ShedderSnapshot[name=shop");
    }

    @Test
    @DisplayName("SH-1 a service that is not asked for a while has nobody to shed")
    void idleService_isNotOverloaded() {
        overload();
        time.advance(ofDays(1));
        shedder.waited(0);
        Admission unused = shedder.enter("caller-1");
        time.advance(ofSeconds(2));
        shedder.waited(0);
        unused = shedder.enter("caller-1");
        assertThat(shedder.snapshot().level()).isZero();
    }

    @Test
    @DisplayName("SH-1 a limit that throws is none, and keeps nobody from looking again")
    void brokenLimit_isNone() {
        Shedder broken = Shedder.create(
                "shop",
                s -> s.inFlightLimit(() -> {
                    throw new IllegalStateException("broken");
                }),
                time);
        for (int i = 0; i < 5; i++) {
            time.advance(ofMillis(100));
            broken.waited(ofSeconds(1).toNanos());
            assertThat(broken.enter("caller")).isInstanceOf(Admission.class);
        }
        assertThat(broken.snapshot().overloaded()).isTrue();
    }

    @Test
    @DisplayName(
            "SH-1 what was said of units that never began, or not said of others, is forgotten when all is at rest")
    void booksThatDoNotBalance_areForgotten() {
        for (int i = 0; i < 50; i++) {
            Permit dropped = shedder.admit(null);
            shedder.waited(0);
            assertThat(dropped.settle(Verdict.NOT_RUN)).isTrue();
        }
        for (int i = 0; i < 20; i++) {
            shedder.admit(null).close();
        }
        time.advance(ofMillis(100));
        shedder.admit(null).close(); // looks back on the interval, and is the last one that nobody speaks of
        time.advance(ofMillis(100));
        shedder.admit(null).close();

        for (int i = 0; i < 10; i++) {
            Admission unused = shedder.enter(null);
        }
        for (int i = 0; i < 4; i++) {
            shedder.waited(0);
        }
        assertThat(shedder.backlog(0, ofMillis(100).toNanos())).isEqualTo(6);
    }

    @Test
    @DisplayName("SH-1 many threads at once lose no unit")
    void threads_loseNothing() {
        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 2_000; i++) {
                try (Permit permit = shedder.admit("caller-" + i)) {
                    shedder.waited(0);
                    assertThat(permit).isNotNull();
                }
            }
        });
        assertThat(shedder.snapshot().inFlight()).isZero();
        assertThat(shedder.snapshot().admitted()).isEqualTo(16_000);
    }

    @Test
    @DisplayName("SH-1 everything that is wrong with the settings is said at once")
    void wrongSettings_areRefused() {
        assertThatThrownBy(() -> Shedder.create(
                        "no name",
                        s -> s.target(Duration.ZERO)
                                .interval(ofMillis(9))
                                .period(ofMillis(999))
                                .retryAfter(ofHours(2))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"no name\"",
                                        "target must be longer than zero: PT0S",
                                        "interval must be 10 ms to 10 s: PT0.009S",
                                        "period must be 1 s to 366 days: PT0.999S",
                                        "retryAfter must be above zero, at most one hour: PT2H"));
        assertThat(Arrays.stream(Criticality.values()).map(Shedder::firstGroup)).containsExactly(256, 128, 0);
        assertThat(shedder.name()).isEqualTo("shop");
    }

    @Test
    @DisplayName(
            "SH-1 CB-12 reconfigured while in use: who is shed stays shed, units stay, and it goes by the new settings")
    void reconfigure_goesOn() {
        overload(3);
        int level = shedder.snapshot().level();
        assertThat(level).isPositive();
        ShedderSnapshot before = shedder.snapshot();

        shedder.reconfigure(s -> s.retryAfter(ofSeconds(50)));

        assertThat(shedder.snapshot()).isEqualTo(before);
        Rejection refused = Criticality.SHEDDABLE.call(() -> {
            Admission admission = shedder.enter("caller-1");
            while (!(admission instanceof Rejection)) {
                admission = shedder.enter("caller-" + admission.hashCode());
            }
            return (Rejection) admission;
        });
        assertThat(refused.retryAfter().orElseThrow()).isBetween(ofSeconds(50), ofSeconds(100));
        assertThatThrownBy(() -> shedder.reconfigure(s -> s.interval(ofMillis(9))))
                .isInstanceOf(ConfigurationException.class);
        assertThat(shedder.settings().retryAfter()).isEqualTo(ofSeconds(50));
        shedder.reconfigure(s -> s.target(ofSeconds(9)));
        assertThat(shedder.settings()).isEqualTo(Shedding.defaults().target(ofSeconds(9)));
        for (int i = 0; i < 2; i++) { // waits of half a second are no overload any more
            shedder.waited(ofMillis(500).toNanos());
            time.advance(ofMillis(100));
            Admission unused = shedder.enter("caller-1");
        }
        assertThat(shedder.snapshot().overloaded()).isFalse();
    }
}
