package dev.plimsoll.bench.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScenariosTest {

    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"S1A", "S1B", "S1C"})
    @DisplayName("CL-1 in overload the adaptive limit answers at least 95 % of what could be, p99 within the deadline")
    void adaptive_inOverload_keepsGoodputAndLatency(Scenario scenario) {
        for (long seed = 1; seed <= 3; seed++) {
            Tally tally = Run.of(scenario, Contender.ADAPTIVE, seed, false);
            assertThat(tally.goodput()).as("seed %d", seed).isGreaterThanOrEqualTo(0.95);
            assertThat(tally.p99Millis()).isLessThanOrEqualTo(scenario.deadlineMillis());
        }
    }

    @Test
    @DisplayName("CL-1 without any limit hardly anything is answered in time, and with one far too low half of it")
    void scenario_isAnOverload() {
        assertThat(Run.of(Scenario.S1A, Contender.NONE, 1, false).goodput()).isLessThan(0.05);
        assertThat(Run.of(Scenario.S1A, Contender.HALF, 1, false).goodput()).isBetween(0.4, 0.55);
    }

    @Test
    @DisplayName(
            "CL-1 when the way becomes longer the adaptive limit grows, while Vegas and Gradient2 take that for a queue")
    void limit_whenTheWayIsLonger_grows() {
        assertThat(Run.of(Scenario.S3, Contender.ADAPTIVE, 1, false).goodput()).isGreaterThan(0.9);
        assertThat(Run.of(Scenario.S3, Contender.VEGAS, 1, false).goodput()).isLessThan(0.5);
        assertThat(Run.of(Scenario.S3, Contender.GRADIENT2, 1, false).goodput()).isLessThan(0.5);
    }

    @Test
    @DisplayName("CL-1 with little traffic nothing decays and nothing is refused")
    void limits_withLittleTraffic_stayAsTheyAre() {
        for (Contender each : List.of(Contender.AIMD, Contender.VEGAS, Contender.GRADIENT2, Contender.ADAPTIVE)) {
            Tally tally = Run.of(Scenario.S6, each, 1, false);
            assertThat(tally.refusedShare()).isZero();
            assertThat(tally.lowestLimit()).isEqualTo(20);
        }
    }

    @Test
    @DisplayName("CL-1 clients that do not say that they share outgrow the deadline; those that say so do not")
    void clients_thatShare_haveToSaySo() {
        assertThat(Run.of(Scenario.S8, Contender.ADAPTIVE, 1, false).p99Millis())
                .isInfinite();
        assertThat(Run.of(Scenario.S8, Contender.ADAPTIVE_SHARED, 1, false).p99Millis())
                .isLessThan(100);
    }

    @Test
    @DisplayName("the same seed gives the same run, another one another run")
    void run_ofTheSameSeed_isTheSame() {
        String once = Report.row(Scenario.S2, Contender.ADAPTIVE, Run.of(Scenario.S2, Contender.ADAPTIVE, 5, true));
        String again = Report.row(Scenario.S2, Contender.ADAPTIVE, Run.of(Scenario.S2, Contender.ADAPTIVE, 5, true));
        String other = Report.row(Scenario.S2, Contender.ADAPTIVE, Run.of(Scenario.S2, Contender.ADAPTIVE, 6, true));
        assertThat(again).isEqualTo(once).isNotEqualTo(other);
    }

    @Test
    @DisplayName("all contenders meet the same arrivals")
    void contenders_meetTheSame() {
        long offered = Run.of(Scenario.S1E, Contender.KNEE, 1, true).offeredCount();
        for (Contender each : Scenario.S1E.contenders()) {
            assertThat(Run.of(Scenario.S1E, each, 1, true).offeredCount()).isEqualTo(offered);
        }
    }
}
