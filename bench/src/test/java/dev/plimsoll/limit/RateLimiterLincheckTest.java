package dev.plimsoll.limit;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.limit.RateSchedule.Promise;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rate limiter against the arithmetic of its standard, without threads: permits at once, turns that are promised, given
 * up and taken by others, permits given back. T-80, T-82, T-83, T-88, T-90.
 *
 * <p>Time stands still while threads race, but for {@link Instants}: there whoever asks brings along the instant that he has
 * read, which may be long past when he gets to the schedule. That must make his admission stricter and refill nothing,
 * which is what the model says of an instant that is past (T-90).
 *
 * <p>How much can be given back later, when part of it has come in by itself, depends on what else was given back meanwhile
 * and on who shares a leave; promised is no more than there is. So permits are given back here at the instant of their turn.
 *
 * <p>Without the compare-and-exchange of {@code RateSchedule.tryTake()} (a plain write of the word) this fails: two take
 * what is there for one.
 */
@Tag("lincheck")
final class RateLimiterLincheckTest {

    private static final long SECOND = 1_000_000_000;
    private static final int BURST = 3;
    private static final int LONGEST = 2;
    private static final RateLimit LIMIT = RateLimit.defaults()
            .permits(1)
            .per(Duration.ofSeconds(1))
            .burst(BURST)
            .maxWait(Duration.ofSeconds(LONGEST));

    private static final Race[] TURNS = {
        // The last permits, and somebody who can only wait for them.
        Race.of(Operations.class)
                .does("enter", 2)
                .thread()
                .does("tryEnter", 0)
                .does("enter", 0)
                .thread()
                .does("tryEnter", 1)
                .does("giveUp", 1)
                .then()
                .does("available", 0),
        // A turn is given up while others take places behind it.
        Race.of(Operations.class)
                .does("enter", 2)
                .does("enter", 0)
                .thread()
                .does("giveUp", 0)
                .does("enter", 0)
                .thread()
                .does("enter", 1)
                .does("giveUp", 1)
                .then()
                .does("tick", 0)
                .does("tick", 0)
                .does("available", 0),
    };

    private static final Race[] INSTANTS = {
        Race.of(Instants.class)
                .does("take", 0, 2, 0)
                .thread()
                .does("take", 0, 2, 1)
                .does("take", 0, 1, 3)
                .thread()
                .does("take", 1, 1, 2)
                .does("promise", 1, 2, 0),
    };

    @Test
    @GuardingLine(
            against = "T-88",
            in = RateSchedule.class,
            method = "tryTake",
            line = "long seen = (long) CELL.compareAndExchange(cells, WORD, word, end);",
            without = "long seen = word; CELL.setVolatile(cells, WORD, end);",
            then = "writes whatever the word has become")
    @DisplayName("RL-1 T-82 T-83 T-88 permits, turns and places given up, in every interleaving")
    void permitsAndTurns_inEveryInterleaving() {
        Linearizability.explore(Operations.class, Model.class, TURNS);
    }

    @Test
    @Tag("racing")
    @DisplayName("RL-1 T-82 T-83 T-88 permits, turns and places given up, of threads that race")
    void permitsAndTurns_ofRacingThreads() {
        Linearizability.stress(Operations.class, Model.class, TURNS);
    }

    @Test
    @GuardingLine(
            against = "T-88",
            in = RateSchedule.class,
            method = "tryTake",
            line = "long seen = (long) CELL.compareAndExchange(cells, WORD, word, end);",
            without = "long seen = word; CELL.setVolatile(cells, WORD, end);",
            then = "writes whatever the word has become")
    @GuardingLine(
            against = "T-80, T-90",
            in = RateSchedule.class,
            method = "tryTake",
            line = "long end = Math.max(word, now) + cost;",
            without = "long end = now + cost;",
            then = "believes a clock that was read long before")
    @DisplayName("RL-1 T-80 T-88 T-90 permits at instants that were read long before, in every interleaving")
    void instantsReadBefore_inEveryInterleaving() {
        Linearizability.explore(Instants.class, InstantsModel.class, INSTANTS);
    }

    @Test
    @Tag("racing")
    @DisplayName("RL-1 T-80 T-88 T-90 permits at instants that were read long before, of threads that race")
    void instantsReadBefore_ofRacingThreads() {
        Linearizability.stress(Instants.class, InstantsModel.class, INSTANTS);
    }

    /** Whoever asks brings the instant along that he has read, which may be older than that of another who was faster. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "permits", gen = IntGen.class, conf = "1:2")
    @Param(name = "halves", gen = IntGen.class, conf = "0:4")
    public static final class Instants {

        private static final long ORIGIN = Long.MAX_VALUE - SECOND;
        private final RateSchedule schedule = RateSchedule.full(LIMIT, new LongAdder(), ORIGIN);

        @Operation
        public boolean take(
                @Param(name = "slot") int slot,
                @Param(name = "permits") int permits,
                @Param(name = "halves") int halves) {
            return schedule.tryTake(permits, instant(halves)) != null;
        }

        @Operation
        public String promise(
                @Param(name = "slot") int slot,
                @Param(name = "permits") int permits,
                @Param(name = "halves") int halves) {
            long instant = instant(halves);
            Promise promise = schedule.promise(permits, instant, LONGEST * SECOND);
            return promise == null
                    ? "sealed"
                    : (promise.leave() == null ? "refused " : "in ") + (promise.instant() - instant);
        }

        @Operation
        public long available(@Param(name = "slot") int slot, @Param(name = "halves") int halves) {
            return schedule.available(instant(halves));
        }

        private static long instant(int halves) {
            return ORIGIN + halves * SECOND / 2;
        }
    }

    /** The rule as it is written in I.371, for one after the other. */
    public static final class InstantsModel {

        private long arrival;

        public boolean take(int slot, int permits, int halves) {
            long now = halves * SECOND / 2;
            long end = Math.max(arrival, now) + permits * SECOND;
            if (end - BURST * SECOND > now) {
                return false;
            }
            arrival = end;
            return true;
        }

        public String promise(int slot, int permits, int halves) {
            long now = halves * SECOND / 2;
            long end = Math.max(arrival, now) + permits * SECOND;
            long wait = Math.max(0, end - BURST * SECOND - now);
            if (wait > LONGEST * SECOND) {
                return "refused " + wait;
            }
            arrival = end;
            return "in " + wait;
        }

        public long available(int slot, int halves) {
            long missing = Math.max(0, arrival - halves * SECOND / 2);
            return Math.max(0, BURST * SECOND - missing) / SECOND;
        }
    }

    /** What callers do with the limiter; each keeps its leave for two permits, or its turn, in a slot. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    public static final class Operations {

        private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE, 1);
        private final RateLimiter limiter = new RateLimiter("prices", LIMIT, time);
        private final @Nullable Admission[] slots = new Admission[3];
        private final long[] since = new long[3];

        @Operation
        public boolean tryEnter(@Param(name = "slot") int slot) {
            return limiter.tryEnter() != null;
        }

        @Operation
        public String enter(@Param(name = "slot") int slot) {
            if (slots[slot] != null) {
                return "has some";
            }
            long now = time.precise();
            Admission admission = limiter.enter(2);
            if (admission instanceof Rejection rejection) {
                return "refused " + rejection.retryAfterNanos();
            }
            slots[slot] = admission;
            since[slot] = admission instanceof Wait wait ? wait.until() : now;
            return "in " + (since[slot] - now);
        }

        @Operation
        public String granted(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Wait wait)) {
                return "does not wait";
            }
            Leave leave = wait.granted();
            slots[slot] = leave == null ? wait : leave;
            return leave == null ? "waits" : "granted";
        }

        @Operation
        public String giveUp(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Wait wait)) {
                return "does not wait";
            }
            boolean given = wait.abandon();
            slots[slot] = given ? null : wait.granted();
            return given ? "given up" : "granted";
        }

        /** At the instant at which they came; later, part of it has come in by itself. */
        @Operation
        public boolean giveBack(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Leave leave) || since[slot] != time.precise()) {
                return false;
            }
            slots[slot] = null;
            limiter.settle(leave, Judgement.NOT_RUN, 0, 0, null);
            return true;
        }

        @Alone
        @Operation
        public void tick(@Param(name = "slot") int slot) {
            Hands.forward(time, Duration.ofSeconds(1));
        }

        @Alone
        @Operation
        public long available(@Param(name = "slot") int slot) {
            return limiter.snapshot().available();
        }
    }

    /** The same arithmetic without any concurrency: one line of time, and a list of turns that were given up. */
    public static final class Model {

        private record Place(long turn, long end) {}

        private final TreeMap<Long, Place> places = new TreeMap<>();
        private final @Nullable Place[] waits = new Place[3];
        private final @Nullable Place[] leaves = new Place[3];
        private long now;
        private long arrival;
        private long lastTurn;

        public boolean tryEnter(int slot) {
            return take(1) != null;
        }

        private @Nullable Place take(int permits) {
            long end = Math.max(arrival, now) + permits * SECOND;
            if (end - BURST * SECOND > now) {
                return null;
            }
            arrival = end;
            return new Place(now, end);
        }

        public String enter(int slot) {
            if (leaves[slot] != null || waits[slot] != null) {
                return "has some";
            }
            leaves[slot] = take(2);
            if (leaves[slot] != null) {
                return "in 0";
            }
            places.headMap(now, true).clear();
            if (!places.isEmpty() && places.firstKey() - now <= LONGEST * SECOND) {
                Place place = places.pollFirstEntry().getValue();
                waits[slot] = place;
                return "in " + (place.turn() - now);
            }
            long end = Math.max(arrival, now) + 2 * SECOND;
            long turn = end - BURST * SECOND;
            if (turn - now > LONGEST * SECOND) {
                return "refused " + (turn - now);
            }
            arrival = end;
            lastTurn = Math.max(lastTurn, turn);
            waits[slot] = new Place(turn, end);
            return "in " + (turn - now);
        }

        public String granted(int slot) {
            Place wait = waits[slot];
            if (wait == null) {
                return "does not wait";
            }
            if (wait.turn() > now) {
                return "waits";
            }
            waits[slot] = null;
            leaves[slot] = wait;
            return "granted";
        }

        public String giveUp(int slot) {
            String granted = granted(slot);
            if (!granted.equals("waits")) {
                return granted;
            }
            Place wait = waits[slot];
            waits[slot] = null;
            if (wait.end() != arrival) {
                places.put(wait.turn(), wait);
                return "given up";
            }
            arrival -= 2 * SECOND;
            while (!places.isEmpty() && places.lastEntry().getValue().end() == arrival) {
                places.pollLastEntry();
                arrival -= 2 * SECOND;
            }
            lastTurn = Math.max(0, arrival - BURST * SECOND);
            return "given up";
        }

        public boolean giveBack(int slot) {
            Place leave = leaves[slot];
            if (leave == null || leave.turn() != now) {
                return false;
            }
            leaves[slot] = null;
            arrival -= lastTurn > now ? 0 : 2 * SECOND;
            return true;
        }

        public void tick(int slot) {
            now += SECOND;
        }

        public long available(int slot) {
            return Math.max(0, BURST * SECOND - Math.max(0, arrival - now)) / SECOND;
        }
    }
}
