package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plimsoll overload}, with its real server and a second for each row. */
final class OverloadTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("CL-1 SH-1 a row for each policy and load, with what was measured, and a drawing")
    void json_hasARowForEachPolicyAndLoad() throws Exception {
        Path svg = folder.resolve("chart.svg");
        // How fast this machine is decides whether a row is void, and with it the exit code and the figures.
        int code = Main.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "overload",
                "--seconds=1",
                "--warm-up=1",
                "--loads=2",
                "--policies=none,criticality",
                "--json",
                "--svg=" + svg);

        List<Parsed> rows = out.toString().lines().map(Parsed::of).toList();
        assertThat(rows).as(err.toString()).hasSize(2);
        assertThat(rows.get(0).text("policy")).isEqualTo("none");
        assertThat(rows.get(1).text("policy")).isEqualTo("criticality");
        for (Parsed row : rows) {
            assertThat(row.number("load")).isEqualTo(2);
            assertThat(row.number("sent")).isBetween(1_300.0, 1_900.0); // by lot: 1,600, give or take 40
            assertThat(row.number("late_ticks")).isBetween(0.0, 1.0);
            for (String share : List.of("goodput", "critical_success", "refused", "gave_up")) {
                assertThat(row.isNull(share) || (row.number(share) >= 0 && row.number(share) <= 1.2))
                        .as(share)
                        .isTrue();
            }
            assertThat(row.isNull("p99_ms") || row.number("p99_ms") <= 200)
                    .as("who gives up has waited for the deadline")
                    .isTrue();
        }
        boolean isVoid = out.toString().contains("\"void\":true");
        assertThat(code).isEqualTo(isVoid ? 1 : 0);
        assertThat(Files.readString(svg)).startsWith("<svg ");
        assertThat(err.toString()).contains("overload: 2 rows, about 4 s to go", "overload: none at 2x: warm-up");
    }
}
