package dev.plimsoll.console;

import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in the guards: calls go to the traffic of their dependency, changes to the timeline at once. A guard
 * that is one of many is counted with the others of its group.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. A call costs two histogram entries, a
 * few adds and one small object; the feed's lock is taken for changes only.
 */
final class Watchman implements Observer {

    private static final int MOST_DEPENDENCIES = 1_000;
    private static final String OTHERS = "(others)";
    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private final Time time;
    private final String run;
    private final Feed feed;
    private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    Watchman(Time time, String run, Feed feed) {
        this.time = time;
        this.run = run;
        this.feed = feed;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CallEnded call) {
            traffic(call.group()).ended(call, time.wall().toEpochMilli());
        } else if (event instanceof AttemptEnded attempt) {
            traffic(attempt.group()).attempted(attempt.elapsedNanos());
        } else {
            changed(event);
        }
    }

    private void changed(Event event) {
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
        if (told.size() > MOST_DEPENDENCIES) {
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

    /** The traffic of a dependency, also of one that has had none yet. */
    Traffic traffic(String dependency) {
        Traffic known = traffic.get(dependency);
        if (known != null) {
            return known;
        }
        String name = traffic.size() < MOST_DEPENDENCIES ? dependency : OTHERS;
        return traffic.computeIfAbsent(name, unused -> new Traffic());
    }

    /** The traffic of a dependency; null when it has had none. */
    @Nullable
    Traffic known(String dependency) {
        return traffic.get(dependency);
    }

    /** A second is over. */
    void tick() {
        traffic.values().forEach(Traffic::tick);
    }
}
