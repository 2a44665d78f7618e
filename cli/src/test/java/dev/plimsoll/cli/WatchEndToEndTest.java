package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The real programs in processes of their own: the flaky service in one, what watches it in another. */
final class WatchEndToEndTest {
    /** A timer is late where a machine is busy; that it comes before the next call does, the story says. */
    private static final Duration MUCH_LATER = Duration.ofSeconds(10);

    @Test
    @DisplayName("CB-2 CB-4 CB-5 CB-9 three failures open, refusals only, the timer half-opens, one probe closes")
    void watch_whenTheServiceFailsAndHeals_opensAndCloses() throws Exception {
        // Two seconds between calls, and an open time that ends half-way between two: no call races with the timer.
        String[] pace = {"--every", "2s", "--open-for", "5s", "--timeout", "20s"};
        try (Program flaky = Program.start("flaky", "--port", "0", "--json");
                Program watch = watch(server(flaky), pace)) {
            watch.line(1, "\"result\":\"ok\"");
            Program.send("POST", server(flaky) + "/fail");
            watch.line(1, "\"to\":\"OPEN\"");
            assertThat(stats(flaky).number("failed")).isEqualTo(3);
            Program.send("POST", server(flaky) + "/recover"); // long before the probe
            watch.line(2, "\"result\":\"refused\"");
            watch.line(1, "\"to\":\"CLOSED\"");
            assertThat(stats(flaky).number("failed")).isEqualTo(3);
            assertThat(watch.stop()).isEqualTo(143);

            List<String> story = story(watch);
            assertThat(withoutRepeats(story))
                    .containsExactly(
                            "ok CLOSED",
                            "failed CLOSED",
                            "failed OPEN",
                            "CLOSED>OPEN by the call before",
                            "refused OPEN",
                            "OPEN>HALF_OPEN by the timer",
                            "ok CLOSED",
                            "HALF_OPEN>CLOSED by the call before");
            assertThat(story).filteredOn(line -> line.startsWith("failed")).hasSize(3);
            assertThat(openTime(watch)).isBetween(Duration.ofMillis(4_700), MUCH_LATER);
        }
    }

    @Test
    @DisplayName("CB-2 CB-4 a killed service opens the circuit, and its return closes it")
    void watch_whenTheServiceIsKilledAndStartedAgain_opensAndCloses() throws Exception {
        try (Program first = Program.start("flaky", "--port", "0", "--json")) {
            String server = server(first);
            try (Program watch = watch(server, "--every", "200ms", "--open-for", "1s")) {
                watch.line(1, "\"result\":\"ok\"");
                first.kill();
                watch.line(1, "\"to\":\"OPEN\"");
                watch.line(1, "\"result\":\"refused\"");
                String port = Integer.toString(URI.create(server).getPort());
                try (Program second = Program.start("flaky", "--port", port, "--json")) {
                    assertThat(server(second)).isEqualTo(server);
                    watch.line(1, "\"to\":\"CLOSED\"");
                    watch.stop();

                    List<String> story = story(watch);
                    int opening = story.indexOf("CLOSED>OPEN by the call before");
                    assertThat(story.subList(opening - 3, opening))
                            .containsExactly("failed CLOSED", "failed CLOSED", "failed OPEN");
                    assertThat(story.get(story.indexOf("HALF_OPEN>CLOSED by the call before") - 1))
                            .isIn("ok CLOSED", "OPEN>HALF_OPEN by the call before");
                    assertThat(watch.lines()).anyMatch(line -> line.contains("\"reason\":\"connection refused\""));
                }
            }
        }
    }

    @Test
    @DisplayName(
            "CB-3 CB-5 CB-9 the demonstration: 3 failures, refusals only, 5 s later one probe, closed; on its page too")
    void demo_showsTheWholeStoryAndSumsItUp() throws Exception {
        try (Program demo = Program.start("demo", "--seconds", "15", "--json");
                PageStream page = PageStream.open(demo.page())) {
            page.until("event: hello");
            page.until("\"service\":\"shop\"");
            page.until("\"dependency\":\"payments\"", "CLOSED → OPEN", "3 consecutive failures");
            String present = page.until("\"name\":\"payments\"", "\"state\":\"OPEN\"", "\"nextProbe\":");
            assertThat(present).contains("\"name\":\"search\"", "\"name\":\"maps\"", "\"name\":\"stock\"");
            page.until("\"dependency\":\"shipping\"", "DRAINING → STOPPED");
            page.until("\"dependency\":\"payments\"", "HALF OPEN → CLOSED");
            assertThat(demo.exit()).isZero();

            List<String> lines = demo.lines();
            assertThat(Parsed.of(lines.get(0)).text("server")).startsWith("http://127.0.0.1:");
            Parsed summary = Parsed.of(lines.get(lines.size() - 1)).object("summary");
            assertThat(summary.number("failures_before_open")).isEqualTo(3);
            assertThat(summary.number("probes")).isEqualTo(1);
            assertThat(summary.text("state")).isEqualTo("CLOSED");
            assertThat(summary.number("half_open_after_ms")).isBetween(4_700.0, (double) MUCH_LATER.toMillis());
            assertThat(summary.number("refusal_median_ms")).isLessThan(1);
            assertThat(lines.stream().filter(line -> line.contains("\"result\":\"refused\"")))
                    .hasSize((int) summary.number("refused"));
            assertThat(demo.complaints()).singleElement().asString().startsWith("Watch it: http://127.0.0.1:");
        }
    }

    @Test
    void demo_withoutPage_saysNothingOfOne() throws Exception {
        try (Program demo = Program.start("demo", "--no-page", "--json")) {
            demo.line(1, "\"result\":\"ok\"");
            assertThat(demo.stop()).isEqualTo(143);
            assertThat(demo.complaints()).isEmpty();
        }
    }

    @Test
    void demo_whenThePortIsTaken_saysWhatCanBeDone() throws Exception {
        try (Program flaky = Program.start("flaky", "--port", "0", "--json")) {
            String port = Integer.toString(URI.create(server(flaky)).getPort());
            try (Program demo = Program.start("demo", "--port", port, "--json")) {
                assertThat(demo.exit()).isEqualTo(1);
                assertThat(demo.lines()).isEmpty();
                assertThat(demo.complaints())
                        .singleElement()
                        .asString()
                        .startsWith("plimsoll demo: cannot listen on 127.0.0.1:" + port)
                        .contains("--port, or --no-page");
            }
        }
    }

    @Test
    void flaky_whenThePortIsTaken_saysSoInOneLineAndExitsWith1() throws Exception {
        try (Program first = Program.start("flaky", "--port", "0", "--json")) {
            String port = Integer.toString(URI.create(server(first)).getPort());
            try (Program second = Program.start("flaky", "--port", port)) {
                assertThat(second.exit()).isEqualTo(1);
                assertThat(second.lines()).isEmpty();
                assertThat(second.complaints())
                        .singleElement()
                        .asString()
                        .startsWith("plimsoll flaky: cannot listen on 127.0.0.1:" + port)
                        .contains("--port");
            }
            assertThat(first.stop()).isEqualTo(143);
            assertThat(first.lines()).contains("{\"stopped\":{\"requests\":0,\"ok\":0,\"failed\":0}}");
        }
    }

    private static Program watch(String server, String... pace) throws Exception {
        List<String> args = new ArrayList<>(List.of("watch", server, "--json", "--for", "60s"));
        args.addAll(List.of(pace));
        return Program.start(args.toArray(String[]::new));
    }

    private static String server(Program flaky) {
        return Parsed.of(flaky.line(1, "server")).text("server");
    }

    private static Parsed stats(Program flaky) throws Exception {
        return Parsed.of(Program.send("GET", server(flaky) + "/stats"));
    }

    /** The lines of a watch in words: what each call and each transition was. Checks what all of them must have. */
    private static List<String> story(Program watch) {
        List<String> story = new ArrayList<>();
        double calls = 0;
        for (String line : watch.lines()) {
            Parsed parsed = Parsed.of(line);
            assertThat(parsed.text("t")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
            if (parsed.has("event")) {
                String cause = parsed.isNull("n") ? "the timer" : "the call before";
                assertThat(parsed.isNull("n") || parsed.number("n") == calls)
                        .as(line)
                        .isTrue();
                story.add(parsed.text("from") + ">" + parsed.text("to") + " by " + cause);
            } else {
                calls++;
                assertThat(parsed.number("n")).isEqualTo(calls);
                assertThat(parsed.number("millis")).isNotNegative();
                assertThat(parsed.has("reason"))
                        .isNotEqualTo(parsed.text("result").equals("ok"));
                story.add(parsed.text("result") + " " + parsed.text("state"));
            }
        }
        return story;
    }

    private static List<String> withoutRepeats(List<String> story) {
        List<String> distinct = new ArrayList<>();
        for (String line : story) {
            if (distinct.isEmpty() || !distinct.get(distinct.size() - 1).equals(line)) {
                distinct.add(line);
            }
        }
        return distinct.subList(0, distinct.indexOf("HALF_OPEN>CLOSED by the call before") + 1);
    }

    private static Duration openTime(Program watch) {
        Instant opened =
                Instant.parse(Parsed.of(watch.line(1, "\"to\":\"OPEN\"")).text("t"));
        Instant half =
                Instant.parse(Parsed.of(watch.line(1, "\"to\":\"HALF_OPEN\"")).text("t"));
        return Duration.between(opened, half);
    }
}
