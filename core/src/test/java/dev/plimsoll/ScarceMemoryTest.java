package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * T-39, at large: whichever object of its own a call finds no memory for, no permit, slot or probe stays out, no call stays
 * counted, and whoever has a future gets an end. One allocation after the other fails, alone or with all that follow.
 *
 * <p>{@code -Dscarce=all} plays every scene, which takes a while; {@code -Dscarce="limits: async"} those whose name has it.
 */
final class ScarceMemoryTest {

    /** Each kind, and each act, with what is likely to go wrong there; the others take long. */
    private static final Map<String, Set<String>> USUAL = Map.ofEntries(
            Map.entry("gates", Set.of("down", "async later")),
            Map.entry("plain", Set.of("second good")),
            Map.entry("timed", Set.of("down", "async cancelled")),
            Map.entry("limits plain", Set.of("second good", "async queued")),
            Map.entry("half limits", Set.of("down", "async down")),
            Map.entry("half rate", Set.of("async good", "async down", "good, after other settings")),
            Map.entry("lifo", Set.of("async overload")),
            Map.entry("observed", Set.of("second good", "async down")),
            Map.entry("keyed", Set.of("asked", "async asked")),
            Map.entry("keyed observed", Set.of("or else", "async good")),
            Map.entry("pool", Set.of("asked", "async down")),
            Map.entry("hedged", Set.of("second good", "async cancelled")),
            Map.entry("hedged observed", Set.of("async slower")));

    private static final String CHOSEN = System.getProperty("scarce", "");

    private static final Thread.@Nullable UncaughtExceptionHandler BEFORE = Thread.getDefaultUncaughtExceptionHandler();

    private static @Nullable BiFunction<String, Integer, @Nullable List<String>> player;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void loadScarceClasses() throws ReflectiveOperationException {
        Constructor<?> made = new ScarceLoader()
                .loadClass(ScarceScenes.Player.class.getName())
                .getDeclaredConstructor();
        made.setAccessible(true);
        player = (BiFunction<String, Integer, @Nullable List<String>>) made.newInstance();
    }

    /** Threads of pools end with what was planted there, and the pools make others: nobody need read that. */
    @BeforeAll
    static void beSilent() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (BEFORE != null && !(thrown instanceof OutOfMemoryError)) {
                BEFORE.uncaughtException(thread, thrown);
            }
        });
    }

    @AfterAll
    static void beHeardAgain() {
        Thread.setDefaultUncaughtExceptionHandler(BEFORE);
    }

    static List<String> kinds() {
        return ScarceScenes.kinds().keySet().stream()
                .filter(kind -> !CHOSEN.isEmpty() || USUAL.containsKey(kind))
                .toList();
    }

    private static boolean isChosen(String scene, String kind, String act) {
        return switch (CHOSEN) {
            case "" -> USUAL.getOrDefault(kind, Set.of()).contains(act);
            case "all" -> true;
            default -> scene.contains(CHOSEN);
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("T-36 T-39 whichever allocation fails, nothing stays out or counted, and the call ends")
    void call_withoutMemory_leavesNothing(String kind) {
        List<String> wrong = new ArrayList<>();
        for (String act : ScarceScenes.acts().keySet()) {
            for (String how : List.of("once", "lasting")) {
                String scene = kind + ": " + act + ": " + how;
                if (isChosen(scene, kind, act)) {
                    play(scene, wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void play(String scene, List<String> wrong) {
        BiFunction<String, Integer, @Nullable List<String>> scenes = Objects.requireNonNull(player);
        assertThat(scenes.apply(scene, Integer.MAX_VALUE - 1))
                .as("with memory enough")
                .isNull();
        int allocations = 0;
        List<String> left = List.of();
        while (left != null) {
            if (!left.isEmpty()) {
                wrong.add(scene + ": after " + allocations + ": " + left);
            }
            left = scenes.apply(scene, allocations);
            allocations++;
        }
        assertThat(allocations).as(scene).isGreaterThan(scene.contains("good") ? 0 : 1);
    }
}
