package dev.plimsoll.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.plimsoll.Rendezvous;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The rule that no test waits by the clock: no sleeping, and no wait with a time limit, outside {@link Rendezvous}. Such
 * a test is slow when all is well and wrong when the machine is busy. Each module checks its own test classes with
 * {@link #check}.
 */
public final class TimedWaits {
    private static final Set<String> WAITS = Set.of(
            "await",
            "awaitNanos",
            "awaitUntil",
            "awaitTermination",
            "awaitQuiescence",
            "awaitAdvanceInterruptibly",
            "exchange",
            "get",
            "invokeAll",
            "invokeAny",
            "join",
            "waitFor",
            "wait",
            "poll",
            "pollFirst",
            "pollLast",
            "offer",
            "offerFirst",
            "offerLast",
            "tryTransfer",
            "tryAcquire",
            "tryLock",
            "tryReadLock",
            "tryWriteLock",
            "timedJoin",
            "timedWait",
            "orTimeout",
            "completeOnTimeout",
            "delayedExecutor");
    private static final Set<String> TIMES =
            Set.of("long", TimeUnit.class.getName(), Duration.class.getName(), Date.class.getName());
    private static final Set<String> LIMITED_ASSERTIONS =
            Set.of("succeedsWithin", "failsWithin", "assertTimeout", "assertTimeoutPreemptively");

    private TimedWaits() {}

    /**
     * Checks every class in the place (directory or jar) that the given test class was loaded from.
     *
     * @param test any test class of the module
     * @throws AssertionError if a class there waits by the clock, naming the line
     */
    public static void check(Class<?> test) {
        JavaClasses tests = new ClassFileImporter().importPath(placeOf(test));
        if (!tests.contain(test)) {
            throw new AssertionError("Nothing would be checked: " + test.getName() + " was not found");
        }
        rule().check(tests.that(DescribedPredicate.describe(
                "are not planted", javaClass -> !javaClass.getPackageName().startsWith(Rooms.PLANTED))));
    }

    static ArchRule rule() {
        return ArchRuleDefinition.noClasses()
                .that(DescribedPredicate.describe("are not Rendezvous", TimedWaits::isNotRendezvous))
                .should()
                .accessTargetWhere(DescribedPredicate.describe("waits by the clock", TimedWaits::waitsByTheClock))
                .because("tests wait in " + Rendezvous.class.getName() + " only");
    }

    private static boolean isNotRendezvous(JavaClass javaClass) {
        String name = javaClass.getName();
        return !name.equals(Rendezvous.class.getName()) && !name.startsWith(Rendezvous.class.getName() + "$");
    }

    static boolean waitsByTheClock(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getName();
        String name = target.getName();
        if (owner.equals(Thread.class.getName()) || owner.equals(TimeUnit.class.getName())) {
            return name.equals("sleep") || name.startsWith("timed") || (name.equals("join") && takesTime(target));
        }
        if (owner.equals(LockSupport.class.getName())) {
            return name.equals("parkNanos") || name.equals("parkUntil");
        }
        if (owner.startsWith("org.assertj.") || owner.startsWith("org.junit.")) {
            return LIMITED_ASSERTIONS.contains(name);
        }
        return WAITS.contains(name) && takesTime(target) && (name.equals("wait") || isConcurrent(target.getOwner()));
    }

    /** Whether a parameter is a time; a lone {@code long} counts only where it cannot be anything else. */
    private static boolean takesTime(AccessTarget target) {
        if (!(target instanceof CodeUnitAccessTarget unit)) {
            return false;
        }
        List<String> types =
                unit.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        boolean mayBeLong = Set.of("wait", "join", "awaitNanos").contains(target.getName());
        return types.stream().anyMatch(type -> TIMES.contains(type) && (mayBeLong || !type.equals("long")));
    }

    private static boolean isConcurrent(JavaClass owner) {
        return isOfTheJdk(owner)
                || owner.getAllRawSuperclasses().stream().anyMatch(TimedWaits::isOfTheJdk)
                || owner.getAllRawInterfaces().stream().anyMatch(TimedWaits::isOfTheJdk);
    }

    private static boolean isOfTheJdk(JavaClass owner) {
        String name = owner.getName();
        return name.startsWith("java.util.concurrent.")
                || name.equals(Thread.class.getName())
                || name.equals(Process.class.getName());
    }

    private static Path placeOf(Class<?> test) {
        try {
            return Path.of(
                    test.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
