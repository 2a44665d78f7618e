package dev.plimsoll.chaos;

import dev.plimsoll.Guard;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.chaos.Probes.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the guards of a round, or of the guards by key, with its dependency and what is known of its calls.
 *
 * <p><b>Threading:</b> only one thread works at a time.
 */
final class Member {

    final String name;
    final int index;
    final Users users;
    final Dependency dependency;
    final boolean observed;
    final @Nullable Guard only;
    final @Nullable KeyedGuards<String> keyed;
    final List<SetUp> setUps = new ArrayList<>();

    /** How many calls were made, and have ended. */
    int made;

    int ended;
    final Map<End, Integer> told = new EnumMap<>(End.class);
    int works;
    final Probes probes = new Probes();

    /** How many ends were told of which it is not known whose they are. */
    int strays;

    /** And how many attempts. */
    int strayAttempts;

    /** How many attempts of calls whose end was told were not. */
    int missingAttempts;

    private final Map<String, Integer> underway = new HashMap<>();
    private boolean inPeace;

    Member(Made made, Users users, Dependency dependency, SetUp first) {
        this.name = made.name();
        this.index = made.index();
        this.observed = made.observed();
        this.only = made.only();
        this.keyed = made.keyed();
        this.users = users;
        this.dependency = dependency;
        setUps.add(first);
    }

    /** What the guards have made. */
    record Made(
            String name,
            int index,
            boolean observed,
            @Nullable Guard only,
            @Nullable KeyedGuards<String> keyed) {}

    Guard guard(int key) {
        return only != null ? only : byKey().get("key" + key);
    }

    KeyedGuards<String> byKey() {
        return Objects.requireNonNull(keyed);
    }

    SetUp now() {
        return setUps.get(setUps.size() - 1);
    }

    void calmDown() {
        users.calmDown();
        inPeace = true;
    }

    boolean inPeace() {
        return inPeace;
    }

    boolean onlyAsync() {
        return setUps.stream().anyMatch(setUp -> setUp.onlyAsync);
    }

    /** How often the work of one call may begin at most. */
    int mostWorks() {
        return setUps.stream().mapToInt(setUp -> setUp.attempts).max().orElse(1)
                * setUps.stream().mapToInt(setUp -> setUp.legs).max().orElse(1);
    }

    int mostAttempts() {
        return setUps.stream().mapToInt(setUp -> setUp.attempts).max().orElse(1);
    }

    /** How many may be under way at most; no limit if it was without one for a while. */
    int mostUnderway() {
        return setUps.stream().mapToInt(setUp -> setUp.gates().places).max().orElse(Gates.UNLIMITED);
    }

    /** How many slots a concurrency limit may have given at most. */
    int mostSlots() {
        return setUps.stream().mapToInt(setUp -> setUp.gates().slots).max().orElse(Gates.UNLIMITED);
    }

    /** How long a call may take; 0 for ever. */
    long mostNanos() {
        boolean bounded = setUps.stream().allMatch(setUp -> setUp.total > 0);
        return bounded ? setUps.stream().mapToLong(setUp -> setUp.total).max().orElse(0) : 0;
    }

    /** Whether a call is over in time whatever its work does, for that has a thread of its own. */
    boolean isPooled() {
        return setUps.stream().allMatch(setUp -> setUp.gates().pool);
    }

    /** Whether work may begin on another thread than the one that was let in. */
    boolean handsOver() {
        return setUps.stream().anyMatch(setUp -> setUp.gates().pool || setUp.legs > 1);
    }

    boolean interrupts() {
        return setUps.stream().allMatch(setUp -> setUp.interrupts);
    }

    /** How many probes must succeed before a breaker closes, at least. */
    int leastSuccesses() {
        return setUps.stream().mapToInt(setUp -> setUp.gates().successes).min().orElse(1);
    }

    /** The work of a call begins. */
    Run begins(String place, Instant now) {
        works++;
        underway.merge(place, 1, Integer::sum);
        Run work = new Run(place, now);
        if (only != null) {
            probes.begins(work);
        }
        return work;
    }

    void ends(Run work, Instant now) {
        work.ended = now;
        underway.merge(work.place, -1, Integer::sum);
    }

    int underway(String place) {
        return underway.getOrDefault(place, 0);
    }

    int underway() {
        return underway.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return name;
    }
}
