package dev.plimsoll.bench.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands between the markers of docs/overload-measured.md is what bench/limits prints. */
final class LimitsPageTest {

    private static String table() throws IOException {
        String page = Files.readString(Path.of("../docs/overload-measured.md"));
        return page.substring(page.indexOf(Report.BEGIN), page.indexOf(Report.END));
    }

    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"S1A", "S1H", "S2", "S3", "S4", "S6", "S9"})
    @DisplayName(
            "CL-1 the page has the rows that the program computes, in full length, of the scenarios that take no time")
    void page_hasTheRows(Scenario scenario) throws IOException {
        String table = table();
        for (Contender contender : scenario.contenders()) {
            String row = Report.row(scenario, contender, Run.of(scenario, contender, Options.SEED, false));
            assertThat(table).contains(row + "\n");
        }
    }

    @Test
    @DisplayName("CL-1 the page has every scenario, every contender once, and nothing else")
    void page_isComplete() throws IOException {
        String table = table();
        long rows = 0;
        for (Scenario scenario : Scenario.values()) {
            assertThat(table).contains("- **" + scenario.id() + "** " + scenario.title() + "\n");
            for (Contender contender : scenario.contenders()) {
                assertThat(table).containsOnlyOnce("| " + scenario.id() + " | " + contender.shown() + " | ");
                rows++;
            }
        }
        assertThat(table.lines().filter(line -> line.startsWith("| S"))).hasSize((int) rows);
    }

    @Test
    @DisplayName("the text goes between the markers, however often, and a page without them is refused")
    void report_goesBetweenTheMarkers() {
        Report report = new Report();
        report.add(Scenario.S6, Contender.KNEE, Run.of(Scenario.S6, Contender.KNEE, 1, true));
        String page = "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n";
        String written = report.into(page);
        assertThat(written)
                .startsWith("before\n")
                .endsWith("\nafter\n")
                .contains(report.text())
                .doesNotContain("old");
        assertThat(report.into(written)).isEqualTo(written);
        assertThatThrownBy(() -> report.into("nothing")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a missed target is loud")
    void report_whenATargetIsMissed_saysSo() {
        Report report = new Report();
        report.add(Scenario.S1A, Contender.ADAPTIVE, Run.of(Scenario.S1A, Contender.HALF, 1, true));
        assertThat(report.text()).contains("**MISSED**").doesNotContain("met");
    }

    @Test
    @DisplayName("options that do not exist, and values that cannot be, are errors of one line")
    void options_whenWrong_areRefused() {
        for (List<String> wrong : List.of(
                List.of("--fast"),
                List.of("--seed"),
                List.of("--seed", "x"),
                List.of("--scenario", "S11"),
                List.of("S1"))) {
            assertThatThrownBy(() -> Options.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("\n")
                    .startsWith(wrong.get(0));
        }
    }

    @Test
    @DisplayName("the page is only written when all of the table was computed")
    void options_whenPartial_leaveThePageAlone() {
        assertThat(Options.parse(List.of("--page", "p")).page()).isEqualTo(Path.of("p"));
        assertThat(Options.parse(List.of("--page", "p", "--seed", "1")).page()).isEqualTo(Path.of("p"));
        assertThat(Options.parse(List.of("--page", "p", "--seed", "2")).page()).isNull();
        assertThat(Options.parse(List.of("--page", "p", "--quick")).page()).isNull();
        Options some = Options.parse(List.of("--page", "p", "--scenario", "s1b", "--scenario", "S6"));
        assertThat(some.page()).isNull();
        assertThat(some.scenarios()).containsExactly(Scenario.S1B, Scenario.S6);
        assertThat(Options.parse(List.of("--scenario", "S1")).scenarios())
                .hasSize(8)
                .allMatch(each -> each.id().startsWith("S1"));
    }
}
