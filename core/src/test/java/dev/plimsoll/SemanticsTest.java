package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/semantics.md and the tests of all modules speak of the same numbers. */
final class SemanticsTest {

    private static final String PAGE = """
            ## Circuit breaker

            - **CB-1** Opens.
              → `OpenTest`
            - **CB-2** Closes, as CB-1 wants it.
              → `ClosedTest`

            ## Faults

            | id | the fault | shown by |
            |---|---|---|
            | T-01 | it stays open | `OpenTest` |
            | T-02 | it never was | [cannot occur](design/decisions.md) |
            """;
    private static final String DECISIONS = "There is nothing that could (T-02).";
    private static final String OPEN_TEST = test("'CB-1 T-01 opens'");
    private static final String CLOSED_TEST = "/** CB-2: closing. */ final class ClosedTest { @Property void x() {} }";

    /** A class with one test of that name. */
    private static String test(String name) {
        return "/** Tests it. */ class X { @Test @DisplayName(" + name.replace('\'', '"') + ") void x() {} }";
    }

    private static List<String> problems(String page, Map<String, String> sources) {
        return new Semantics(page, DECISIONS, sources).problems();
    }

    private static List<String> problems(String page) {
        return problems(page, Map.of("OpenTest.java", OPEN_TEST, "b/ClosedTest.java", CLOSED_TEST));
    }

    private static List<String> problems(String file, String source) {
        return problems(PAGE, Map.of("OpenTest.java", OPEN_TEST, "b/ClosedTest.java", CLOSED_TEST, file, source));
    }

    @Test
    @DisplayName("Every requirement and fault is named by a test, and no test names another")
    void page_agreesWithTheTests() throws Exception {
        Semantics semantics = Semantics.ofTheProject();
        assertThat(semantics.problems()).isEmpty();
        assertThat(semantics.numbers())
                .contains("CA-1", "CB-14", "EV-4", "T-01", "T-71")
                .hasSizeGreaterThan(110);
    }

    @Test
    @DisplayName("A page and tests that agree have no problems")
    void planted_whenAllAgrees_isFine() {
        assertThat(problems(PAGE)).isEmpty();
        assertThat(problems("b/Helper.java", "/** CB-9 in a class without tests. */ class Helper {}"))
                .isEmpty();
        assertThat(problems("b/MoreTest.kt", test("'CB-1 opens, ' +\n    'CB-1 for long'")))
                .isEmpty();
    }

    @Test
    @DisplayName("A number without a test is found")
    void planted_numberWithoutATest_isFound() {
        assertThat(problems(PAGE, Map.of("b/ClosedTest.java", CLOSED_TEST)))
                .containsExactly(
                        "CB-1 is named by no test",
                        "CB-1 points at OpenTest, which does not name it",
                        "T-01 is named by no test",
                        "T-01 points at OpenTest, which does not name it");
        assertThat(problems(PAGE + "\n- **CB-3** Turns.\n  → [open](#open)\n"))
                .containsExactly("CB-3 is named by no test", "CB-3 points at no test");
    }

    private static final String UNNAMED = "CB-2 points at ClosedTest, which does not name it";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class ClosedTest { /** CB-2: made ready. */ @BeforeEach void y() {} @Test void x() {} }",
                "class ClosedTest { /** CB-2: helps. */ void y() {} @Test void x() {} }",
                "class ClosedTest { /** CB-2: helps. */ static class Help {} @Test void x() {} }",
                "/** CB-2: closing. */ class Other {} class ClosedTest { @Test void x() {} }",
                "/** CB-2: closing. */ class ClosedTest { @Test @Disabled('later') void x() {} }",
                "/** CB-2: closing. */ class ClosedTest { void x() {} }",
                "/** CB-2: closing. */ @Disabled class ClosedTest { @Test void x() {} }",
                "@Disabled class ClosedTest { @Test @DisplayName('CB-2 closes') void x() {} }",
                "class ClosedTest { /** CB-2: a plant. */ String plant = '@Test'; @Test void x() {} }",
                "class ClosedTest { @Test @Disabled @DisplayName('CB-2 closes') void x() {} @Test void y() {} }",
                "class ClosedTest { // @Test @DisplayName('CB-2 closes') void x() {}\n @Test void y() {} }",
                "class ClosedTest { /* @Test @DisplayName('CB-2 closes') void x() {} */ @Test void y() {} }",
                "class ClosedTest { @DisplayName('CB-2 closes') void x() {} @Test void y() {} }",
            })
    @DisplayName("What stands at a helper, at what is disabled or at what was cut out, names nothing")
    void planted_nameAtNoTest_doesNotCount(String closed) {
        assertThat(problems(PAGE, Map.of("OpenTest.java", OPEN_TEST, "b/ClosedTest.java", closed.replace('\'', '"'))))
                .contains("CB-2 is named by no test", UNNAMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class ClosedTest { /** CB-2: closing. */ @Test void x() {} }",
                "class ClosedTest { @ParameterizedTest @ValueSource(strings = {')', '{'}) @DisplayName('CB-2 closes') void x() {} }",
                "class ClosedTest { @Test @DisplayName('it closes, '\n + 'CB-2') void x() { y(() -> { z(); }); } }",
                "class ClosedTest { char c = '\\''; /* and */ String s = '/*'; @Property @Label('CB-2 closes') void x() {} }",
            })
    @DisplayName("What stands at a test counts, whatever else stands there")
    void planted_nameAtATest_counts(String closed) {
        assertThat(problems(PAGE, Map.of("OpenTest.java", OPEN_TEST, "b/ClosedTest.java", closed.replace('\'', '"'))))
                .isEmpty();
    }

    @Test
    @DisplayName("A number that only chaos or random interleavings stand for is found")
    void planted_numberOfBroadTestsOnly_isFound() {
        assertThat(problems(
                        PAGE.replace("`OpenTest` |", "`ChaosTest`, `InterleavingsTest` |"),
                        Map.of(
                                "OpenTest.java",
                                OPEN_TEST,
                                "b/ClosedTest.java",
                                CLOSED_TEST,
                                "ChaosTest.java",
                                test("'T-01 after all faults'"),
                                "InterleavingsTest.java",
                                test("'T-01 however they run'"))))
                .containsExactly("T-01 points at no test of its own");
    }

    @Test
    @DisplayName("A test that names what does not exist is found")
    void planted_unknownNumber_isFound() {
        assertThat(problems("b/OddTest.java", test("'CB-7 T-1 X-3 but not RFC-9110'")))
                .containsExactly(
                        "CB-7 is named by [OddTest] and does not exist",
                        "T-1 is named by [OddTest] and does not exist",
                        "X-3 is named by [OddTest] and does not exist");
    }

    @Test
    @DisplayName("A pointer to the wrong test, and a decision that is none, are found")
    void planted_wrongPointer_isFound() {
        assertThat(problems(PAGE.replace("→ `OpenTest`", "→ `OpenTest`, `OtherTest`")))
                .containsExactly("CB-1 points at OtherTest, which does not name it");
        assertThat(problems(PAGE.replace("| T-02 | it never was", "| T-03 | it never was")))
                .containsExactly("T-03 is decided, and the decisions do not say so");
        assertThat(problems("b/NeverTest.java", test("'T-02 it never was'")))
                .containsExactly("T-02 is decided, though it is named by [NeverTest]");
    }
}
