package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The map of the seeds points at classes and tests that exist, and says of nothing that it is open when a test shows it. */
final class SeedsTest {

    private static final String INDEX = """
            # The seeds

            Opens: `Breaker.open()`.

            | stage | what | rows |
            |---|---|---|
            | **console** | a page | A3 |
            | **left to others** | no library can | A4 |
            """;
    private static final String PAGE = """
            | no | the seed | here | shown by |
            |---|---|---|---|
            | A1 | it `Trips` | `Breaker.open()` | `OpenTest.opens`, `OpenTest` |
            | A2 | it heals | a `Healer` to come | (being built) `HealTest` |
            | A3 | a picture | `Breaker` | `OpenTest.opens`; open: console, `browser` |
            | A4 | a region | several | left to others |
            """;
    private static final Map<String, String> SOURCES = Map.of(
            "core/src/main/java/Breaker.java", "class Breaker { void open() {} }",
            "core/src/main/java/Healer.java", "class Healer {}",
            "http/src/test/java/OpenTest.java", test("'CB-1 it ' + 'opens'", "opens"));

    /** A class with one test of that name; the quotes are put in here, so that nobody takes the plant for a test. */
    private static String test(String name, String method) {
        return "class X { @Test @DisplayName(" + name.replace('\'', '"') + ") void " + method + "() {} }";
    }

    private static List<String> problems(String index, String page) {
        return new Seeds(List.of(index, page), SOURCES).problems();
    }

    private static List<String> problems(String page) {
        return problems(INDEX, page);
    }

    @Test
    @DisplayName("Every row of the map of the seeds names tests that exist, or what it waits for")
    void map_agreesWithTheTests() throws Exception {
        Seeds seeds = Seeds.ofTheProject();
        assertThat(seeds.problems()).isEmpty();
        assertThat(seeds.counts()).containsOnlyKeys("A", "B", "C", "D", "E");
        assertThat(seeds.counts().values()).allMatch(rows -> rows > 10);
    }

    @Test
    @DisplayName("A map that agrees with its tests has no problems")
    void planted_whenAllAgrees_isFine() {
        assertThat(problems(PAGE)).isEmpty();
    }

    @Test
    @DisplayName("A test class or method that does not exist is found")
    void planted_wrongTest_isFound() {
        assertThat(problems(PAGE.replace("`OpenTest.opens`, `OpenTest`", "`OpenTest.closes`, `ShutTest`")))
                .containsExactly(
                        "A1 names OpenTest.closes, and the class has no such test",
                        "A1 names ShutTest, and there is no such test class");
        assertThat(problems(PAGE.replace("`OpenTest.opens`, `OpenTest`", "`Breaker.open`")))
                .containsExactly("A1 names Breaker.open, and there is no such test class");
    }

    @Test
    @DisplayName("A class or method that is said to do it and does not exist is found, in rows and in the text")
    void planted_wrongClass_isFound() {
        assertThat(problems(INDEX, PAGE.replace("`Healer`", "`Doctor`")))
                .containsExactly("A2 names Doctor, which does not exist");
        assertThat(problems(INDEX.replace("Breaker.open()", "Breaker.shut()"), PAGE))
                .containsExactly("the text names Breaker.shut(), which does not exist");
    }

    @Test
    @DisplayName("A row that names no test and is not open is found, and so is a stage that there is not")
    void planted_rowWithoutAnything_isFound() {
        assertThat(problems(PAGE.replace("(being built) `HealTest`", "soon")))
                .containsExactly("A2 names no test and is not open");
        assertThat(problems(PAGE.replace("open: console, `browser`", "open: radio, `browser`")))
                .containsExactly("A3 waits for radio, which is no stage", "console should list ");
    }

    @Test
    @DisplayName("What waits for something that a test shows is found: by its class, its method, or what it says")
    void planted_staleRow_isFound() {
        assertThat(problems(PAGE.replace("`browser`", "`opentest`")))
                .containsExactly("A3 waits for opentest, which OpenTest shows");
        assertThat(problems(PAGE.replace("`browser`", "`it opens`")))
                .containsExactly("A3 waits for it opens, which OpenTest shows");
        assertThat(problems(PAGE.replace("`HealTest`", "`opens`")))
                .containsExactly("A2 waits for opens, which OpenTest shows");
    }

    @Test
    @DisplayName("A list of open rows that is not that of the pages is found, and so is a gap in the numbers")
    void planted_wrongList_isFound() {
        assertThat(problems(INDEX.replace("| A3 |", "| A2, A3 |").replace("| A4 |", "| none |"), PAGE))
                .containsExactly("console should list A3", "left to others should list A4");
        assertThat(problems(PAGE.replace("| A4 |", "| A5 |")))
                .containsExactly("A5 should be A4", "left to others should list A5");
    }
}
