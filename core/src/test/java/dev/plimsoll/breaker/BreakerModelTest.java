package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.SmallWorld.Claims;
import dev.plimsoll.breaker.SmallWorld.Fault;
import dev.plimsoll.breaker.SmallWorld.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Explores a small breaker breadth first: from each distinct state every possible step, until there is no new state any
 * more. The real class is what is explored; a state is reached again by replaying the shortest way to it.
 */
final class BreakerModelTest {

    @Test
    @DisplayName(
            "CB-1 CB-2 CB-4 CB-5 CB-7 CB-8 I1 I2 I3 I4 T-20 every order of events, of any length, keeps every promise")
    void everyOrderOfEvents_keepsEveryPromise(TestReporter reporter) {
        Exploration all = explore(SmallWorld.TRUE_CLAIMS, Fault.NONE, false);

        all.report(reporter);
        assertThat(all.depth).isGreaterThan(10);
        assertThat(all.states).isGreaterThan(3000);
        assertThat(all.steps).isGreaterThan(40_000);
        assertThat(all.kinds)
                .contains("CLOSED", "OPEN", "HALF_OPEN", "FORCED_OPEN", "DISABLED")
                .hasSize(5);
    }

    @Test
    @DisplayName("CB-12 CB-5 CB-7 every order of events and reconfigurations, of any length, keeps every promise")
    void everyOrderOfReconfigurations_keepsEveryPromise(TestReporter reporter) {
        Exploration all = explore(SmallWorld.TRUE_CLAIMS, Fault.NONE, true);

        all.report(reporter);
        assertThat(all.states).isGreaterThan(3000);
        assertThat(all.kinds)
                .contains("CLOSED", "OPEN", "HALF_OPEN", "FORCED_OPEN", "DISABLED")
                .hasSize(5);
    }

    @Test
    @DisplayName("The exploration is not blind: each broken promise is found")
    void brokenPromises_areFound() {
        assertFinds("I3 probes at once", new Claims(1, 2, 7), Fault.NONE);
        assertFinds("CB-5 probes in an episode", new Claims(2, 1, 7), Fault.NONE);
        assertFinds("recovery within 5 ticks", new Claims(2, 2, 5), Fault.NONE);
        assertFinds("I4 CB-7 a late result", SmallWorld.TRUE_CLAIMS, Fault.LATE_RESULT_COUNTS);
        assertFinds("I1 probes under way", SmallWorld.TRUE_CLAIMS, Fault.PROBE_LEAKS);
        assertFinds("I2 settled once", SmallWorld.TRUE_CLAIMS, Fault.SETTLED_TWICE);
        assertFinds("CB-12 the same episode", SmallWorld.TRUE_CLAIMS, Fault.RECONFIGURATION_STARTS_OVER);
    }

    private static void assertFinds(String broken, Claims claims, Fault fault) {
        assertThatThrownBy(() -> explore(claims, fault, fault == Fault.RECONFIGURATION_STARTS_OVER))
                .isInstanceOf(AssertionError.class)
                .hasStackTraceContaining(broken);
    }

    private static final class Exploration {
        int states;
        int steps;
        int depth;
        final Set<String> kinds = new HashSet<>();

        void report(TestReporter reporter) {
            reporter.publishEntry("distinct states", Integer.toString(states));
            reporter.publishEntry("steps checked", Integer.toString(steps));
            reporter.publishEntry("steps to the farthest", Integer.toString(depth));
        }
    }

    private static Exploration explore(Claims claims, Fault fault, boolean reconfigured) {
        Exploration found = new Exploration();
        Set<String> known = new HashSet<>();
        List<List<Step>> frontier = List.of(List.of());
        known.add(new SmallWorld(claims, fault, reconfigured).fingerprint());
        while (!frontier.isEmpty()) {
            found.depth++;
            List<List<Step>> next = new ArrayList<>();
            for (List<Step> way : frontier) {
                SmallWorld fresh = replay(claims, fault, reconfigured, way);
                List<Step> possible =
                        Arrays.stream(Step.values()).filter(fresh::can).toList();
                for (Step step : possible) {
                    SmallWorld world = step == possible.get(0) ? fresh : replay(claims, fault, reconfigured, way);
                    List<Step> longer = new ArrayList<>(way);
                    longer.add(step);
                    try {
                        world.go(step);
                        found.steps++;
                        String fingerprint = world.fingerprint();
                        if (known.add(fingerprint)) {
                            found.kinds.add(fingerprint.replaceAll("[^A-Z_].*", ""));
                            next.add(longer);
                            world.recover();
                        }
                    } catch (AssertionError broken) {
                        throw new AssertionError("after " + longer, broken);
                    }
                }
            }
            frontier = next;
        }
        found.states = known.size();
        return found;
    }

    private static SmallWorld replay(Claims claims, Fault fault, boolean reconfigured, List<Step> way) {
        SmallWorld world = new SmallWorld(claims, fault, reconfigured);
        world.goAgain(way);
        return world;
    }
}
