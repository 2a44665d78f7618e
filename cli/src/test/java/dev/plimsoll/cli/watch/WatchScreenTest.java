package dev.plimsoll.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.cli.terminal.Line;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WatchScreenTest {
    private static final Instant AT = Instant.parse("2026-01-31T10:00:05.123Z");
    private static final WatchSettings SETTINGS = new WatchSettings(
            URI.create("http://127.0.0.1:9001"),
            3,
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Optional.of(Duration.ofMinutes(1)));

    private final WatchScreen ascii = new WatchScreen(Signs.ASCII, ZoneOffset.UTC);
    private final WatchScreen unicode = new WatchScreen(Signs.UNICODE, ZoneOffset.UTC);

    @Test
    void screen_whenTheCircuitIsOpen_showsWhyAndWhatHasHappened() {
        assertThat(text(ascii, open(), 80, 24))
                .containsExactly(
                        " plimsoll watch  http://127.0.0.1:9001                            00:08 of 01:00",
                        "",
                        " [ OPEN ]      since 10:00:05, for 2.5 s",
                        " why           3 consecutive failures",
                        "",
                        " failures      3 in a row; 3 open the circuit",
                        " next probe    in 2.5 s  ##########..........",
                        "",
                        " last 60       ooxxx--",
                        "               o ok   x failed   - refused (Fast Fail)   ",
                        " last call     #7 refused (Fast Fail) in 0.021 ms: 3 consecutive failures",
                        "",
                        " calls         2 ok, 3 failed, 2 refused; one every 500ms",
                        " latency       p50 1.20 ms   p99 12.3 ms   max 12.3 ms",
                        " of refusals   p50 0.021 ms   p99 1.10 ms   max 1.10 ms",
                        "",
                        " 10:00:05.123  CLOSED -> OPEN  3 consecutive failures",
                        "",
                        " Ctrl-C ends the watch.");
    }

    @Test
    void screen_beforeTheFirstCall_saysSo() {
        Scene.Circuit closed = circuit(BreakerState.CLOSED, Optional.empty());
        Scene scene = new Scene(SETTINGS, Duration.ZERO, closed, new Tally().seen(), "answers 200");

        assertThat(text(unicode, scene, 80, 24))
                .contains(
                        " [ CLOSED ]    since 10:00:05, for 0.0 s",
                        " failures      0 in a row; 3 open the circuit",
                        " next probe    none is needed",
                        " the service   answers 200",
                        " last call     none yet",
                        " latency       none yet");
    }

    @Test
    void screen_whenTheCircuitIsHalfOpen_saysThatTheNextCallIsTheProbe() {
        Scene.Circuit half = new Scene.Circuit(
                BreakerState.HALF_OPEN,
                AT,
                Duration.ofMillis(100),
                "the wait is over",
                Optional.of(Duration.ZERO),
                Optional.empty());
        Scene scene = new Scene(SETTINGS, Duration.ofSeconds(9), half, open().seen(), "");

        assertThat(text(unicode, scene, 80, 24))
                .contains(" [ HALF_OPEN ] since 10:00:05, for 0.1 s", " next probe    is the next call");
    }

    @Test
    void screen_whenTheCircuitIsForcedOpen_saysForHowLongThereIsNoProbe() {
        for (Optional<Duration> endsIn : List.of(Optional.of(Duration.ofSeconds(42)), Optional.<Duration>empty())) {
            Scene scene = new Scene(
                    SETTINGS, Duration.ofSeconds(9), circuit(BreakerState.FORCED_OPEN, endsIn), open().seen(), "");

            assertThat(text(unicode, scene, 80, 24))
                    .contains(
                            endsIn.isPresent()
                                    ? " next probe    none for 42.0 s, unless it is reset"
                                    : " next probe    none until it is reset");
        }
    }

    @Test
    void screen_withoutColours_tellsResultsAndStatesApart() {
        assertThat(text(unicode, open(), 80, 24))
                .contains(" last 60       ●●✖✖✖○○")
                .anyMatch(line -> line.contains("[ OPEN ]"));
    }

    @Test
    void screen_withColours_givesTheStateItsColour() {
        List<String> painted = ascii.lines(open(), 80, 24).stream()
                .map(line -> line.show(80, true, "~"))
                .toList();

        assertThat(painted.get(2)).startsWith(" \u001b[1;37;41m[ OPEN ]\u001b[0m");
    }

    @Test
    void screen_atEverySize_keepsWithinItAndKeepsTheStateAndTheStrip() {
        for (int rows = 3; rows <= 30; rows++) {
            for (int columns = 1; columns <= 120; columns++) {
                int width = columns;
                List<String> shown = ascii.lines(busy(), columns, rows).stream()
                        .map(line -> line.show(width, false, "~"))
                        .toList();
                assertThat(shown).hasSizeLessThanOrEqualTo(rows).allMatch(line -> line.length() <= width);
                if (columns >= 40) {
                    assertThat(shown)
                            .anyMatch(line -> line.contains("[ OPEN ]"))
                            .anyMatch(line -> line.contains("last call"))
                            .anyMatch(line -> line.startsWith(" last 60       -----"));
                }
            }
        }
    }

    @Test
    void strip_whenItIsNarrow_showsTheLatest() {
        assertThat(text(ascii, open(), 19, 24)).contains(" last 60       x--");
    }

    @Test
    void title_whenTheWatchHasNoEnd_showsTheTimeAlone() {
        WatchSettings endless = new WatchSettings(
                SETTINGS.uri(), 1, SETTINGS.openFor(), SETTINGS.every(), SETTINGS.timeout(), Optional.empty());
        Scene scene = new Scene(endless, Duration.ofSeconds(3_665), open().circuit(), open().seen(), "");

        assertThat(text(ascii, scene, 80, 24).get(0)).endsWith(" 1:01:05").hasSize(80);
        assertThat(text(ascii, scene, 80, 24)).contains(" failures      3 in a row; 1 opens the circuit");
    }

    @Test
    void screen_withAPage_saysWhereItIs_andHowItEnds() {
        WatchSettings.Look look = new WatchSettings.Look(
                "payments", Optional.of(URI.create("http://127.0.0.1:40123/")), "Enter ends it.");
        WatchSettings shown = new WatchSettings(
                SETTINGS.uri(), 3, SETTINGS.openFor(), SETTINGS.every(), SETTINGS.timeout(), Optional.empty(), look);
        Scene scene = new Scene(shown, Duration.ofSeconds(8), open().circuit(), open().seen(), "answers 200");

        assertThat(text(ascii, scene, 80, 24))
                .contains(" watch it      http://127.0.0.1:40123/ in a browser")
                .endsWith(" Enter ends it.")
                .hasSizeLessThanOrEqualTo(24);
    }

    private static List<String> text(WatchScreen screen, Scene scene, int columns, int rows) {
        return screen.lines(scene, columns, rows).stream().map(Line::toString).toList();
    }

    private static Scene.Circuit circuit(BreakerState state, Optional<Duration> endsIn) {
        return new Scene.Circuit(state, AT, Duration.ZERO, "new", Optional.empty(), endsIn);
    }

    private static Scene open() {
        Tally.Seen seen = new Tally.Seen(
                Map.of(Result.OK, 2L, Result.FAILED, 3L, Result.REFUSED, 2L),
                new Tally.Times(5, 1_200_000, 12_300_000, 12_300_000),
                new Tally.Times(2, 21_000, 1_100_000, 1_100_000),
                3,
                Stream.of("ooxxx--".split("")).map(WatchScreenTest::result).toList(),
                List.of(new Moved(OptionalLong.of(5), transition())),
                new Called(AT, 7, new Tried(Result.REFUSED, "3 consecutive failures"), 21_000, BreakerState.OPEN));
        return scene(seen);
    }

    private static Scene busy() {
        Tally.Seen seen = new Tally.Seen(
                open().seen().counts(),
                open().seen().asked(),
                open().seen().refused(),
                3,
                Stream.generate(() -> Result.REFUSED).limit(60).toList(),
                Stream.generate(() -> new Moved(OptionalLong.empty(), transition()))
                        .limit(8)
                        .toList(),
                open().seen().last());
        return scene(seen);
    }

    private static Scene scene(Tally.Seen seen) {
        Scene.Circuit circuit = new Scene.Circuit(
                BreakerState.OPEN,
                AT,
                Duration.ofMillis(2_500),
                "3 consecutive failures",
                Optional.of(Duration.ofMillis(2_500)),
                Optional.empty());
        return new Scene(SETTINGS, Duration.ofSeconds(8), circuit, seen, "");
    }

    private static Result result(String sign) {
        return switch (sign) {
            case "o" -> Result.OK;
            case "x" -> Result.FAILED;
            default -> Result.REFUSED;
        };
    }

    private static CircuitTransition transition() {
        return new CircuitTransition(
                "watched", 1, BreakerState.CLOSED, BreakerState.OPEN, "3 consecutive failures", false, AT);
    }
}
