package dev.plimsoll.console;

import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DegradationSnapshot;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The level of a service: while it is not normal it is at the top of the page, with what users are told. */
final class LevelWatch implements Watch {

    private final Degradation degradation;
    private final Watchman watchman;
    private final Time time;
    private long seen; // how many changes

    /** Its changes are put on the timeline as it tells them. */
    LevelWatch(Degradation degradation, Watchman watchman, Time time) {
        this.degradation = degradation;
        this.watchman = watchman;
        this.time = time;
        degradation.observe(watchman);
    }

    @Override
    public Object watched() {
        return degradation;
    }

    @Override
    public String name() {
        return degradation.name();
    }

    /** Also has it notice that time has passed: it has no timer. */
    @Override
    public boolean look() {
        long changes = degradation.snapshot().changes();
        boolean changed = changes != seen;
        seen = changes;
        return changed;
    }

    @Override
    public @Nullable Banner banner() {
        DegradationSnapshot now = degradation.snapshot();
        if (now.level() == Level.NORMAL) {
            return null;
        }
        Trouble trouble = new Trouble(
                now.level().name(),
                "is " + now.level() + ": " + means(now.level()) + ".",
                time.wall().minus(now.since()).toEpochMilli(),
                why(now),
                done(now, degradation.notices()),
                later(now));
        return new Banner(now.name(), Tone.IMPAIRED, trouble);
    }

    /** The numbers are those of the moment since when it is so: beside those of the present they must not be taken for them. */
    private static String why(DegradationSnapshot now) {
        return now.held()
                ? now.reason() + "; the health calls for " + now.indicated()
                : "At that moment: " + now.reason();
    }

    private static String means(Level level) {
        return switch (level) {
            case NORMAL -> "it does everything";
            case DEGRADED -> "some of it is switched off or in a simpler form, so that what matters most goes on";
            case MINIMAL -> "it does what it is for, in its simplest form, and all else is left out";
            case EMERGENCY -> "only what still works when hardly anything does is left";
        };
    }

    private static String done(DegradationSnapshot now, List<String> notices) {
        String features = now.on().isEmpty()
                ? "All features are off."
                : (now.off().isEmpty() ? "Nothing is off" : "Off: " + listed(now.off())) + "; on: " + listed(now.on())
                        + ".";
        return notices.isEmpty() ? features : "Users are told: " + String.join("; ", notices) + ". " + features;
    }

    private static String listed(Set<String> features) {
        return features.stream().sorted().collect(Collectors.joining(", "));
    }

    private Later later(DegradationSnapshot now) {
        if (now.next().isPresent() && now.nextIn().isPresent()) {
            String text = now.held()
                    ? "The hold ends"
                    : "If nothing gets worse, " + now.next().get();
            return new Later("Goes back", text, now.nextIn().get().toMillis());
        }
        return Later.of(
                "Goes back",
                now.held()
                        ? "When somebody releases it."
                        : "When its dependencies have been well for " + Time.words(degradation.dwell())
                                + " without a break.");
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
        degradation.forget(watchman);
    }
}
