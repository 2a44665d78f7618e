package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Maven runs the classes that are called ...Test and is silent about others. */
final class TestNamesTest {

    private static final Pattern TEST =
            Pattern.compile("(?m)^ *@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|Example|ArchTest)\\b");

    private static boolean isOverlooked(String file, String source) {
        return TEST.matcher(source).find() && !file.matches(".*Test\\.(java|kt)");
    }

    @Test
    @DisplayName("Every class with a test has the name by which Maven finds it")
    void tests_areCalledSo() throws Exception {
        List<String> overlooked = new ArrayList<>();
        for (String ending : List.of(".java", ".kt")) {
            for (Path file : ProjectFiles.below(ProjectFiles.ROOT, ending)) {
                if (isOverlooked(file.toString(), Files.readString(file))) {
                    overlooked.add(file.toString());
                }
            }
        }
        assertThat(overlooked).isEmpty();
    }

    @Test
    @DisplayName("A class with a property that is called otherwise is found, one without a test is not")
    void otherNames_areFound() {
        String source = "final class Backoffs {\n    @" + "Property\n    void any() {}\n}";
        assertThat(isOverlooked("Backoffs.java", source)).isTrue();
        assertThat(isOverlooked("BackoffsTest.java", source)).isFalse();
        assertThat(isOverlooked("Backoffs.java", "final class Backoffs {}")).isFalse();
    }
}
