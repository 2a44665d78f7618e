package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BreakerTallyTest {

    @Test
    @DisplayName(
            "EV-3 every result is counted once, wherever it belongs: in the window, as a probe, late, or switched off")
    void totals_countEveryResultOnce() {
        Scene scene = Scene.of(b -> Scene.small(b).failureRate(1, 1000));
        Permit late = scene.enter();
        scene.good(5);
        scene.bad(2);
        late.succeeded();
        scene.pass(Scene.WAIT);
        scene.good(2);
        scene.breaker.disable("d", "ops");
        scene.bad(1);
        scene.good(1);
        scene.call(Verdict.IGNORED);
        scene.call(Verdict.NOT_RUN);

        assertThat(scene.judged().totalGood()).isEqualTo(9);
        assertThat(scene.judged().totalBad()).isEqualTo(3);
    }

    @Test
    @DisplayName("EV-3 what leaves the window stays in the totals")
    void totals_whenTheWindowMovesOn_stay() {
        Scene scene = Scene.of(b -> b.failureRate(1, 1000).overLast(Duration.ofSeconds(1)));
        for (int i = 0; i < 50; i++) {
            scene.good(1);
            scene.pass(Duration.ofMillis(300));
        }

        assertThat(scene.judged().windowCalls()).isLessThanOrEqualTo(4);
        assertThat(scene.judged().totalGood()).isEqualTo(50);
    }

    @Test
    @DisplayName("EV-3 uncounted: no good result is in the totals, not a probe's either, and every bad one is")
    void totals_whenUncounted_holdTheBadOnesOnly() {
        Scene scene = Scene.of(b -> Scene.small(b).uncounted());
        Permit late = scene.enter();
        scene.good(5);
        scene.bad(2);
        late.succeeded();
        scene.pass(Scene.WAIT);
        scene.bad(1);
        scene.pass(Scene.WAIT);
        scene.good(2);

        assertThat(scene.judged().totalGood()).isZero();
        assertThat(scene.judged().totalBad()).isEqualTo(3);
    }

    @Test
    @DisplayName("EV-3 uncounted over the last calls: the rules still see good calls, the totals do not")
    void totals_whenUncountedOverLastCalls_holdTheBadOnesOnly() {
        Scene scene = Scene.of(b -> b.failureRate(0.5, 4).overLastCalls(10).uncounted());
        scene.bad(1);
        scene.good(2);

        assertThat(scene.judged().windowCalls()).isEqualTo(3);
        assertThat(scene.judged().totalGood()).isZero();
        assertThat(scene.judged().totalBad()).isEqualTo(1);
    }
}
