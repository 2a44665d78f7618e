package dev.plimsoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.architecture.planted.Top;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TimedWaitTest {
    private static final String PLANTED = Top.class.getPackageName() + ".WaitsByTheClock";

    @Test
    @DisplayName("T-102 No test of this module sleeps or waits with a time limit of its own")
    void tests_neverWaitByTheClock() {
        TimedWaits.check(TimedWaitTest.class);
    }

    @Test
    @DisplayName("Each planted wait is found, and nothing else")
    void rule_onPlantedWaits_namesEachOfThem() throws ClassNotFoundException {
        JavaClasses planted = new ClassFileImporter().importPackages(Rooms.PLANTED);
        String[] culprits = methods(false);

        assertThat(culprits).hasSizeGreaterThan(10);
        assertThatThrownBy(() -> TimedWaits.rule().check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(culprits)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(methods(true)));
    }

    @Test
    @DisplayName("Rendezvous itself waits by the clock, so the rule would find it if it were not let off")
    void rule_knowsRendezvousByName() {
        TimedWaits.rule().check(new ClassFileImporter().importClasses(Rendezvous.class, Top.class));
    }

    private static String[] methods(boolean innocent) throws ClassNotFoundException {
        return Arrays.stream(Class.forName(PLANTED).getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> name.startsWith("may") == innocent)
                .toArray(String[]::new);
    }
}
