package dev.plimsoll.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Exploration;
import dev.plimsoll.Exploration.Found;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every state of a small drain, and every event in each of them, against the model of a drain. */
final class DrainModelTest {

    private static final int DEPTH = 12;

    @Test
    @DisplayName("DR-1 EV-3 every order of events is as the model says, and it stops exactly when the last one is out")
    void everyOrderOfEvents_isAsTheModelSays(TestReporter reporter) {
        List<Found> found = new ArrayList<>();
        for (long origin : new long[] {0, Long.MAX_VALUE - ModelDrain.TIMEOUT / 2, -1}) {
            found.add(Exploration.explore(() -> new DrainWorld(origin), ModelDrain.running(3), DEPTH));
        }
        Found all = Found.all(found);
        all.report(reporter, "drain");

        assertThat(all.places())
                .containsExactly(
                        "DRAINING",
                        "RUNNING",
                        "STOPPED",
                        "the last one out",
                        "the rest is cut off",
                        "the time is up, nobody has looked");
        assertThat(all.states()).isGreaterThan(500);
        assertThat(all.steps()).isGreaterThan(5_000);
    }
}
