package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Puts on the timeline that a dependency begins to refuse, for which reason, or to fail, and that this is over. No event tells
 * of it, for one call more or less is no change: it is found by counting, once a second. An entry has the very time that the page
 * gives for the beginning of the trouble. What events do tell, circuits that open and retry budgets that are used up, is left to
 * them.
 *
 * <p><b>Threading:</b> for one thread at a time.
 */
final class TroubleStories {

    private static final List<Reason> REASONS = Arrays.stream(Reason.values())
            .filter(reason -> reason != Reason.CIRCUIT_OPEN)
            .toList();
    private static final String FAILING = "failing";

    private final Guards guards;
    private final Counters counters;
    private final Watchman watchman;
    private final Map<Key, Long> told = new LinkedHashMap<>(); // what goes on, and how many calls it was so far

    TroubleStories(Guards guards, Counters counters, Watchman watchman) {
        this.guards = guards;
        this.counters = counters;
        this.watchman = watchman;
    }

    /** A trouble of a dependency, as the title of its entry. */
    private record Key(String dependency, String title) {}

    /** A second is over, and was counted. */
    void tick() {
        Map<Key, Long> now = new LinkedHashMap<>(); // and how many it were in this second
        for (Guard guard : guards.all()) {
            look(guard.name(), guard::snapshot, now);
        }
        for (KeyedGuards<?> keyed : guards.allKeyed()) {
            look(keyed.name(), () -> Troubles.ofNoKey(keyed.snapshot().shared()), now);
        }
        told.forEach((key, many) -> {
            if (!now.containsKey(key)) {
                tellEnd(key, many);
            }
        });
        told.keySet().retainAll(now.keySet());
        now.forEach((key, many) -> told.merge(key, many, Long::sum));
    }

    private void look(String dependency, Supplier<GuardSnapshot> guard, Map<Key, Long> now) {
        Traffic traffic = counters.of(dependency);
        for (Reason reason : REASONS) {
            int kind = Traffic.kind(reason);
            if (traffic.since(kind) != 0) {
                Trouble trouble =
                        new Refusing(guard.get(), traffic.perSecond(kind), traffic.since(kind)).because(reason);
                Key key = new Key(dependency, trouble.label().toLowerCase(Locale.ROOT));
                tellBeginning(key, trouble.isShutOff() ? Tone.BAD : Tone.IMPAIRED, trouble.since(), trouble.why());
                now.put(key, traffic.inLastSecond(kind));
            }
        }
        if (traffic.failsSince() != 0) {
            Key key = new Key(dependency, FAILING);
            tellBeginning(key, Tone.IMPAIRED, traffic.failsSince(), words(traffic));
            now.put(key, traffic.failedInLastSecond());
        }
    }

    private static String words(Traffic traffic) {
        String last = traffic.lastFailure();
        return traffic.failed() + " of the last " + traffic.calls() + " calls failed"
                + (last == null ? "" : "; the last: " + last);
    }

    private void tellBeginning(Key key, Tone tone, long since, String why) {
        if (!told.containsKey(key)) {
            Instant at = Instant.ofEpochMilli(since);
            watchman.tell(new Story(at, key.dependency(), Kind.TROUBLE, tone, key.title(), why));
        }
    }

    private void tellEnd(Key key, long many) {
        boolean failing = key.title().equals(FAILING);
        if (failing && counters.of(key.dependency()).tooManyFail()) {
            return; // its circuit is open, and says so itself
        }
        String why = failing
                ? many + " failed; for 10 s it was no more than one in twenty"
                : many + (many == 1 ? " was refused" : " were refused") + "; none for 10 s";
        watchman.tell(key.dependency(), Kind.TROUBLE, Tone.GOOD, "over: " + key.title(), why);
    }
}
