package dev.plimsoll.bench.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuardingLinesTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern FAULT = Pattern.compile("T-\\d+");
    private static final String SOURCE = """
            class Gate {
                boolean take() {
                    int seen = count;
                    return seen < most
                            && COUNT.compareAndSet(this, seen, seen + 1);
                }

                boolean takeToo() {
                    int seen = count;
                    return taken(
                            seen);
                }
            }
            """;

    @GuardingLine(
            in = Mutant.class,
            method = "take",
            line = {"int seen = count;", "COUNT.compareAndSet(this, seen, seen + 1)"},
            without = {"int seen = count; GAP;", "write(seen + 1)"},
            then = "writes after comparing")
    private static final class Torn {}

    @GuardingLine(in = Mutant.class, method = "take", line = "return taken(seen);", without = "return true;", then = "")
    private static final class Elsewhere {}

    @GuardingLine(in = Mutant.class, method = "take", line = "count + 1", without = "", then = "")
    private static final class Gone {}

    @GuardingLine(in = Mutant.class, method = "give", line = "int seen = count;", without = "", then = "")
    private static final class NoMethod {}

    @GuardingLine(in = Mutant.class, method = "take", line = "seen", without = "", then = "")
    private static final class Twice {}

    private static Mutant of(Class<?> holder) {
        return new Mutant(Objects.requireNonNull(holder.getAnnotation(GuardingLine.class)));
    }

    @Test
    @DisplayName("the lines that tests name are in core")
    void lines_ofAllTests_areThere() throws IOException {
        assertThat(Guarded.all()).hasSizeGreaterThan(80);
        for (Guarded each : Guarded.all()) {
            Mutant mutant = new Mutant(each.line());
            assertThat(mutant.patched(ROOT).contains("Gap.open()"))
                    .as(each.test())
                    .isEqualTo(mutant.hasGap());
        }
    }

    @Test
    @DisplayName("each test of interleavings names a line")
    void tests_ofInterleavings_nameALine() {
        assertThat(Stress.tests(Pattern.compile("")))
                .isNotEmpty()
                .allSatisfy(test -> assertThat(Guarded.of(test)).isNotEmpty());
    }

    @Test
    @DisplayName("the faults that lines keep away are those in the name of the test that runs them all")
    void faults_ofAllLines_areThoseOfTheRun() throws ReflectiveOperationException {
        Method run = InterleavingsTest.class.getDeclaredMethod("interleavings_whenAllAreTried_doNothingForbidden");
        String name =
                Objects.requireNonNull(run.getAnnotation(DisplayName.class)).value();
        SortedSet<String> watched = new TreeSet<>();
        for (String test : Stress.tests(Pattern.compile(""))) {
            Guarded.of(test).forEach(each -> watched.addAll(faults(each.line().against())));
        }
        assertThat(watched).isEqualTo(faults(name));
    }

    private static SortedSet<String> faults(String text) {
        SortedSet<String> faults = new TreeSet<>();
        FAULT.matcher(text).results().forEach(each -> faults.add(each.group()));
        return faults;
    }

    @Test
    @DisplayName("docs/proof.md says of each line which test has seen that it was gone")
    void page_ofProofs_hasEachLine() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/proof.md"));
        for (Guarded each : Guarded.all()) {
            assertThat(page.lines())
                    .as("a row of %s and %s", each.words(), each.shortly())
                    .anyMatch(row -> row.contains(each.words()) && row.contains("`" + each.shortly() + "`"));
        }
    }

    @Test
    void patched_whenLinesAreThere_hasTheOthersInTheirPlace() {
        assertThat(of(Torn.class).hasGap()).isTrue();
        assertThat(of(Torn.class).patched(SOURCE))
                .contains("int seen = count; dev.plimsoll.bench.stress.Gap.open();", "&& write(seen + 1);")
                .contains("return taken(");
        assertThat(of(Elsewhere.class).hasGap()).isFalse();
        assertThat(of(Elsewhere.class).patched(SOURCE)).contains("return true;").doesNotContain("taken(");
    }

    @Test
    void patched_whenTheLineIsNotThereOnce_fails() {
        assertThatIllegalStateException()
                .isThrownBy(() -> of(Gone.class).patched(SOURCE))
                .withMessage("Mutant.take has this 0 times: count + 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> of(Twice.class).patched(SOURCE))
                .withMessage("Mutant.take has this 4 times: seen");
        assertThatIllegalStateException()
                .isThrownBy(() -> of(NoMethod.class).patched(SOURCE))
                .withMessage("Mutant has no method give");
    }

    @Test
    @DisplayName("what stands in the place of a line compiles")
    void compiled_isPutBeforeCore(@TempDir Path folder) throws IOException {
        Guarded first = Guarded.of("dev.plimsoll.call.PermitStress").get(0);
        Path classes = new Mutant(first.line()).compile(ROOT, folder);
        assertThat(classes.resolve("dev/plimsoll/call/Permit.class")).exists();
    }
}
