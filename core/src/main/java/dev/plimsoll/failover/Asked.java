package dev.plimsoll.failover;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One replica that is being asked. It is told once that this has ended, and once what it meant; for votes that is later.
 *
 * <p><b>Threading:</b> may be told by any thread.
 */
final class Asked<C> {

    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(300);
    private static final Judgement BLAMED = Judgement.of(Verdict.FAILURE, Repeat.NEVER);

    final Replica<C> replica;
    private final Members<C> members;
    private final Time time;
    private final Observers faults;
    private final Deadline deadline;
    private final int episode;
    private long started; // written before the question is asked, so that whoever hears its end sees it
    private volatile long ended;

    Asked(Replica<C> replica, Members<C> members, Time time, Observers faults, long now) {
        this.replica = replica;
        this.members = members;
        this.time = time;
        this.faults = faults;
        this.deadline = Deadline.current();
        this.episode = replica.episode.get();
        this.started = now;
        replica.inFlight.incrementAndGet();
    }

    /** It is asked only now: the time until here was that of our own queue. */
    void begins() {
        started = time.precise();
    }

    /** It is not asked any more. */
    void ended(boolean answered) {
        long now = time.precise();
        ended = now;
        replica.inFlight.decrementAndGet();
        long decay = members.config().latencyDecayNanos();
        if (answered) {
            replica.latency.answered(now - started, now, decay);
        } else {
            replica.latency.tookAtLeast(now - started, now, decay);
        }
    }

    /** It was not asked after all. */
    void notAsked() {
        replica.inFlight.decrementAndGet();
    }

    /** What it has done means this. */
    void means(Judgement judgement) {
        if (judgement.verdict() == Verdict.SUCCESS) {
            members.succeeded(replica, episode, ended);
        } else if (judgement.verdict().isBad()) {
            members.failed(replica, episode, ended);
        }
    }

    /** It has ended, and means what the classifier says, unless the time was up. */
    Judgement settle(Outcome outcome) {
        ended(outcome.error() == null);
        Judgement judgement = judge(outcome);
        means(judgement);
        return judgement;
    }

    /** After {@link #ended}. */
    Judgement judge(Outcome outcome) {
        Judgement judgement = Judging.judge(members.config().classifier(), outcome, faults);
        Throwable error = outcome.error();
        rest(judgement, error == null ? null : RejectedException.in(error));
        boolean refused = judgement.verdict() == Verdict.IGNORED && judgement.repeat() == Repeat.ALWAYS;
        boolean timeUp = !deadline.isNone() && deadline.remainingNanos(ended) <= 0;
        return timeUp && !refused ? ofTimeUp() : judgement;
    }

    /** Its caller's time was up: it is to blame if it had time enough, and if it was not this process that stood still. */
    private Judgement ofTimeUp() {
        boolean longEnough = ended - started >= members.config().blameAfterNanos();
        return longEnough && time.lateness(started) <= STALL_NANOS ? BLAMED : Judgement.IGNORED;
    }

    /** Whether it is full, or its own guard refuses: who says when to come back is left alone until then. */
    private void rest(Judgement judgement, @Nullable RejectedException refused) {
        long hint = refused == null
                ? judgement.retryAfterNanos()
                : refused.rejection().retryAfterNanos();
        if (hint > 0) {
            replica.rest(ended + Math.min(hint, LONGEST_REST));
        }
    }
}
