package dev.plimsoll.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.plimsoll.time.Time;
import java.security.SecureRandom;
import java.util.Date;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Reading a clock, sleeping, parking and drawing random numbers: only the leaf, {@code time}, does it. */
final class Clocks {
    private static final Set<String> RANDOM = Set.of(
            Random.class.getName(),
            ThreadLocalRandom.class.getName(),
            SplittableRandom.class.getName(),
            SecureRandom.class.getName());

    private static final Set<String> MEASURING = Set.of(
            "window",
            "keyed",
            "budget",
            "call",
            "retry",
            "bulkhead",
            "limit",
            "timeout",
            "hedge",
            "fallback",
            "drain",
            "idempotency");

    private Clocks() {}

    /** Outside {@code time}, nobody touches what only {@code time} may; a method reference is a touch. */
    static ArchRule onlyTimeReadsClocks() {
        return ArchRuleDefinition.noClasses()
                .that(DescribedPredicate.describe(
                        "are not in the room of time",
                        (JavaClass javaClass) -> !Rooms.of(javaClass).equals(Optional.of(Rooms.TIME))))
                .should()
                .accessTargetWhere(DescribedPredicate.describe("reads a clock, waits or draws", Clocks::forbidden))
                .allowEmptyShould(true);
    }

    /** The time of day jumps: it is for telling and for the wire. Who measures a span, or waits for its end, does not ask for it. */
    static ArchRule onlyWhoTellsReadsTheTimeOfDay() {
        return ArchRuleDefinition.noClasses()
                .that(DescribedPredicate.describe(
                        "are in a room that measures",
                        (JavaClass javaClass) ->
                                Rooms.of(javaClass).filter(MEASURING::contains).isPresent()))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "reads the time of day",
                        (JavaAccess<?> access) ->
                                access.getTarget().getOwner().getName().equals(Time.class.getName())
                                        && access.getTarget().getName().equals("wall")));
    }

    private static boolean forbidden(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getName();
        String name = target.getName();
        return reads(owner, name) || waits(owner, name) || TimedWaits.waitsByTheClock(access) || draws(owner, name);
    }

    private static boolean reads(String owner, String name) {
        if (owner.equals(System.class.getName())) {
            return name.equals("nanoTime") || name.equals("currentTimeMillis");
        }
        if (owner.equals("java.time.Clock")) {
            return name.startsWith("system") || name.startsWith("tick");
        }
        return owner.equals(Date.class.getName()) || (owner.startsWith("java.time.") && name.equals("now"));
    }

    /** Also without a limit: virtual time knows of nobody who waits otherwise. */
    private static boolean waits(String owner, String name) {
        if (owner.equals(LockSupport.class.getName())) {
            return name.startsWith("park");
        }
        if (owner.equals(Object.class.getName())) {
            return name.equals("wait");
        }
        return name.equals("sleep") && (owner.equals(Thread.class.getName()) || owner.equals(TimeUnit.class.getName()));
    }

    private static boolean draws(String owner, String name) {
        return RANDOM.contains(owner)
                || (owner.equals(Math.class.getName()) && name.equals("random"))
                || (owner.equals(UUID.class.getName()) && name.equals("randomUUID"))
                || (owner.equals(RandomGenerator.class.getName()) && (name.equals("of") || name.equals("getDefault")));
    }
}
