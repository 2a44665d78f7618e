package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** The drawing and the table of the same rows. */
final class ChartTest {
    private static final Settings SETTINGS = new Settings(Duration.ofSeconds(10), Duration.ofSeconds(30), 32);

    private static List<Row> rows(long lateAtTen) {
        List<Row> rows = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            for (int load : new int[] {1, 2, 5, 10}) {
                long sent = 24_000L * load;
                long inTime = policy == Policy.NONE ? (load == 1 ? 12_000 : 240) : 22_800;
                long late = load == 10 ? lateAtTen : 0;
                Counts counts = new Counts(sent, late, inTime, sent - inTime, 0, 0);
                rows.add(new Row(policy, load, 24_000, counts, 60, inTime / 24_000.0, 0));
            }
        }
        return rows;
    }

    private static List<String> found(String svg, String pattern) {
        return Pattern.compile(pattern)
                .matcher(svg)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void svg_isWellFormed_andHasALineForEachPolicyInBothPanels() throws Exception {
        String svg = new Chart(SETTINGS, rows(0)).svg();
        var root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        for (Policy policy : Policy.values()) {
            assertThat(found(svg, "class=\"line " + policy.label() + "\" d=\"M\\S+ \\S+( L\\S+ \\S+){3}\""))
                    .hasSize(2);
        }
        assertThat(svg)
                .contains("prefers-color-scheme: dark", "Goodput", "multiple of capacity", "10×", "bulkhead of 32");
    }

    @Test
    void svg_leavesVoidRowsOut() {
        String svg = new Chart(SETTINGS, rows(24_000)).svg();
        assertThat(found(svg, "class=\"line adaptive\" d=\"M\\S+ \\S+( L\\S+ \\S+){2}\""))
                .hasSize(2);
    }

    @Test
    void table_hasEveryRow_andSaysWhatWasToBeShown() {
        List<String> lines = new Report(SETTINGS, rows(0)).lines();
        assertThat(lines)
                .anyMatch(line -> line.matches("none +1x +50\\.0 % .*"))
                .anyMatch(line -> line.matches("none +10x +1\\.0 % .*"))
                .anyMatch(line ->
                        line.matches("adaptive +5x +95\\.0 % +60 ms +95\\.0 % +81\\.0 % +0\\.0 % +0\\.0 % +0\\.00 %"))
                .contains(
                        "10x, adaptive limit: goodput 95.0 %, target 85 % where it is 1.0 % without: met",
                        "2x, criticality: CRITICAL requests answered in time 95.00 %, target 99 %: MISSED")
                .allMatch(line -> line.length() <= 110);
    }

    @Test
    void table_namesVoidRows() {
        Report report = new Report(SETTINGS, rows(24_000));
        assertThat(report.voided()).isEqualTo(4);
        assertThat(report.lines())
                .anyMatch(line -> line.matches("criticality +10x +void .* 10\\.00 %"))
                .noneMatch(line -> line.startsWith("10x,"));
    }
}
