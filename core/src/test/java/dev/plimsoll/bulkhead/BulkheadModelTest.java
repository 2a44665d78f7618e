package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Exploration;
import dev.plimsoll.Exploration.Found;
import dev.plimsoll.bulkhead.BulkheadEvent.Kind;
import dev.plimsoll.bulkhead.SmallBulkhead.Rules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every state of small bulkheads, and every event in each of them, against the model of a bulkhead. */
final class BulkheadModelTest {

    private static final int DEPTH = 12;
    private static final SmallBulkhead QUEUEING =
            SmallBulkhead.of(5, Rules.of(2, 2), Kind.TRY, Kind.RESIZE_1, Kind.RESIZE_3);
    private static final SmallBulkhead RECONFIGURED = SmallBulkhead.of(
                    3, Rules.of(2, 2), Kind.RECONFIGURE, Kind.CLOSE, Kind.INSIDE, Kind.SETTLE_AGAIN)
            .inTurnWith(Rules.of(1, 1).judged());
    private static final SmallBulkhead STANDING =
            SmallBulkhead.of(4, Rules.of(1, 3).judged());
    private static final SmallBulkhead LEFT_BEHIND = SmallBulkhead.of(
                    3, Rules.of(2, 1), Kind.ORPHAN, Kind.CLOSE, Kind.RECONFIGURE)
            .inTurnWith(Rules.of(2, 1).releasing());

    private static Found explore(SmallBulkhead setting) {
        BulkheadConfig config = setting.rules().config();
        return Exploration.explore(() -> new BulkheadWorld(setting, config), ModelBulkhead.fresh(setting), DEPTH);
    }

    @Test
    @DisplayName("BH-1 BH-2 BH-3 BH-4 BH-6 EV-3 every order of events is as the model says, and no permit is lost")
    void everyOrderOfEvents_keepsEveryPermit(TestReporter reporter) {
        Found all = Found.all(Stream.of(QUEUEING, RECONFIGURED, STANDING, LEFT_BEHIND)
                .map(BulkheadModelTest::explore)
                .toList());
        all.report(reporter, "bulkhead");

        assertThat(all.places())
                .containsExactly(
                        "ABANDONED",
                        "CALM",
                        "NOBODY WAITS",
                        "OVERLOADED",
                        "RELEASED",
                        "SOMEBODY WAITS",
                        "SUSPECTED",
                        "YOUNG",
                        "closed",
                        "more inside than permits");
        assertThat(all.states()).isGreaterThan(1_000);
        assertThat(all.steps()).isGreaterThan(5_000);
    }
}
