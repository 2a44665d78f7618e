package dev.plimsoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.plimsoll.time.VirtualThreads;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The plan of the house, kept: each rule holds for core, and each is seen to fail on a planted class. */
final class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter().importPath(coreClasses());
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(Rooms.PLANTED);

    @Test
    @DisplayName("Every source file of core is judged: no rule passes because it saw nothing")
    void everySourceFile_isAnalysed() throws IOException {
        Path sources = Path.of("src", "main", "java");
        List<String> expected;
        try (Stream<Path> files = Files.walk(sources)) {
            expected = files.map(sources::relativize)
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".java") && !file.equals("module-info.java"))
                    .map(file -> file.substring(0, file.length() - ".java".length()))
                    .map(file -> file.replace(File.separatorChar, '.'))
                    .collect(Collectors.toList());
        }

        assertThat(expected).isNotEmpty();
        assertThat(CORE.stream().map(JavaClass::getName)).containsAll(expected);
    }

    @Test
    @DisplayName("Every class stands in a room of the plan")
    void rooms_areThoseOfThePlan() {
        check(Rooms.known(), "planted.util.Drawer");
    }

    @Test
    @DisplayName("Arrows point down: mechanisms never meet, the vocabulary knows no mechanism, nothing knows the top")
    void arrows_pointDown() {
        check(
                Rooms.arrows(),
                "planted.breaker.MeetsAnotherMechanism",
                "planted.call.KnowsAMechanism",
                "planted.window.KnowsTheBudget",
                "planted.time.KnowsTheTop");
    }

    @Test
    @DisplayName("Rooms do not use each other in circles")
    void rooms_haveNoCycles() {
        check(Rooms.noCycles(), "planted.call.KnowsAMechanism");
    }

    @Test
    @DisplayName("No util, common, helper, manager, impl, internal")
    void rooms_areNoDrawers() {
        check(Rooms.noDrawers(), "planted.util.Drawer");
    }

    @Test
    @DisplayName("Only time reads a clock, sleeps, parks and draws random numbers")
    void clocks_areReadByTimeAlone() {
        check(
                Clocks.onlyTimeReadsClocks(),
                "readsTheClock",
                "refersToTheClock",
                "readsTheDate",
                "parks",
                "waitsOnAMonitor",
                "waitsForACondition",
                "pollsAQueue",
                "boundsAStage",
                "drawsANumber");
    }

    @Test
    @DisplayName("T-06 T-59 No span is measured by the time of day")
    void timeOfDay_isForTellingOnly() {
        check(Clocks.onlyWhoTellsReadsTheTimeOfDay(), "readsTheTimeOfDay");
    }

    @Test
    @DisplayName("The same rules let the leaf read the clock, and anybody spin")
    void clocks_inTheRoomOfTime_areAllowed() {
        assertThatThrownBy(() -> Clocks.onlyTimeReadsClocks().check(PLANTED))
                .hasMessageNotContaining("planted.time.")
                .hasMessageNotContaining("mayDoThis");
    }

    @Test
    @DisplayName("CA-7 No reflection in core, except the one look-up of virtual threads; a VarHandle is none")
    void members_areNotLookedUp() {
        check(
                Reflection.onlyVirtualThreadsAreLookedUp(),
                "findsAClass",
                "findsAMethod",
                "findsAField",
                "callsAMethod",
                "opensAField",
                "makesAProxy",
                "refersToALookUp");
        assertThatThrownBy(() -> Reflection.onlyVirtualThreadsAreLookedUp().check(PLANTED))
                .hasMessageNotContaining("mayDoThis")
                .hasMessageNotContaining("<clinit>");
    }

    @Test
    @DisplayName("CA-7 The one look-up would be found, were it not let off by name")
    void members_ofVirtualThreads_areLookedUp() {
        JavaClass one = CORE.get(VirtualThreads.class);
        assertThat(one.getMethodCallsFromSelf())
                .anyMatch(call -> Reflection.reflects(call) && call.getName().equals("findStatic"));
    }

    /** The rule holds for core; and on the planted classes it fails and names each of the culprits. */
    private static void check(ArchRule rule, String... culprits) {
        rule.check(CORE);
        assertThatThrownBy(() -> rule.check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(culprits);
    }

    private static Path coreClasses() {
        try {
            Path tests = Path.of(ArchitectureTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return tests.resolveSibling("classes");
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
