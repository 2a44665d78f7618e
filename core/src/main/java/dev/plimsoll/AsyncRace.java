package dev.plimsoll;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.HedgeDelay;
import dev.plimsoll.hedge.HedgeRace;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.hedge.NoHedge;
import dev.plimsoll.time.Timer;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One attempt with as many legs as it takes: the first as any attempt, and others when that is slower than usual.
 *
 * <p><b>Threading:</b> begun by the thread that takes the path of the call; its legs end on any, and each launches the next
 * one on the guards' executor, one at a time.
 */
final class AsyncRace<T extends @Nullable Object> extends LegNews implements AsyncCall.Stoppable, Runnable {
    /*
     *    begin ──► leg 1 ──────────────────────────────────┐ good, or the last of those that failed
     *                │ slower than usual                   ├──► the race is decided: other legs are stopped
     *                ▼                                     │                            │
     *              budget ─► gates, without a wait ─► leg 2 ──► …                       ▼
     *                │ no       │ no: the charge is given back                    Finish, handed over
     *                ▼          ▼
     *              no further leg; if all others have failed by now, the race is lost
     *
     * A leg is an AsyncAttempt: it holds its own leaves, has its own timeout, settles by itself, and keeps its permit until
     * its body has ended, also when it was stopped. It says here how it ended instead of handing that to the path.
     *
     * Concurrency: HedgeRace says to exactly one thread that the race is decided; that one concludes. What the last failure
     * was is written before its leg is counted out, and so read by whoever counts out the last one. A leg that starts while
     * the race is decided elsewhere looks again after its beginning: it is stopped by one of the two, and twice does
     * nothing. `meeting` is where the end meets the path: who comes first writes there what he is; the path, when it comes
     * first, has left. A timeout leaves for a path that is still inside of the work; it finds that out when it comes back.
     */
    private static final Object PENDING = AsyncCall.PENDING;
    private static final VarHandle MEETING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "meeting", VarHandle.class, AsyncRace.class, Object.class);

    private final AsyncEngine engine;
    private final Hedging hedging;
    private final AttemptWork<? extends @Nullable CompletionStage<?>, ?> work;
    private final boolean asked;
    private final HedgeRace race = new HedgeRace();
    private final AtomicReferenceArray<@Nullable AsyncAttempt<T>> legs;
    private final AtomicInteger wasted = new AtomicInteger(); // failed legs that the breaker has counted as good
    private volatile @Nullable Timer next;
    private volatile @Nullable Finish failure;
    private volatile @Nullable Finish result;
    private volatile @Nullable Object meeting;
    private volatile boolean stopped;
    private long started;
    private long delay = HedgeDelay.NONE;

    AsyncRace(
            AsyncPath path,
            Hedging hedging,
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            boolean asked,
            int number) {
        super(path, number);
        this.engine = path.engine;
        this.hedging = hedging;
        this.work = work;
        this.asked = asked;
        this.legs = new AtomicReferenceArray<>(hedging.mostLegs());
        this.started = engine.time.precise(); // until the first leg knows better
    }

    // ---------------------------------------------------------------- the beginning

    /** Begins with the first leg, which all gates have let pass; gives back how the attempt ends if there can be none. */
    @Nullable
    Ending begin(Admission atBreaker, Leave entered) {
        AsyncAttempt<T> first;
        try {
            delay = hedging.delay().nanos(started);
            first = leg(1, atBreaker, entered);
        } catch (Throwable cannotBegin) {
            return engine.steps.notBegun(atBreaker, entered, cannotBegin);
        }
        started = first.started();
        if (race.isDecided()) { // stopped before this leg was there to be stopped with it
            first.stop();
        }
        first.begin(work, asked);
        plan(2);
        return null;
    }

    private AsyncAttempt<T> leg(int leg, Admission atBreaker, Leave entered) {
        AsyncAttempt<T> made = new AsyncAttempt<T>(path, number, atBreaker, entered).legOf(new Leg(leg));
        legs.set(leg - 1, made);
        return made;
    }

    /** Another leg is due when the attempt has taken longer than usual once more. */
    private void plan(int leg) {
        long due = (leg - 1) * delay;
        boolean inTime = due < path.deadline.remainingNanos(started);
        if (delay == HedgeDelay.NONE || leg > legs.length() || race.isDecided() || !inTime) {
            return;
        }
        try {
            Timer timer = new Timer() {
                @Override
                protected void fire(long lateNanos) {
                    if (!race.isDecided()) {
                        path.elsewhere(() -> launch(leg));
                    }
                }
            };
            next = timer;
            engine.time.startAt(timer, started + due);
            if (race.isDecided()) {
                timer.cancel();
            }
        } catch (Throwable noThread) {
            return; // then there is no further leg
        }
    }

    private void launch(int leg) {
        if (!race.joins()) {
            return;
        }
        LegEntry entry;
        try {
            entry = new LegEntry(path, hedging);
        } catch (Throwable noMemory) {
            faulty(noMemory);
            denies(leg, NoHedge.BROKEN, "no memory");
            return;
        }
        AsyncAttempt<T> another = null;
        Throwable broken = null;
        try {
            if (entry.isIn() && !race.isDecided()) {
                another = leg(leg, entry.atBreaker(), entry.inside());
            }
        } catch (Throwable thrown) { // whoever has joined must leave, or the call waits for ever
            entry.breaks(thrown);
            broken = thrown;
        }
        if (another != null) {
            launched(leg, another);
        } else {
            staysOut(leg, entry, broken);
        }
    }

    /** Whoever has joined leaves in any case; what may be the user's comes last. */
    private void staysOut(int leg, LegEntry entry, @Nullable Throwable broken) {
        try {
            entry.giveBack();
        } finally {
            if (entry.why() != null) {
                denies(leg, entry.why(), entry.detail());
            }
            faulty(broken);
        }
    }

    private void faulty(@Nullable Throwable thrown) {
        if (thrown instanceof Exception fault) {
            engine.counts.observers().fault(fault);
        } else if (thrown != null) {
            keep(thrown);
        }
    }

    private void launched(int leg, AsyncAttempt<T> another) {
        hedging.launched();
        tellLaunched(leg, engine.time.precise() - started);
        another.begin(work, asked);
        if (race.isDecided()) {
            another.stop();
        } else {
            plan(leg + 1);
        }
    }

    /** No further leg. If it is the only one that the race was waiting for, nobody waits. */
    private void denies(int leg, NoHedge why, String detail) {
        hedging.denied();
        tellDenied(leg, why, detail);
        if (race.fails()) {
            conclude(0, Objects.requireNonNull(failure));
        }
    }

    // ---------------------------------------------------------------- the ends

    /** What a leg says of its end. */
    final class Leg {

        private final int leg;

        Leg(int leg) {
            this.leg = leg;
        }

        int number() {
            return leg;
        }

        /** Which leg's end was that of the attempt; 0 when there is none. */
        int decider() {
            Finish finish = result;
            return finish == null ? 0 : finish.leg();
        }

        /** The path goes on elsewhere, even if this leg, and so the path, is still at its beginning. */
        void takesPath() {
            boolean unused = MEETING.compareAndSet(AsyncRace.this, null, PENDING);
        }

        /** Whether it is stopped because another one has won. */
        boolean isLoser() {
            return race.isDecided() && !stopped;
        }

        /** Ended by itself, or by its timeout; ending null when it was simply good. */
        void ended(@Nullable Object value, @Nullable Ending ending, long elapsed, @Nullable Throwable foreign) {
            if (leg == 1 && (ending == null || ending.isAnswer() || ending.how() == Ending.How.TIMED_OUT)) {
                hedging.delay().took(elapsed, engine.time.precise());
            }
            boolean decides = true;
            Throwable error = foreign;
            try {
                decides = error != null || decides(ending);
            } catch (Throwable ofPredicate) { // whatever the retry asks of values
                error = ofPredicate;
            }
            Finish finish = Finish.of(leg, value, ending, elapsed, error, !decides && isCounted(ending));
            decides |= finish.isLost();
            if (!decides) {
                failure = finish;
                wasted.addAndGet(finish.counted() ? 1 : 0);
            }
            if (decides ? race.decides() : race.fails()) {
                conclude(leg, finish);
            } else if (decides) {
                tooLate(finish);
            } else {
                told(leg, LegEnded.Result.FAILED, finish);
                if (race.isDecided()) { // perhaps by somebody who has counted already
                    engine.counts.legsInVain(wasted.getAndSet(0));
                }
            }
        }

        private void tooLate(Finish finish) {
            late(finish);
            if (isCounted(finish.ending())) {
                engine.counts.legsInVain(1);
            }
            told(leg, LegEnded.Result.TOO_LATE, finish);
        }

        /** Stopped from here. */
        void cancelled(Ending ending, @Nullable Throwable foreign) {
            if (foreign != null) {
                keep(foreign);
            }
            if (leg == 1 && !stopped) {
                hedging.delay().took(ending.elapsedNanos(), engine.time.precise());
            }
            if (isCounted(ending)) {
                engine.counts.legsInVain(1);
            }
            tellEnded(leg, LegEnded.Result.CANCELLED, ending, ending.elapsedNanos());
        }
    }

    /** Whether no other leg could do better: an answer, the caller's own mistake, or what is not the dependency's. */
    private boolean decides(@Nullable Ending ending) {
        if (ending == null || ending.how() == Ending.How.RETURNED) {
            return ending == null || engine.steps.isGood(ending);
        }
        boolean ours = ending.error() instanceof Error || ending.error() instanceof CancellationException;
        return ours || ending.judgement().verdict() == Verdict.SUCCESS;
    }

    /** Whether the breaker has counted it as good. */
    private static boolean isCounted(@Nullable Ending ending) {
        return ending == null || ending.judgement().verdict() == Verdict.SUCCESS;
    }

    /** Called once, by who has decided the race. */
    private void conclude(int decider, Finish finish) {
        Timer planned = next;
        if (planned != null) {
            planned.cancel();
        }
        stopOthers(decider);
        engine.counts.legsInVain(wasted.getAndSet(0) - (finish.counted() ? 1 : 0));
        boolean good = finish.foreign() == null
                && (finish.ending() == null || finish.ending().isAnswer());
        if (good) {
            hedging.succeeded();
        }
        if (good && decider > 1) {
            hedging.won();
        }
        if (decider > 0) {
            told(decider, LegEnded.Result.DECIDED, finish);
        }
        result = finish;
        if (!MEETING.compareAndSet(this, null, finish)) {
            path.raceIsOver(this);
        }
    }

    private void stopOthers(int decider) {
        for (int leg = 1; leg <= legs.length(); leg++) {
            AsyncAttempt<T> each = legs.get(leg - 1);
            if (each != null && leg != decider) {
                each.stop();
            }
        }
    }

    /** The call is stopped, and all legs with it. */
    @Override
    public void stop() {
        stopped = true;
        if (race.decides()) {
            path.here(this);
        }
    }

    /** All legs are to be stopped, and the path goes on here. */
    @Override
    public void run() {
        long elapsed = elapsed();
        conclude(0, Finish.of(0, null, path.stopped(elapsed), elapsed, null, false));
    }

    /** For how long the attempt has run by now. */
    long elapsed() {
        return Math.max(0, engine.time.precise() - started);
    }

    // ---------------------------------------------------------------- what is told

    private void told(int leg, LegEnded.Result how, Finish finish) {
        tellEnded(leg, how, finish.ending(), finish.elapsed());
    }

    /** Nobody gets what was returned, be it good or bad. */
    private void late(Finish finish) {
        if (finish.ending() == null || finish.ending().how() == Ending.How.RETURNED) {
            path.late(finish.value());
        }
    }

    /** Tells how the attempt ended that nobody waits for any more. */
    void toldToNobody() {
        Object unused = told();
        late(Objects.requireNonNull(result));
    }

    /** What the path goes on with; {@link AsyncCall#PENDING} when it has left, and the end of the race goes on. */
    @Nullable
    Object resultOrPending() {
        return MEETING.compareAndSet(this, null, PENDING) || meeting == PENDING ? PENDING : told();
    }

    /** Tells how the attempt ended, and gives back what the path goes on with. Called once, when the race is over. */
    @Nullable
    Object told() {
        Finish finish = Objects.requireNonNull(result);
        Throwable ofLegs = take();
        Throwable foreign = finish.foreign() != null ? finish.foreign() : ofLegs;
        foreign = foreign != null ? foreign : path.ofAttempt();
        AsyncAttempt<T> decider = finish.leg() == 0 ? null : legs.get(finish.leg() - 1);
        long elapsed = finish.elapsed() + (decider == null ? 0 : decider.started() - started);
        Ending ending = finish.ending() == null ? null : finish.ending().lasting(elapsed);
        return engine.steps.told(number, finish.value(), ending, elapsed, foreign);
    }
}
