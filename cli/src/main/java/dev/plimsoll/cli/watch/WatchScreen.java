package dev.plimsoll.cli.watch;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.cli.terminal.Line;
import dev.plimsoll.cli.terminal.Style;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays a {@link Scene} out as lines; a pure function. Made for 80 × 24; where there is less room, the least important
 * rows go first and the strip of calls gets shorter.
 *
 * <p><b>Threading:</b> immutable.
 */
final class WatchScreen {
    private static final int COLUMN = 15;
    private static final int BAR = 20;

    /* How soon a row may be dropped where the terminal is not high enough: the highest first. */
    private static final int NEVER = 0;
    private static final int LATE = 1;
    private static final int MIDDLE = 2;
    private static final int EARLY = 3;
    private static final int AT_ONCE = 4;

    private final Signs signs;
    private final ZoneId zone;

    WatchScreen(Signs signs, ZoneId zone) {
        this.signs = signs;
        this.zone = zone;
    }

    private record Row(int dropped, Line line) {}

    /** What stands at the end of a line that was cut. */
    String ellipsis() {
        return signs.ellipsis();
    }

    /** At most {@code rows} lines; they are as wide as they are, except that the strip fits {@code columns}. */
    List<Line> lines(Scene scene, int columns, int rows) {
        List<Row> all = new ArrayList<>();
        all.add(new Row(LATE, title(scene, columns)));
        scene.settings()
                .look()
                .page()
                .ifPresent(page -> all.add(new Row(LATE, label("watch it").with(page + " in a browser", Style.BOLD))));
        all.add(blank());
        circuit(scene, all);
        all.add(blank());
        calls(scene, columns, all);
        all.add(blank());
        moves(scene, all);
        all.add(blank());
        all.add(new Row(EARLY, Line.empty().with(" " + scene.settings().look().ending(), Style.DIM)));
        while (all.size() > rows) {
            all.remove(firstToGo(all));
        }
        return all.stream().map(Row::line).toList();
    }

    /** The last of those that may be dropped soonest. */
    private static int firstToGo(List<Row> rows) {
        int found = rows.size() - 1;
        for (int i = rows.size() - 1; i >= 0; i--) {
            if (rows.get(i).dropped() > rows.get(found).dropped()) {
                found = i;
            }
        }
        return found;
    }

    private static Line title(Scene scene, int columns) {
        String length = scene.settings()
                .length()
                .map(most -> " of " + WallClock.clock(most))
                .orElse("");
        String clock = WallClock.clock(scene.elapsed()) + length;
        return Line.empty()
                .with(" plimsoll watch  ", Style.BOLD)
                .with(scene.settings().uri().toString())
                .to(columns - clock.length() - 1)
                .with(" " + clock, Style.DIM);
    }

    private void circuit(Scene scene, List<Row> rows) {
        Scene.Circuit circuit = scene.circuit();
        rows.add(new Row(
                NEVER,
                Line.of(" ")
                        .with("[ " + circuit.state() + " ]", ground(circuit.state()))
                        .with(" ")
                        .to(COLUMN)
                        .with("since "
                                + WallClock.timeOfDay(circuit.since(), zone).substring(0, 8) + ", for "
                                + WallClock.spent(circuit.lasted()))));
        rows.add(new Row(LATE, label("why").with(circuit.reason())));
        rows.add(blank());
        int failures = scene.seen().failuresInARow();
        int limit = scene.settings().failures();
        rows.add(new Row(
                MIDDLE,
                label("failures")
                        .with(failures + " in a row", failures == 0 ? Style.PLAIN : Style.RED)
                        .with("; " + limit + (limit == 1 ? " opens the circuit" : " open the circuit"))));
        rows.add(new Row(LATE, label("next probe").with(nextProbe(scene))));
        if (!scene.note().isEmpty()) {
            rows.add(new Row(LATE, label("the service").with(scene.note())));
        }
    }

    private String nextProbe(Scene scene) {
        Scene.Circuit circuit = scene.circuit();
        if (circuit.state() == BreakerState.HALF_OPEN) {
            return "is the next call";
        }
        if (circuit.state() == BreakerState.FORCED_OPEN) {
            return circuit.endsIn()
                    .map(left -> "none for " + WallClock.spent(left) + ", unless it is reset")
                    .orElse("none until it is reset");
        }
        if (circuit.nextProbeIn().isEmpty()) {
            return "none is needed";
        }
        Duration left = circuit.nextProbeIn().get();
        double share = left.toMillis()
                / (double) Math.max(1, scene.settings().openFor().toMillis());
        int full = (int) Math.round(BAR * (1 - Math.min(share, 1)));
        return Line.of("in " + WallClock.spent(left)).to(10)
                + signs.full().repeat(full)
                + signs.rest().repeat(BAR - full);
    }

    private void calls(Scene scene, int columns, List<Row> rows) {
        Tally.Seen seen = scene.seen();
        rows.add(new Row(NEVER, strip(seen.strip(), Math.max(1, columns - COLUMN - 1))));
        rows.add(new Row(EARLY, legend()));
        rows.add(new Row(NEVER, last(seen)));
        rows.add(blank());
        rows.add(new Row(
                MIDDLE,
                label("calls")
                        .with(count(seen, Result.OK) + " ok, ")
                        .with(count(seen, Result.FAILED) + " failed, ")
                        .with(count(seen, Result.REFUSED) + " refused; one every "
                                + Durations.text(scene.settings().every()))));
        rows.add(new Row(MIDDLE, label("latency").with(times(seen.asked()))));
        rows.add(new Row(EARLY, label("of refusals").with(times(seen.refused()))));
    }

    private Line strip(List<Result> results, int room) {
        Line line = label("last " + Tally.STRIP);
        for (Result result : results.subList(Math.max(0, results.size() - room), results.size())) {
            line = line.with(signs.of(result), colour(result));
        }
        return line;
    }

    private Line legend() {
        Line line = label("");
        for (Result result : Result.values()) {
            String meaning = result == Result.REFUSED ? "refused (Fast Fail)" : result.word();
            line = line.with(signs.of(result), colour(result)).with(" " + meaning + "   ", Style.DIM);
        }
        return line;
    }

    private Line last(Tally.Seen seen) {
        Called call = seen.last();
        if (call == null) {
            return label("last call").with("none yet");
        }
        Tried tried = call.tried();
        String reason = tried.reason();
        return label("last call")
                .with("#" + call.n() + " ")
                .with(
                        tried.result().word() + (tried.result() == Result.REFUSED ? " (Fast Fail)" : ""),
                        colour(tried.result()))
                .with(" in " + WallClock.millis(call.nanos()) + (reason == null ? "" : ": " + reason));
    }

    private static long count(Tally.Seen seen, Result result) {
        return seen.counts().getOrDefault(result, 0L);
    }

    private static String times(Tally.Times times) {
        return times.count() == 0
                ? "none yet"
                : "p50 " + WallClock.millis(times.p50()) + "   p99 " + WallClock.millis(times.p99()) + "   max "
                        + WallClock.millis(times.max());
    }

    private void moves(Scene scene, List<Row> rows) {
        for (Moved move : scene.seen().moves()) {
            CircuitTransition transition = move.transition();
            rows.add(new Row(
                    MIDDLE,
                    Line.of(" ")
                            .with(WallClock.timeOfDay(transition.at(), zone), Style.DIM)
                            .to(COLUMN)
                            .with(transition.from() + " " + signs.arrow() + " ")
                            .with(transition.to().name(), colour(transition.to()))
                            .with("  " + transition.reason())));
        }
    }

    private static Row blank() {
        return new Row(AT_ONCE, Line.empty());
    }

    private static Line label(String name) {
        return Line.empty().with(" " + name, Style.DIM).to(COLUMN);
    }

    private static Style colour(Result result) {
        return switch (result) {
            case OK -> Style.GREEN;
            case FAILED -> Style.RED;
            case REFUSED -> Style.YELLOW;
        };
    }

    private static Style colour(BreakerState state) {
        return switch (state) {
            case CLOSED -> Style.GREEN;
            case OPEN -> Style.RED;
            case HALF_OPEN -> Style.YELLOW;
            case FORCED_OPEN, DISABLED, METRICS_ONLY -> Style.MAGENTA;
        };
    }

    private static Style ground(BreakerState state) {
        return switch (state) {
            case CLOSED -> Style.ON_GREEN;
            case OPEN -> Style.ON_RED;
            case HALF_OPEN -> Style.ON_YELLOW;
            case FORCED_OPEN, DISABLED, METRICS_ONLY -> Style.ON_MAGENTA;
        };
    }
}
