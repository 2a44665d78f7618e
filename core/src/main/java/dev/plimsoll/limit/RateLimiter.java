package dev.plimsoll.limit;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many permits through per span of time, so many of them at once, and no more: any span of length T sees at most
 * rate · T + burst permits. It is a token bucket, kept as the generic cell rate algorithm (ITU-T I.371) keeps it.
 *
 * <p>Who finds no permit is refused, and told exactly when to come back; or waits, if that was configured, for the turn
 * that it is promised at once. A wait that would be too long, or end after the deadline, is not begun. Turns are promised
 * in the order of asking, so waiting is first come, first served, and nobody overtakes; only a place in the middle that
 * somebody gives up goes to the next who comes. A heavy request holds up those behind it and is never passed over.
 *
 * <p>Permits are used when they are taken, whatever becomes of the work. Only those of work that was not started
 * ({@link Verdict#NOT_RUN}, or an abandoned wait) are given back, as far as the bound allows: all of them, less what would
 * have come in by itself meanwhile; none while others have turns to come that were promised on top of them, except
 * that such others may take a turn that is still to come. At high rates up to one millisecond's worth is lost by one who gives back.
 *
 * <p>It measures by its own clock: who is promised a turn and wakes up late is late.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing here waits. What is had at once takes no lock.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class RateLimiter implements Gate {

    private static final String GATE = "rate limiter";

    private final String name;
    private final Time time;
    private final LongAdder admitted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder notUsed = new LongAdder();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Object reconfiguring = new Object();
    private volatile RateSchedule schedule;

    RateLimiter(String name, RateLimit limit, Time time) {
        this.name = name;
        this.time = time;
        this.schedule = RateSchedule.full(limit, notUsed, time.precise());
    }

    /**
     * A rate limiter on the real time. Its burst is there from the beginning.
     *
     * <pre>{@code
     * RateLimiter.create("prices", r -> r.permits(100).per(ofSeconds(1)).burst(20).maxWait(ofMillis(50)))
     * }</pre>
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration names at least {@code permits}
     * @return a new rate limiter
     * @throws ConfigurationException with all that is wrong
     */
    public static RateLimiter create(String name, UnaryOperator<RateLimit> configuration) {
        return create(name, configuration, Time.system());
    }

    /**
     * A rate limiter on a time of its own.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration names at least {@code permits}
     * @param time its clock
     * @return a new rate limiter
     * @throws ConfigurationException with all that is wrong
     */
    public static RateLimiter create(String name, UnaryOperator<RateLimit> configuration, Time time) {
        Check check = new Check(GATE + " " + name);
        check.nameOfPart(name);
        RateLimit limit = RateLimit.applied(check, configuration);
        check.given("time", time);
        check.done();
        return new RateLimiter(name, Objects.requireNonNull(limit), time);
    }

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /**
     * How it is configured now.
     *
     * @return what the last {@link #reconfigure(UnaryOperator)} made of it
     */
    public RateLimit limit() {
        return schedule.limit();
    }

    /**
     * {@inheritDoc}
     *
     * <p>One permit: at once, or by a wait as long as {@code maxWait} and the current deadline allow, or a refusal
     * ({@link Rejection.Reason#RATE_LIMITED}) that says when it would be there.
     */
    @Override
    public Admission enter() {
        return enter(1);
    }

    /**
     * Asks for leave to do something that counts for several.
     *
     * @param permits how many it takes, 1 to the burst
     * @return leave, a wait, or a refusal, as {@link #enter()}
     * @throws IllegalArgumentException when it takes less than one, or more than there can ever be at once
     */
    public Admission enter(long permits) {
        return enterBy(permits, null);
    }

    /**
     * Asks for one permit, for work that has to be over by some deadline; the current one of this thread does not count.
     * For those who write engines.
     *
     * @param deadline a wait that would end after it is not begun
     * @return leave, a wait, or a refusal, as {@link #enter()}
     */
    public Admission enter(Deadline deadline) {
        return enterBy(1, Objects.requireNonNull(deadline, "deadline"));
    }

    private Admission enterBy(long permits, @Nullable Deadline deadline) {
        Admission answer = enterUnlessSealed(permits, deadline);
        while (answer == null) {
            awaitReconfiguration();
            answer = enterUnlessSealed(permits, deadline);
        }
        return answer;
    }

    /**
     * Null while it is being reconfigured, and when it is retired.
     *
     * @param deadline null for the current one, which is looked up only when there has to be a wait
     */
    @Nullable
    Admission enterUnlessSealed(long permits, @Nullable Deadline deadline) {
        RateSchedule now = schedule;
        checkWeight(permits, now.limit());
        RateLeave leave = now.tryTake(permits, time.precise());
        if (leave == null) {
            return waitOrRefusal(now, permits, deadline == null ? Deadline.current() : deadline);
        }
        admitted.add(permits);
        return leave;
    }

    /**
     * Takes one permit if it is there, and does nothing else. For those who write engines.
     *
     * @return null when it is not, or while this is being reconfigured
     */
    public Admission.@Nullable Leave enterNow() {
        RateLeave leave = schedule.tryTake(1, time.precise());
        if (leave != null) {
            admitted.increment();
        }
        return leave;
    }

    /** What is in force, until it is sealed. */
    RateSchedule present() {
        return schedule;
    }

    /** Null when there are not so many, and when that schedule is sealed: whether it is must be asked of the same one. */
    @Nullable
    RateLeave takeNow(RateSchedule now, long permits) {
        checkWeight(permits, now.limit());
        RateLeave leave = now.tryTake(permits, time.precise());
        if (leave != null) {
            admitted.add(permits);
        }
        return leave;
    }

    /* Null when the schedule is sealed. */
    private @Nullable Admission waitOrRefusal(RateSchedule from, long permits, Deadline deadline) {
        long instant = time.precise();
        long longest = Math.min(from.limit().maxWaitNanos(), deadline.remainingNanos(instant) - 1);
        RateSchedule.Promise promise = from.promise(permits, instant, longest);
        if (promise == null) {
            return null;
        }
        RateLeave leave = promise.leave();
        long wait = promise.instant() - instant;
        if (leave == null) {
            return refusal(permits, wait, why(from.limit(), wait));
        }
        if (wait <= 0) { // it came in meanwhile
            admitted.add(permits);
            return leave;
        }
        RateTurn turn = new RateTurn(this, leave, permits, promise.instant());
        waiting.incrementAndGet();
        return turn;
    }

    private static String why(RateLimit limit, long wait) {
        if (limit.maxWait().isZero()) {
            return "none to be had at once";
        }
        return wait > limit.maxWaitNanos()
                ? "the wait would be longer than " + Time.words(limit.maxWait())
                : "the wait would outlast the deadline";
    }

    /**
     * Takes a permit if there is one; never waits.
     *
     * @return null when there is none, which counts as a refusal
     */
    public @Nullable Permit tryEnter() {
        return tryEnter(1);
    }

    /**
     * Takes several permits if they are there; never waits.
     *
     * @param permits how many, 1 to the burst
     * @return one permit for all of them; null when there are not so many, which counts as a refusal
     * @throws IllegalArgumentException when it takes less than one, or more than there can ever be at once
     */
    public @Nullable Permit tryEnter(long permits) {
        RateSchedule asked = schedule;
        RateLeave leave = takeNow(asked, permits);
        while (leave == null && asked.isSealed()) {
            awaitReconfiguration();
            asked = schedule;
            leave = takeNow(asked, permits);
        }
        if (leave == null) {
            countRefusal();
            return null;
        }
        return Permit.of(this, leave);
    }

    private void checkWeight(long permits, RateLimit limit) {
        if (permits < 1 || permits > limit.capacity()) {
            throw new IllegalArgumentException(
                    name + ": permits must be 1 to the burst of " + limit.capacity() + ": " + permits);
        }
    }

    /* Whoever sealed the schedule holds the lock until there is the next one. */
    private void awaitReconfiguration() {
        synchronized (reconfiguring) {
            return;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@link Verdict#NOT_RUN} gives back what can be given back. Every other verdict changes nothing.
     */
    @Override
    public void settle(
            Admission.Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        if (judgement.verdict() == Verdict.NOT_RUN && given instanceof RateLeave leave) {
            RateSchedule from = leave.schedule(); // perhaps that of another limiter, see RateLimiters
            from.notUsed().increment();
            from.giveBack(leave, time);
        }
    }

    @Override
    public long clock() {
        return time.coarse();
    }

    /**
     * Changes the rate, the burst or the longest wait, while it is in use. The configuration describes all of it, as at
     * creation: what it does not name is as by default. If that is how it is already, nothing changes.
     *
     * <p>It stays the same limiter: permits that were taken stay taken, as many as they are, and come in by the new rate,
     * but for those that would take more than nine years; turns that were promised stay promised, and nobody who comes
     * later goes before them. While such turns are to come, and only then, the old rate counts besides. What was taken
     * before cannot be given back after.
     *
     * <p>Of several threads that do this at once, one is the last, and its configuration counts, whole.
     *
     * @param configuration names at least {@code permits}
     * @throws ConfigurationException with all that is wrong; then nothing has changed
     */
    public void reconfigure(UnaryOperator<RateLimit> configuration) {
        Check check = new Check(GATE + " " + name);
        RateLimit next = RateLimit.applied(check, configuration);
        check.done();
        follow(Objects.requireNonNull(next));
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public RateLimiterSnapshot snapshot() {
        RateSchedule now = schedule;
        long instant = time.precise();
        return new RateLimiterSnapshot(
                name,
                now.limit(),
                now.available(instant),
                waiting.get(),
                admitted.sum(),
                refused.sum(),
                notUsed.sum(),
                Duration.ofNanos(now.untilNext(instant)));
    }

    /**
     * How it stands, for people.
     *
     * @return such as "prices: 100 permits per 1 s, 20 at once; 3 there now, 2 waiting, 5 refused so far"
     */
    public String explain() {
        RateLimiterSnapshot now = snapshot();
        return name + ": " + now.limit().words() + "; " + now.available() + " there now, " + now.waiting()
                + " waiting, " + now.refused() + " refused so far";
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }

    // ---------------------------------------------------------------- for its turns and its registry

    Time time() {
        return time;
    }

    Rejection refusal(long permits, long waitNanos, String why) {
        refused.increment();
        RateLimit limit = limit();
        String detail = (permits == 1 ? "" : permits + " permits asked for, ") + why + ", " + limit.words();
        return new Rejection(
                name, GATE, Rejection.Reason.RATE_LIMITED, detail, Math.min(Time.LONGEST, Math.max(0, waitNanos)));
    }

    void turnCame(long permits) {
        waiting.decrementAndGet();
        admitted.add(permits);
    }

    void turnGivenUp(RateLeave leave) {
        waiting.decrementAndGet();
        leave.schedule().giveBack(leave, time);
    }

    void countRefusal() {
        refused.increment();
    }

    /** Takes on a limit that was checked before, if it has not yet. */
    void follow(RateLimit other) {
        if (schedule.limit().equals(other)) {
            return;
        }
        synchronized (reconfiguring) {
            if (!schedule.limit().equals(other) && !schedule.isSealed()) {
                schedule = schedule.sealedFor(other, time);
            }
        }
    }

    /** Takes it out of use for good, if its bucket is full, so that a new one in its place is the same. */
    boolean retire() {
        synchronized (reconfiguring) {
            return schedule.sealIfFull(time);
        }
    }
}
