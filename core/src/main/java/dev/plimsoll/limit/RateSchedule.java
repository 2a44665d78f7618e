package dev.plimsoll.limit;

import dev.plimsoll.time.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * When the permits of a {@link RateLimiter} come, for as long as it keeps one rate: the generic cell rate algorithm.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. What is had at once takes no lock.
 */
final class RateSchedule {
    /*
     * One word, the theoretical arrival time: when everything that was taken will have come in. With T for the ticks of a
     * permit and β = burst · T, whoever takes w permits
     *
     *        word                     end                       start = max(word, now)
     *     ─────┼────────────────────────┼────────► time         end   = start + w·T         becomes the word
     *     now  │          w·T           │                       turn  = max(now, end - β)   is when they may be used
     *          ├── turn ◄────── β ──────┤
     *
     * has his turn at once if end - β ≤ now, else he is promised that later turn, or refused. The bucket holds
     * (β - max(0, word - now)) / T permits.
     *
     * The bound. Let j, …, l be those who reserved, in the order of the word, from the first to the last that have their
     * turns within a span. Each adds its w·T to the word, and the word never falls below what j's turn made it begin with:
     *
     *     turn(j) + T·(w(j) + … + w(l)) ≤ end(l) ≤ turn(l) + β         (1)
     *
     * so any span of length t, all of whose turns are among these, has at most t/T + burst permits. Nothing in it needs
     * turns in the order of the word. It needs, of whatever lowers the word, that (1) still holds for all later l: that the
     * word stays at turn(j) + T·(w(j) + …) or above for all j that are not given back.
     *
     * Giving back the permits of i, of which others may have reserved behind it, therefore takes not w·T from the word but
     *
     *   the turn is still to come, and i is the last:   w·T; nobody is behind i, and the word is what it was before.
     *   the turn is still to come, others are behind:   nothing. Their turns were promised after i's; with i's permits and
     *       i's time, two would go at once. The place itself is free, at its turn: the next who has to wait takes it, as
     *       if he were i. Unless nobody comes in time: then it is lost.
     *   the turn has come, and nobody has one to come:  what is left of it, as every j behind i had its turn by now:
     *       turn(j) + T·(w(j) + …) ≤ turn(j) + (word - turn(i) - w·T)  ≤  word - (w·T - (now - turn(i)))
     *       turn(j) + T·(w(j) + …) ≤ turn(j) + (word - (end(i) - D))   ≤  word - (end(i) - D - now)
     *       so the greater of the two brackets, at most w·T and at least 0, where D is what was given back since i reserved
     *       (whose ends before i moved i's end). That is all of it while i's permits would not have come in by themselves.
     *   the turn has come, and others have one to come:  nothing, as they keep theirs.
     *
     * A change of the rate makes another schedule. Without turns to come, as many permits are missing there as here, or as
     * come in within nine years. With them, nobody has a turn there before the last of these, when as many permits are
     * missing as would be here. So a span has at most what the rates bring, the old one until that turn, and the greater
     * burst.
     *
     * Concurrency: the word changes by compare-and-set. Giving back reads the word before it reads the clock, so that
     * everybody in the word had read the clock earlier. Promises, places and what was given back are under the lock; who
     * takes permits at once needs no lock, for while anybody has a turn to come nobody does: that one has made the word
     * greater than now + β, or it comes from before a change, and nobody has one sooner. Each leave
     * knows how much had been given back before its compare-and-set, or less, which makes D too large and gives less back.
     * A clock that was read long before the compare-and-set makes the admission stricter, and never refills anything.
     *
     * A leave for one permit is shared by those of the next grain of time (an eighth of a permit, or a millisecond if that
     * is longer), so that no admission need allocate. For a later one that shares it turn and end are too early, so less
     * is given back than could be: at most what comes in within the grain.
     *
     * Sealed is a schedule whose time is over: its word is negative, nothing is taken or given back any more.
     *
     * Source: ITU-T Recommendation I.371, and ATM Forum TM 4.0: the virtual scheduling form of the GCRA(T, β - T).
     */
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /* The word, and what was given back, have 128 bytes before and behind for themselves. */
    private static final int WORD = 16;
    private static final int RETURNED = 17;
    private static final int CELLS = 2 * WORD + 2;
    private static final long SEALED = -1;
    private static final long LEAST_GRAIN = 1_000_000;

    private final RateLimit limit;
    private final LongAdder notUsed;
    private final RateTicks ticks;
    private final long origin;
    private final long burst;
    private final long grain;
    private final long notBefore; // the last turn that was promised before this
    private final long[] cells = new long[CELLS];
    private final Object lock = new Object();
    /* Guarded by lock: places that were given up, by turn; and the last turn that is promised. */
    private final NavigableMap<Long, RateLeave> places = new TreeMap<>();
    private long lastTurn;
    private volatile RateLeave recent;

    private RateSchedule(RateLimit limit, LongAdder notUsed, RateTicks ticks, long origin, long notBefore, long word) {
        this.limit = limit;
        this.notUsed = notUsed;
        this.ticks = ticks;
        this.origin = origin;
        this.burst = limit.capacity() * ticks.perPermit();
        this.grain = Math.max(ticks.perPermit() / 8, LEAST_GRAIN);
        this.recent = new RateLeave(this, ticks.perPermit(), -grain, 0, 0);
        this.notBefore = notBefore;
        this.lastTurn = notBefore;
        cells[WORD] = word;
    }

    /**
     * All permits of the burst are there.
     *
     * @param notUsed counts the admissions that are given back, for the limiter whose schedule this is
     */
    static RateSchedule full(RateLimit limit, LongAdder notUsed, long origin) {
        return new RateSchedule(limit, notUsed, new RateTicks(limit.permits(), limit.perNanos()), origin, 0, 0);
    }

    RateLimit limit() {
        return limit;
    }

    LongAdder notUsed() {
        return notUsed;
    }

    // ---------------------------------------------------------------- in

    /** Takes permits if they are there; null when they are not, or this is sealed. Takes no lock. */
    @Nullable
    RateLeave tryTake(long permits, long instant) {
        long cost = permits * ticks.perPermit();
        long now = ticks.ticks(instant - origin);
        RateLeave shared = recent;
        boolean isShared = permits == 1 && shared.isFresh(now, grain);
        long returned = isShared ? 0 : returned();
        long word = word();
        while (word >= 0) {
            long end = Math.max(word, now) + cost;
            if (end - burst > now || notBefore > now) {
                return null;
            }
            long seen = (long) CELL.compareAndExchange(cells, WORD, word, end);
            if (seen != word) {
                word = seen;
            } else if (isShared) {
                return shared;
            } else {
                RateLeave leave = new RateLeave(this, cost, now, end, returned);
                if (permits == 1) {
                    recent = leave;
                }
                return leave;
            }
        }
        return null;
    }

    /** A turn that was promised, or may not be: then there is no leave. */
    record Promise(long instant, @Nullable RateLeave leave) {}

    /**
     * Reserves permits, to be used from some instant on.
     *
     * @param longest how many nanoseconds after {@code now} that may be, at most
     * @return when, without a leave if that would be too late; null when this is sealed
     */
    @Nullable
    Promise promise(long permits, long instant, long longest) {
        long cost = permits * ticks.perPermit();
        long now = ticks.ticks(instant - origin);
        synchronized (lock) {
            Promise place = placeGivenUp(cost, now, instant, longest);
            long word = word();
            while (place == null && word >= 0) {
                long end = Math.max(word, now) + cost;
                long turn = Math.max(Math.max(now, notBefore), end - burst);
                long due = turn == now ? instant : instantOf(turn);
                if (due - instant > longest) {
                    return new Promise(due, null);
                }
                long seen = (long) CELL.compareAndExchange(cells, WORD, word, end);
                if (seen == word) {
                    lastTurn = Math.max(lastTurn, turn);
                    return new Promise(due, new RateLeave(this, cost, turn, end, returned()));
                }
                word = seen;
            }
            return place;
        }
    }

    /* Called with the lock held: the first place that is still to come and large enough, if it comes soon enough. */
    private @Nullable Promise placeGivenUp(long cost, long now, long instant, long longest) {
        places.headMap(now, true).clear();
        if (word() < 0) {
            return null;
        }
        for (Map.Entry<Long, RateLeave> each : places.entrySet()) {
            RateLeave place = each.getValue();
            long due = instantOf(place.turn());
            if (due - instant > longest) {
                return null;
            }
            if (place.cost() >= cost) {
                places.remove(each.getKey());
                return new Promise(due, place.cost() == cost ? place : part(place, cost));
            }
        }
        return null;
    }

    /* Called with the lock held: so much of a place; the rest stays one. */
    private RateLeave part(RateLeave place, long cost) {
        putPlace(new RateLeave(this, place.cost() - cost, place.turn(), RateLeave.NO_END, 0));
        return new RateLeave(this, cost, place.turn(), RateLeave.NO_END, 0);
    }

    /* Called with the lock held. Places of one turn are parts of what was one: they are put together again. */
    private void putPlace(RateLeave place) {
        places.merge(
                place.turn(),
                place,
                (one, other) -> new RateLeave(this, one.cost() + other.cost(), one.turn(), RateLeave.NO_END, 0));
    }

    // ---------------------------------------------------------------- back

    /** Takes back what can be taken back of permits that were not used; see above. */
    void giveBack(RateLeave leave, Time time) {
        synchronized (lock) {
            boolean done = false;
            while (!done) {
                long word = word();
                long now = ticks.ticks(time.precise() - origin);
                if (word < 0) {
                    return;
                }
                if (leave.turn() > now) {
                    done = giveTurnBack(leave, word);
                } else {
                    long left = lastTurn > now ? 0 : leave.left(now, returned());
                    done = left == 0 || replace(word, word - left);
                    if (done) {
                        CELL.setVolatile(cells, RETURNED, returned() + left);
                    }
                }
            }
        }
    }

    /* Called with the lock held. Nobody takes permits at once meanwhile, so only sealing can come in between. */
    private boolean giveTurnBack(RateLeave leave, long word) {
        if (leave.end() != word) {
            putPlace(leave);
            return true;
        }
        long before = word - leave.cost();
        Map.Entry<Long, RateLeave> last = places.lastEntry();
        while (last != null && last.getValue().end() == before) { // the last in line, were it not given up
            places.pollLastEntry();
            before -= last.getValue().cost();
            last = places.lastEntry();
        }
        lastTurn = Math.max(notBefore, before - burst);
        return replace(word, before);
    }

    // ---------------------------------------------------------------- on to another one

    /**
     * Seals this and says how another rate goes on.
     */
    RateSchedule sealedFor(RateLimit other, Time time) {
        RateTicks otherTicks = new RateTicks(other.permits(), other.perNanos());
        synchronized (lock) {
            long word = (long) CELL.getAndSet(cells, WORD, SEALED);
            try {
                return next(other, otherTicks, word, time.precise());
            } catch (Throwable noMemory) {
                CELL.setVolatile(cells, WORD, word); // else all who come would wait for ever for the next one
                throw noMemory;
            }
        }
    }

    /** Another one, which begins at an instant with what is taken of this. */
    private RateSchedule next(RateLimit other, RateTicks otherTicks, long word, long instant) {
        long now = ticks.ticks(instant - origin);
        long from = Math.max(now, lastTurn);
        long missing = ticks.permitsIn(otherTicks, Math.max(0, word - from));
        long last = lastTurn > now ? otherTicks.ticks(instantOf(lastTurn) - instant) + 1 : 0;
        return new RateSchedule(other, notUsed, otherTicks, instant, last, last + missing);
    }

    /** Seals this if all permits of the burst are there. */
    boolean sealIfFull(Time time) {
        synchronized (lock) {
            long word = word();
            return word >= 0 && word <= ticks.ticks(time.precise() - origin) && replace(word, SEALED);
        }
    }

    // ---------------------------------------------------------------- seen from outside

    boolean isSealed() {
        return word() < 0;
    }

    /** How many whole permits could be had at once. */
    long available(long instant) {
        long missing = Math.max(0, word() - ticks.ticks(instant - origin));
        return Math.max(0, burst - missing) / ticks.perPermit();
    }

    /** After how many nanoseconds whoever comes now could have a permit at the latest, given up places left out. */
    long untilNext(long instant) {
        long now = ticks.ticks(instant - origin);
        long turn = Math.max(notBefore, Math.max(word(), now) + ticks.perPermit() - burst);
        return turn <= now ? 0 : Math.max(0, instantOf(turn) - instant);
    }

    private long instantOf(long tick) {
        return origin + ticks.nanos(tick);
    }

    private long word() {
        return (long) CELL.getVolatile(cells, WORD);
    }

    private long returned() {
        return (long) CELL.getVolatile(cells, RETURNED);
    }

    private boolean replace(long from, long to) {
        return CELL.compareAndSet(cells, WORD, from, to);
    }
}
