package dev.plimsoll.console;

import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hears what changes in the guards, for as long as the console runs, and puts it on the timeline at once. It hears nothing
 * of single calls, so that they are as fast as without it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Watchman implements ChangeObserver {

    private static final int MOST_TOLD = 1_000;
    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private final Time time;
    private final String run;
    private final Feed feed;
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    Watchman(Time time, String run, Feed feed) {
        this.time = time;
        this.run = run;
        this.feed = feed;
    }

    @Override
    public void on(Event event) {
        Story story = Story.of(event, time.wall());
        if (story != null && !(isOneOfMany(event) && wasJustTold(story.kind() + " " + event.group()))) {
            tell(story);
        }
    }

    /** What comes with single calls: the first after a silence is the change. */
    private static boolean isOneOfMany(Event event) {
        return event instanceof RetryDenied || event instanceof WorkAbandoned;
    }

    private boolean wasJustTold(String what) {
        long now = time.coarse();
        if (told.size() > MOST_TOLD) {
            told.clear();
        }
        Long before = told.put(what, now);
        return before != null && now - before < SILENCE;
    }

    /** Puts an entry into the timeline. */
    void tell(Story story) {
        feed.add(sequence -> story.json(run, sequence));
    }

    /** Puts an entry into the timeline, now. */
    void tell(String dependency, Story.Kind kind, Story.Tone tone, String title, String why) {
        Instant now = time.wall();
        tell(new Story(now, dependency, kind, tone, title, why));
    }
}
