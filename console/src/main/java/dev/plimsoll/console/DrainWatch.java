package dev.plimsoll.console;

import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Drain.Phase;
import dev.plimsoll.drain.DrainReport;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A drain: its phases are on the timeline, and from its beginning until some time after its end it is at the top of the page. */
final class DrainWatch implements Watch {

    /** For how long a drain that is over stays on the page. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private static final int MOST_NAMED = 3;

    private final Drain drain;
    private final Watchman watchman;
    private final Time time;
    private volatile Phase seen = Phase.RUNNING;
    private volatile @Nullable Long over; // since when, an instant of the precise clock

    DrainWatch(Drain drain, Watchman watchman, Time time) {
        this.drain = drain;
        this.watchman = watchman;
        this.time = time;
    }

    @Override
    public Object watched() {
        return drain;
    }

    @Override
    public String name() {
        return drain.name();
    }

    @Override
    public boolean look() {
        DrainReport report = drain.report();
        Phase before = seen;
        if (report.phase() == before) {
            return false;
        }
        seen = report.phase();
        if (report.phase() == Phase.STOPPED) {
            over = time.precise();
        }
        String title = before + " → " + report.phase();
        Tone tone = report.cutOff() > 0 ? Tone.IMPAIRED : Tone.NEUTRAL;
        String why = report.phase() == Phase.STOPPED
                ? drain.name() + " is down. " + ended(report) + " " + refused(report)
                : drain.name() + " is going down: it takes no new work. " + underWay()
                        + (drain.inFlight() == 1 ? " has " : " have ") + Time.words(drain.timeout())
                        + " to end; what still runs then is cut off.";
        Instant at = report.phase() == Phase.DRAINING ? time.wall().minus(report.elapsed()) : time.wall();
        watchman.tell(new Story(at, drain.name(), Kind.DRAIN, tone, title, why));
        return true;
    }

    @Override
    public @Nullable Banner banner() {
        DrainReport report = drain.report();
        return switch (report.phase()) {
            case RUNNING -> null;
            case DRAINING -> new Banner(drain.name(), Tone.NEUTRAL, draining(report));
            case STOPPED ->
                new Banner(drain.name(), report.cutOff() > 0 ? Tone.IMPAIRED : Tone.NEUTRAL, stopped(report));
        };
    }

    private Trouble draining(DrainReport report) {
        Duration left = drain.timeout().minus(report.elapsed());
        return new Trouble(
                "GOING DOWN",
                "is going down: it takes no new work, and what is under way may end.",
                time.wall().minus(report.elapsed()).toEpochMilli(),
                "It was told to stop, as for a new version.",
                underWay() + (drain.inFlight() == 1 ? " goes on. " : " go on. ") + refused(report),
                new Later("Cut off", "", Math.max(0, left.toMillis())));
    }

    private Trouble stopped(DrainReport report) {
        Long since = over;
        Duration ago = since == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, time.precise() - since));
        Duration left = KEPT.minus(ago);
        return new Trouble(
                report.cutOff() > 0 ? "DOWN, WORK CUT OFF" : "DOWN",
                report.cutOff() > 0
                        ? "is down, and has cut off work that was under way."
                        : "is down, in order: nothing was cut off.",
                time.wall().minus(ago).toEpochMilli(),
                "It was told to stop. " + ended(report),
                refused(report),
                new Later("Off this page", "", Math.max(0, left.toMillis())));
    }

    private String underWay() {
        long running = drain.inFlight();
        return running + (running == 1 ? " unit of work that is under way" : " units of work that are under way");
    }

    private String ended(DrainReport report) {
        long all = report.drained() + report.cutOff();
        String within = " within " + shortly(report.elapsed());
        if (all == 0) {
            return "Nothing was under way.";
        }
        if (report.cutOff() == 0) {
            return (all == 1 ? "The one unit of work" : "All " + all + " units of work")
                    + (all == 1 ? " that was under way has" : " that were under way have") + " ended," + within + ".";
        }
        return report.drained() + " of " + all + " units of work ended in time; " + report.cutOff()
                + (report.cutOff() == 1 ? " was" : " were") + " cut off when " + Time.words(drain.timeout())
                + " were up" + named(report.cutOffLabels()) + ".";
    }

    private static String shortly(Duration span) {
        long tenths = span.toMillis() / 100;
        return Time.words(tenths == 0 ? Duration.ofMillis(span.toMillis()) : Duration.ofMillis(100 * tenths));
    }

    private static String named(List<String> labels) {
        if (labels.isEmpty()) {
            return "";
        }
        List<String> first = labels.subList(0, Math.min(MOST_NAMED, labels.size()));
        int more = labels.size() - first.size();
        return ": " + String.join(", ", first) + (more == 0 ? "" : " and " + more + " more that have a name");
    }

    private static String refused(DrainReport report) {
        return report.refused() == 0
                ? "New work is refused; none has come yet."
                : "New work is refused, " + report.refused() + " so far.";
    }

    @Override
    public boolean isOver() {
        return over != null;
    }

    @Override
    public boolean isForgotten() {
        Long since = over;
        return since != null && time.precise() - since >= Time.nanos(KEPT);
    }

    @Override
    public void close() {
        // nobody was told to tell us anything
    }
}
