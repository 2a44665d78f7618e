package dev.plimsoll.console;

import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hears what changes in the guards, for as long as the console runs, and puts it on the timeline at once. It hears nothing
 * of single calls, so that they are as fast as without it. It may be given to the same thing in two ways, as when something is
 * watched and observed as well: what it hears twice it tells once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Watchman implements ChangeObserver {

    private static final int MOST_TOLD = 1_000;
    private static final int MOST_KNOWN = 1_000;
    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private final Time time;
    private final String run;
    private final Feed feed;
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private final Set<Event> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Event> inOrder = new ArrayDeque<>(); // those that are known

    Watchman(Time time, String run, Feed feed) {
        this.time = time;
        this.run = run;
        this.feed = feed;
    }

    @Override
    public void on(Event event) {
        Story story = Story.of(event, time.wall());
        if (story == null) {
            return;
        }
        boolean old = isOneOfMany(event) ? wasJustTold(story.kind() + " " + event.group()) : isKnown(event);
        if (!old) {
            tell(story);
        }
    }

    /** Whether it was heard before, the very same. Who tells goes from one observer to the next, so it was not long ago. */
    private synchronized boolean isKnown(Event event) {
        if (!known.add(event)) {
            return true;
        }
        inOrder.addLast(event);
        if (inOrder.size() > MOST_KNOWN) {
            known.remove(inOrder.removeFirst());
        }
        return false;
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
