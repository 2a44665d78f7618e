package dev.plimsoll.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rooms of core and the arrows between them: a class may use classes of its own room and of lower floors, never of
 * its own floor and never of a higher one.
 *
 * <pre>
 *   dev.plimsoll                                                   composition
 *        │
 *   breaker retry bulkhead limit shed timeout hedge failover …     mechanisms
 *        │
 *   budget
 *        │
 *   window · keyed · news
 *        │
 *   call                                                           the vocabulary
 *        │
 *   time                                                           the leaf
 * </pre>
 *
 * The planted classes live in a house of their own, with the same rooms, so that the same rule objects judge both.
 */
final class Rooms {
    static final String PLANTED = "dev.plimsoll.architecture.planted";
    static final String TIME = "time";

    private static final String ROOT = "dev.plimsoll";
    private static final String TOP = "";
    private static final Set<String> NO_ROOMS = Set.of("util", "common", "helper", "manager", "impl", "internal");
    private static final Pattern SEPARATOR = Pattern.compile("\\.");
    private static final Map<String, Integer> FLOORS = floors();

    private Rooms() {}

    private static Map<String, Integer> floors() {
        List<List<String>> upwards = List.of(
                List.of(TIME),
                List.of("call"),
                List.of("window", "keyed", "news"),
                List.of("budget"),
                List.of(
                        "breaker",
                        "retry",
                        "bulkhead",
                        "limit",
                        "shed",
                        "timeout",
                        "hedge",
                        "failover",
                        "fallback",
                        "degrade",
                        "drain",
                        "health",
                        "idempotency"),
                List.of(TOP));
        Map<String, Integer> floors = new HashMap<>();
        for (int floor = 0; floor < upwards.size(); floor++) {
            for (String room : upwards.get(floor)) {
                floors.put(room, floor);
            }
        }
        return Map.copyOf(floors);
    }

    /** Every class of ours stands in a room of the plan. */
    static ArchRule known() {
        return ArchRuleDefinition.classes()
                .should(new ArchCondition<>("stand in a room of the plan") {
                    @Override
                    public void check(JavaClass self, ConditionEvents events) {
                        if (of(self).filter(FLOORS::containsKey).isEmpty()) {
                            events.add(
                                    SimpleConditionEvent.violated(self, self.getName() + " stands in no known room"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** Arrows point down only. */
    static ArchRule arrows() {
        return ArchRuleDefinition.classes()
                .should(new ArchCondition<>("use lower floors only") {
                    @Override
                    public void check(JavaClass self, ConditionEvents events) {
                        self.getDirectDependenciesFromSelf().stream()
                                .filter(arrow -> !allowed(self, arrow.getTargetClass()))
                                .forEach(arrow ->
                                        events.add(SimpleConditionEvent.violated(self, arrow.getDescription())));
                    }
                })
                .allowEmptyShould(true);
    }

    /** Rooms do not use each other in circles. */
    static ArchRule noCycles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                        return of(javaClass).map(SliceIdentifier::of).orElseGet(SliceIdentifier::ignore);
                    }

                    @Override
                    public String getDescription() {
                        return "the rooms";
                    }
                })
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /** Nobody builds a drawer for what has no name. */
    static ArchRule noDrawers() {
        return ArchRuleDefinition.classes()
                .should(new ArchCondition<>("not stand in a drawer") {
                    @Override
                    public void check(JavaClass self, ConditionEvents events) {
                        if (SEPARATOR.splitAsStream(self.getPackageName()).anyMatch(NO_ROOMS::contains)) {
                            events.add(SimpleConditionEvent.violated(self, self.getName() + " stands in a drawer"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** The room of a class: the first part of its package below the root, empty for the root; none if not ours. */
    static Optional<String> of(JavaClass javaClass) {
        String path = javaClass.getPackageName();
        for (String root : List.of(PLANTED, ROOT)) {
            if (path.equals(root)) {
                return Optional.of(TOP);
            }
            if (path.startsWith(root + ".")) {
                return SEPARATOR
                        .splitAsStream(path.substring(root.length() + 1))
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static boolean allowed(JavaClass from, JavaClass to) {
        Optional<String> target = of(to.getBaseComponentType());
        if (target.isEmpty() || target.equals(of(from))) {
            return true;
        }
        return floor(of(from)) > floor(target);
    }

    private static int floor(Optional<String> room) {
        return room.map(FLOORS::get).orElse(-1);
    }
}
