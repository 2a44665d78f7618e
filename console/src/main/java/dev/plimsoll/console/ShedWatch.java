package dev.plimsoll.console;

import dev.plimsoll.call.Criticality;
import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.shed.ShedderSnapshot;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A shedder: from the first unit that it refuses until it has refused none for ten seconds it is at the top of the page. */
final class ShedWatch implements Watch {

    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private final Shedder shedder;
    private final Watchman watchman;
    private final Time time;
    private volatile @Nullable Begun begun; // null while nothing is shed
    private long shed;
    private long last;

    /**
     * It sheds.
     *
     * @param since the time of day, in milliseconds since the epoch
     * @param before how many it had shed until then
     */
    private record Begun(long since, long before) {}

    ShedWatch(Shedder shedder, Watchman watchman, Time time) {
        this.shedder = shedder;
        this.watchman = watchman;
        this.time = time;
        this.shed = total(shedder.snapshot());
    }

    private static long total(ShedderSnapshot now) {
        return now.shed().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public Object watched() {
        return shedder;
    }

    @Override
    public String name() {
        return shedder.name();
    }

    @Override
    public boolean look() {
        ShedderSnapshot now = shedder.snapshot();
        long before = shed;
        shed = total(now);
        long instant = time.precise();
        if (shed > before) {
            last = instant;
            if (begun == null) {
                begun = new Begun(time.wall().toEpochMilli(), before);
                watchman.tell(name(), Kind.HEALTH, Tone.IMPAIRED, "sheds load", who(now) + "; " + pressure(now));
                return true;
            }
        }
        Begun since = begun;
        if (since == null || instant - last < SILENCE) { // its pressure stays as it is while nobody comes
            return false;
        }
        begun = null;
        long refused = shed - since.before();
        String why = refused + (refused == 1 ? " unit of work was refused" : " units of work were refused");
        watchman.tell(name(), Kind.HEALTH, Tone.GOOD, "sheds nothing any more", why);
        return true;
    }

    @Override
    public @Nullable Banner banner() {
        Begun since = begun;
        if (since == null) {
            return null;
        }
        ShedderSnapshot now = shedder.snapshot();
        Trouble trouble = new Trouble(
                "SHEDDING",
                "has too much to do, and refuses work that matters less.",
                since.since(),
                pressure(now) + ", and " + now.inFlight() + " units of work are under way.",
                "Refused: " + who(now) + "; " + (total(now) - since.before()) + " so far. All else is done.",
                Later.of(
                        Trouble.AGAIN,
                        "Who was refused is told when to come again; less is refused as soon as less comes."));
        return new Banner(name(), Tone.IMPAIRED, trouble);
    }

    private static String pressure(ShedderSnapshot now) {
        return String.format(Locale.ROOT, "The pressure is %.1f times what is meant", now.pressure());
    }

    /** Who is refused, by how much of each class. */
    private static String who(ShedderSnapshot now) {
        List<String> classes = new ArrayList<>();
        for (Criticality each : Criticality.values()) {
            long percent = Math.round(100 * now.share(each));
            if (percent > 0) {
                classes.add((percent == 100 ? "all" : percent + " %") + " of what is " + each);
            }
        }
        return classes.isEmpty() ? "nothing at this moment" : String.join(", ", classes);
    }

    @Override
    public boolean isOver() {
        return false;
    }

    @Override
    public boolean isForgotten() {
        return false;
    }

    @Override
    public void close() {
        // nobody was told to tell us anything
    }
}
