package dev.plimsoll.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.plimsoll.time.VirtualThreads;
import java.lang.invoke.MethodHandles;
import java.util.Set;

/**
 * Looking up members by their names when the program runs, which breaks where names are changed or left out: only the
 * look-up of virtual threads does it. A {@code VarHandle} for an own field is none; it names what is there.
 */
final class Reflection {
    private static final Set<String> ONE = Set.of(VirtualThreads.class.getName());
    private static final Set<String> OF_FIELDS =
            Set.of("findVarHandle", "findStaticVarHandle", "lookupClass", "lookupModes");
    /* EnumMap asks for the constants as well. */
    private static final Set<String> HARMLESS = Set.of(
            "getName",
            "getSimpleName",
            "getTypeName",
            "getPackageName",
            "getEnumConstants",
            "isInstance",
            "cast",
            "desiredAssertionStatus");

    private Reflection() {}

    /** Outside of the one place, nobody looks up a member; a method reference is a look-up, too. */
    static ArchRule onlyVirtualThreadsAreLookedUp() {
        return ArchRuleDefinition.noClasses()
                .that(DescribedPredicate.describe(
                        "are not the look-up of virtual threads",
                        (JavaClass javaClass) -> !ONE.contains(javaClass.getName())))
                .should()
                .accessTargetWhere(DescribedPredicate.describe("reflects", Reflection::reflects))
                .allowEmptyShould(true);
    }

    static boolean reflects(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getName();
        String name = target.getName();
        if (owner.equals(MethodHandles.Lookup.class.getName())) {
            return !OF_FIELDS.contains(name);
        }
        if (owner.equals(Class.class.getName())) {
            return !HARMLESS.contains(name);
        }
        return owner.startsWith("java.lang.reflect.")
                || (owner.equals(ClassLoader.class.getName()) && name.equals("loadClass"))
                || (owner.equals(MethodHandles.class.getName()) && name.startsWith("privateLookup"));
    }
}
