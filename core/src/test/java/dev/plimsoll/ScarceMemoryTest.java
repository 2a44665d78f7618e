package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a call leaves behind when there is no memory for some object that the library makes for it. */
final class ScarceMemoryTest {

    @Test
    @DisplayName("T-39 whichever allocation fails")
    @SuppressWarnings("unchecked")
    void all() throws Exception {
        java.lang.reflect.Constructor<?> made = new ScarceLoader()
                .loadClass("dev.plimsoll.ScarceScenes$Player")
                .getDeclaredConstructor();
        made.setAccessible(true);
        BiFunction<String, Integer, List<String>> player = (BiFunction<String, Integer, List<String>>) made.newInstance();
        List<String> wrong = new ArrayList<>();
        int plays = 0;
        String only = System.getProperty("only", "");
        for (String kind : ScarceScenes.kinds().keySet()) {
            for (String act : ScarceScenes.acts().keySet()) {
                for (String how : List.of("once", "lasting")) {
                    String scene = kind + ": " + act + ": " + how;
                    if (!scene.contains(only)) continue;
                    player.apply(scene, Integer.MAX_VALUE - 1);
                    for (int i = 0; ; i++) {
                        plays++;
                        List<String> left = player.apply(scene, i);
                        if (left == null) break;
                        if (!left.isEmpty()) wrong.add(scene + ": " + i + " " + left);
                    }
                }
            }
        }
        java.nio.file.Files.write(java.nio.file.Path.of("/tmp/oom.out"), wrong);
        System.err.println(plays + " plays, " + wrong.size() + " wrong");
    }
}
