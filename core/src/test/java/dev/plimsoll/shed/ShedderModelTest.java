package dev.plimsoll.shed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Criticality;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shedder before a model of a service that is asked for more than it can do. */
@Tag("both-compilers")
final class ShedderModelTest {

    @ParameterizedTest
    @CsvSource({"2, false", "5, false", "10, false", "2, true", "5, true", "10, true"})
    @DisplayName(
            "SH-1 at 2, 5 and 10 times the capacity 99 % of what is CRITICAL is admitted, and the service stays busy")
    void overload_spareTheCritical(double times, boolean byNumber) {
        ServiceModel model = new ServiceModel(s -> byNumber ? s.inFlightLimit(() -> 20 * ServiceModel.CAPACITY) : s);
        model.run(2_000, 0.5, 0.2, 0.1);
        assertThat(model.shedder.snapshot().level()).isZero();
        model.forget();

        double rest = (times - 0.5) / 2;
        model.run(10_000, 0.5, rest, rest);

        assertThat(model.of(Criticality.CRITICAL).share()).isGreaterThan(0.99);
        int admitted =
                model.tallies.values().stream().mapToInt(each -> each.admitted).sum();
        assertThat(admitted / (10_000.0 * ServiceModel.CAPACITY)).isBetween(0.8, 1.15);
        assertThat(model.of(Criticality.NORMAL).share())
                .isGreaterThanOrEqualTo(model.of(Criticality.SHEDDABLE).share());
    }

    @ParameterizedTest
    @CsvSource({"2", "5", "10"})
    @DisplayName(
            "SH-1 once it has settled, waits are short, the level stands nearly still, and a caller sees one decision")
    void settledOverload_doesNotFlap(double times) {
        ServiceModel model = new ServiceModel(s -> s);
        double rest = (times - 0.5) / 2;
        model.run(10_000, 0.5, rest, rest);
        model.forget();
        List<Integer> levels = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            model.run(100, 0.5, rest, rest);
            levels.add(model.shedder.snapshot().level());
        }
        int lowest = levels.stream().min(Integer::compare).orElseThrow();
        int highest = levels.stream().max(Integer::compare).orElseThrow();
        assertThat(highest - lowest).isLessThan(ShedLevel.GROUPS / 10);
        assertThat(model.undecided()).isLessThan(0.1);
        assertThat(model.longestWait).isLessThan(250_000_000);
        assertThat(model.of(Criticality.CRITICAL).share()).isEqualTo(1);
    }

    @Test
    @DisplayName("SH-1 when the load ends, everybody is admitted again within seconds")
    void endOfLoad_letsEverybodyIn() {
        ServiceModel model = new ServiceModel(s -> s);
        model.run(10_000, 0.5, 5, 5);
        assertThat(model.shedder.snapshot().level()).isGreaterThan(ShedLevel.COHORTS);
        model.run(5_000, 0.2, 0.2, 0.2);
        model.forget();
        model.run(5_000, 0.2, 0.2, 0.2);
        assertThat(model.of(Criticality.SHEDDABLE).share()).isGreaterThan(0.99);
        assertThat(model.shedder.snapshot().level()).isZero();
        assertThat(model.shedder.snapshot().overloaded()).isFalse();
        assertThat(model.waiting()).isLessThan(ServiceModel.CAPACITY);
    }

    @Test
    @DisplayName("SH-1 a burst that is over within the interval sheds nobody")
    void burst_shedsNobody() {
        ServiceModel model = new ServiceModel(s -> s);
        for (int i = 0; i < 20; i++) {
            model.run(40, 0, 2, 0);
            model.run(160, 0, 0.1, 0);
        }
        assertThat(model.of(Criticality.NORMAL).share()).isEqualTo(1);
    }

    @Test
    @DisplayName("SH-1 a service that only has CRITICAL work sheds that, too, when it must")
    void criticalAlone_isShedLast() {
        ServiceModel model = new ServiceModel(s -> s);
        model.run(10_000, 3, 0, 0);
        assertThat(model.of(Criticality.CRITICAL).share()).isBetween(0.25, 0.45);
    }
}
