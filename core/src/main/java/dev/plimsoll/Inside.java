package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The gates between the circuit breaker and the work, where a guard has more there than a bulkhead, as if they were one:
 * with one leave, which holds those of each.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing here waits.
 */
final class Inside {
    /*
     *              ┌────────────── asked again after each wait ───────────────┐
     *              ▼                                                          │
     *   enter ──▶ throttle ──▶ rate limiter ──▶ concurrency limit ──▶ bulkhead ──▶ Entered: a leave of each
     *                          ╎ wait: a turn                         ╎ wait: Queued, which keeps the token
     *                          ╎                                      ╎
     *                          after(turn, token)                     after(queued, place)
     *
     * Whoever waits holds nothing by which it would keep others out: the slot of the concurrency limit is given back, and a
     * request that is not sent yet is not one for the throttle. The token is kept, for to take another one after the wait
     * would cost two for one attempt, and the turn that was promised for it would have been in vain. So the gate that let
     * wait is not asked again, nor the rate limiter after a wait for the bulkhead; all others are, as the circuit breaker is.
     * Nobody waits more than twice.
     *
     * When one refuses, those before it have their leaves back as NOT_RUN, the innermost first.
     *
     * A gate has one leave for all, and a rate limiter one for a moment, so that most attempts hold the same as the one
     * before. They hold the same Entered then: it never changes, nobody asks which one it is, and who loses the race for
     * `latest` has made an object in vain.
     */
    /** What is waited for where there is nothing but a bulkhead to wait for. */
    static final String PLACE = "a bulkhead permit";

    private final @Nullable AdaptiveThrottle throttle;
    private final @Nullable RateLimiter limiter;
    private final @Nullable ConcurrencyLimit limit;
    private final @Nullable Bulkhead bulkhead;
    private @Nullable Entered latest;

    private Inside(Gates gates) {
        this.throttle = gates.throttle();
        this.limiter = gates.rateLimiter();
        this.limit = gates.limit();
        this.bulkhead = gates.bulkhead();
    }

    /** Those of a guard; null when it has nothing there, or a bulkhead only. */
    static @Nullable Inside of(Gates gates) {
        return gates.hasLimits() ? new Inside(gates) : null;
    }

    /** What an attempt holds of each. */
    private record Entered(Leave throttled, Leave token, Leave slot, Leave place) implements Leave {

        boolean holds(Leave throttled, Leave token, Leave slot, Leave place) {
            return this.token == token && this.place == place && this.slot == slot && this.throttled == throttled;
        }
    }

    /** A place in the bulkhead's queue, with the token of the rate limiter that is kept meanwhile. */
    private final class Queued extends Wait {

        private final Wait place;
        private final AtomicReference<@Nullable Leave> token;

        Queued(Wait place, Leave token) {
            this.place = place;
            this.token = new AtomicReference<>(token);
        }

        /** Whoever takes it has to settle it; null for all but the first. */
        @Nullable
        Leave takeToken() {
            return token.getAndSet(null);
        }

        @Override
        public @Nullable Leave granted() {
            return place.granted();
        }

        @Override
        public void whenDecided(Runnable decided) {
            place.whenDecided(decided);
        }

        @Override
        public boolean abandon() {
            boolean abandoned = place.abandon();
            if (abandoned) {
                giveBack(limiter, takeToken());
            }
            return abandoned;
        }

        @Override
        public long until() {
            return place.until();
        }

        @Override
        public Rejection timedOut() {
            return place.timedOut();
        }
    }

    // ---------------------------------------------------------------- in

    /**
     * An attempt arrives that the circuit breaker has let pass.
     *
     * @param deadline that of its call: no wait is begun that would outlast it
     */
    Admission enter(Deadline deadline) {
        return pass(null, null, deadline);
    }

    /**
     * A wait is over, and the circuit breaker was asked again.
     *
     * @param waited what {@link #enter} or this answered
     * @param granted what it has granted
     */
    Admission after(Wait waited, Leave granted, Deadline deadline) {
        return waited instanceof Queued queued
                ? pass(Objects.requireNonNullElse(queued.takeToken(), NoGate.HERE), granted, deadline)
                : pass(granted, null, deadline);
    }

    /**
     * Through all of them, from the outermost to the innermost.
     *
     * @param token what is held of the rate limiter already; null for nothing
     * @param place what is held of the bulkhead already; null for nothing
     */
    private Admission pass(@Nullable Leave token, @Nullable Leave place, Deadline deadline) {
        Admission throttling = null;
        Admission rating = token;
        Admission limiting = null;
        Admission placed = place;
        try {
            throttling = ask(throttle);
            if (throttling instanceof Leave && rating == null) {
                rating = askLimiter(deadline);
            }
            if (throttling instanceof Leave && rating instanceof Leave) {
                limiting = ask(limit);
            }
            if (limiting instanceof Leave && placed == null) {
                placed = ask(bulkhead);
            }
        } catch (Throwable broken) { // whatever is given is known to nobody else
            giveBack(throttling, limiting, rating, placed);
            throw broken;
        }
        return passed(throttling, rating, limiting, placed);
    }

    /** As one what the gates have said one after the other, up to the first that lets nobody pass; null for those behind it. */
    private Admission passed(
            Admission throttling,
            @Nullable Admission rating,
            @Nullable Admission limiting,
            @Nullable Admission placed) {
        if (throttling instanceof Leave throttled
                && rating instanceof Leave rated
                && limiting instanceof Leave slot
                && placed instanceof Leave inside) {
            try {
                return entered(throttled, rated, slot, inside);
            } catch (Throwable noMemory) {
                giveBack(throttled, slot, rated, inside);
                throw noMemory;
            }
        }
        if (limiting instanceof Leave && placed instanceof Wait wait && rating instanceof Leave rated) {
            return queued(throttling, limiting, wait, rated);
        }
        giveBack(throttling, limiting, rating, placed);
        if (!(throttling instanceof Leave)) {
            return throttling;
        }
        if (!(rating instanceof Leave)) {
            return Objects.requireNonNull(rating);
        }
        return Objects.requireNonNull(limiting instanceof Leave ? placed : limiting);
    }

    private Entered entered(Leave throttled, Leave token, Leave slot, Leave place) {
        Entered same = latest;
        if (same == null || !same.holds(throttled, token, slot, place)) {
            same = new Entered(throttled, token, slot, place);
            latest = same;
        }
        return same;
    }

    /** Whoever waits holds no slot; and has no place, if that cannot be given back, or there is no memory to wait. */
    private Wait queued(Admission throttling, Admission limiting, Wait place, Leave token) {
        try {
            Queued waits;
            try {
                waits = new Queued(place, token);
            } finally {
                giveBack(throttling, limiting, null, null);
            }
            return waits;
        } catch (Throwable broken) {
            giveBack(null, null, token, place.abandon() ? null : place.granted());
            throw broken;
        }
    }

    /** As one what an attempt holds that has passed the rate limiter only. */
    Leave ofToken(Leave token) {
        return entered(NoGate.HERE, token, NoGate.HERE, NoGate.HERE);
    }

    private static Admission ask(@Nullable Gate gate) {
        return gate == null ? NoGate.HERE : gate.enter();
    }

    private Admission askLimiter(Deadline deadline) {
        return limiter == null ? NoGate.HERE : limiter.enter(deadline);
    }

    /** What an attempt is waiting for. */
    String waitedFor(Wait wait) {
        return wait instanceof Queued ? PLACE : "a turn at the rate limiter";
    }

    // ---------------------------------------------------------------- out

    /** The bulkhead's part of a leave: it is settled when the work has really ended, and not earlier. */
    Leave place(Leave entered) {
        return ((Entered) entered).place();
    }

    /**
     * The attempt is over, if perhaps not its work.
     *
     * @return what an algorithm of the user's has thrown, when all are settled; null for nothing
     */
    @Nullable
    Throwable settle(Leave entered, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        Entered all = (Entered) entered;
        Throwable foreign = settled(limit, all.slot(), judgement, now, elapsedNanos, error);
        Throwable ofThrottle = settled(throttle, all.throttled(), judgement, now, elapsedNanos, error);
        return ofThrottle != null ? ofThrottle : foreign;
    }

    private static @Nullable Throwable settled(
            @Nullable Gate gate,
            Leave leave,
            Judgement judgement,
            long now,
            long elapsedNanos,
            @Nullable Throwable error) {
        try {
            if (gate != null) {
                gate.settle(leave, judgement, now, elapsedNanos, error);
            }
            return null;
        } catch (Throwable foreign) {
            return foreign;
        }
    }

    /** The work of an attempt that was let in is not begun. */
    void giveBack(Leave entered) {
        Entered all = (Entered) entered;
        giveBack(all.throttled(), all.slot(), all.token(), all.place());
    }

    /** A wait has been granted what is not wanted any more. */
    void giveBack(Wait waited, Leave granted) {
        if (waited instanceof Queued queued) {
            giveBack(null, null, queued.takeToken(), granted);
        } else {
            giveBack(null, null, granted, null);
        }
    }

    /** What is no leave is not given back; a gate that breaks meanwhile keeps nothing from the others. */
    private void giveBack(
            @Nullable Admission throttled,
            @Nullable Admission slot,
            @Nullable Admission token,
            @Nullable Admission place) {
        try {
            giveBack(bulkhead, place);
        } finally {
            try {
                giveBack(limit, slot);
            } finally {
                try {
                    giveBack(limiter, token);
                } finally {
                    giveBack(throttle, throttled);
                }
            }
        }
    }

    private static void giveBack(@Nullable Gate gate, @Nullable Admission admission) {
        if (gate != null && admission instanceof Leave leave) {
            gate.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }
}
