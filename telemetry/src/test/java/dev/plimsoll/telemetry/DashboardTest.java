package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard for Grafana: it is JSON, its panels say what they show, and Prometheus understands its queries. */
final class DashboardTest {

    @TempDir
    Path folder;

    private static List<String> values(String field) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(Shipped.text("plimsoll-dashboard.json"))) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING && field.equals(parser.currentName())) {
                    values.add(parser.getText());
                }
            }
        }
        return values;
    }

    @Test
    @DisplayName("The dashboard is JSON with panels, each with a description, and no data source of anybody's own")
    void dashboard_isJson() throws IOException {
        assertThat(values("description")).hasSizeGreaterThan(12).allMatch(text -> text.endsWith("."));
        assertThat(values("uid"))
                .contains("plimsoll")
                .allMatch(uid -> uid.equals("plimsoll") || uid.equals("${datasource}"));
    }

    @Test
    @DisplayName("Prometheus understands all queries of the dashboard")
    void queries_parse() throws Exception {
        Program.needs("promtool");
        List<String> queries = values("expr");
        assertThat(queries).hasSizeGreaterThan(15);
        StringBuilder rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            String query = queries.get(i).replace("$__rate_interval", "5m");
            rules.append("      - { record: 'query:")
                    .append(i)
                    .append("', expr: '")
                    .append(query.replace("'", "''"))
                    .append("' }\n");
        }
        Files.writeString(folder.resolve("queries.yml"), rules);
        Program.run(folder, "promtool", "check", "rules", "queries.yml");
    }
}
