package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lists of names: how they read, and that the page has the same. */
final class MetricTest {

    private static final Path PAGE = Path.of("../docs/telemetry.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([\\w, ]+) \\| ([^|]*) \\|");

    @Test
    @DisplayName(
            "Names are lower case with dots, begin with plimsoll, and are there once; tags begin with the dependency")
    void names_followTheConventions() {
        assertThat(Metric.values()).extracting(metric -> metric.called).doesNotHaveDuplicates();
        for (Metric metric : Metric.values()) {
            assertThat(metric.called).matches("plimsoll(\\.[a-z]+)+").doesNotEndWith(".total");
            assertThat(metric.says).matches("[A-Z1].*[^.]");
            assertThat(metric.keys()).allMatch(key -> key.matches("[a-z]+"));
            if (metric != Metric.GUARDS) {
                assertThat(metric.keys()).startsWith("dependency");
            }
        }
    }

    @Test
    @DisplayName("The page's table of meters is the list, with kinds and tags")
    void page_hasAllMetrics() throws IOException {
        List<String> inCode = Arrays.stream(Metric.values())
                .map(metric -> metric.called + " " + kind(metric) + " "
                        + String.join(
                                ", ",
                                metric.keys().stream()
                                        .map(key -> "`" + key + "`")
                                        .toList()))
                .toList();
        assertThat(rows("## The meters")).containsExactlyElementsOf(inCode);
    }

    private static String kind(Metric metric) {
        return switch (metric.kind) {
            case TIMER -> "timer";
            case GAUGE -> "gauge";
            case COUNTER, TOTAL -> "counter";
        };
    }

    @Test
    @DisplayName("The page's table of attributes is the list of those that spans have")
    void page_hasAllAttributes() throws IOException {
        List<AttributeKey<?>> all = List.of(
                CallSpans.DEPENDENCY,
                CallSpans.END,
                CallSpans.ATTEMPTS,
                CallSpans.REMAINING,
                CallSpans.ATTEMPT,
                CallSpans.LEG,
                CallSpans.RESULT,
                CallSpans.VERDICT,
                CallSpans.GATE,
                CallSpans.REASON,
                CallSpans.ERROR);
        assertThat(rows("## The spans"))
                .extracting(row -> row.substring(0, row.indexOf(' ')))
                .containsExactlyElementsOf(
                        all.stream().map(AttributeKey::getKey).toList());
    }

    @Test
    @DisplayName("The page's table of flight recorder events is the list, with their fields")
    void page_hasAllFlightEvents() throws IOException {
        List<String> inCode = FlightEvents.ALL.stream()
                .map(EventType::getEventType)
                .map(type -> type.getName() + " event " + fields(type))
                .toList();
        assertThat(rows("## The flight recorder")).containsExactlyElementsOf(inCode);
    }

    private static String fields(EventType type) {
        Stream<String> own = type.getFields().stream()
                .map(field -> field.getName())
                .filter(name -> !List.of("startTime", "duration", "eventThread", "stackTrace")
                        .contains(name));
        return String.join(", ", own.map(name -> "`" + name + "`").toList());
    }

    @Test
    @DisplayName("The page names each alert of the rules")
    void page_hasAllAlerts() throws IOException {
        String rules = Shipped.text("plimsoll-rules.yml");
        List<String> alerts = Pattern.compile("alert: (\\w+)")
                .matcher(rules)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(alerts).hasSize(5);
        assertThat(Files.readString(PAGE)).contains(alerts.toArray(CharSequence[]::new));
    }

    private static List<String> rows(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(heading + "\n");
        assertThat(from).as(heading).isNotNegative();
        int to = page.indexOf("\n## ", from + 1);
        return ROW.matcher(page.substring(from, to < 0 ? page.length() : to))
                .results()
                .map(match -> match.group(1) + " " + match.group(2) + " " + match.group(3))
                .toList();
    }
}
