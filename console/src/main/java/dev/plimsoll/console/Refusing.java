package dev.plimsoll.console;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.RetryBudget.Kind;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.shed.ThrottleSnapshot;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Locale;

/**
 * What a guard is doing when it refuses, in words, for each reason there is: of one guard with the numbers of its mechanisms,
 * of many by key without.
 *
 * @param guard without the parts whose numbers are not to be told
 * @param perSecond how many it refuses
 * @param since the time of day at which that began, in milliseconds since the epoch
 */
record Refusing(GuardSnapshot guard, double perSecond, long since) {

    private static final Duration SHORT = Duration.ofSeconds(1);

    /** The texts of a {@link Trouble}; what is to come is about trying again. */
    private record Words(String label, String sentence, String why, String done, String again) {}

    /** What it comes to. A reason without words does not compile. */
    Trouble because(Reason reason) {
        return switch (reason) {
            case CIRCUIT_OPEN -> trouble(circuitWasOpen()).over();
            case BULKHEAD_FULL -> trouble(bulkheadFull());
            case BULKHEAD_TIMEOUT -> trouble(bulkheadTimeout());
            case REENTRANT -> trouble(reentrant());
            case CONCURRENCY_LIMIT -> trouble(concurrencyLimit());
            case RATE_LIMITED -> rateLimited();
            case THROTTLED -> trouble(throttled());
            case SHED -> trouble(shed());
            case DEADLINE_EXPIRED -> trouble(deadlineExpired());
            case HOPELESS -> trouble(hopeless());
            case DRAINING -> trouble(draining());
            case SHUT_DOWN -> trouble(shutDown());
            case KEYS_FULL -> trouble(keysFull());
            case STORE_FULL -> trouble(storeFull());
        };
    }

    private Trouble trouble(Words words) {
        Later again = Later.of(Trouble.AGAIN, words.again());
        return new Trouble(words.label(), words.sentence(), since, words.why(), words.done(), again);
    }

    private String calls() {
        return String.format(Locale.ROOT, "%.1f calls a second", perSecond);
    }

    // ---------------------------------------------------------------- the circuit, seen when it is closed again

    private Words circuitWasOpen() {
        return new Words(
                "CIRCUIT WAS OPEN",
                "was shut off until a moment ago: its circuit was open and refused " + calls() + ".",
                "What opened it stands among its changes.",
                "The circuit is closed again: calls pass, and are judged.",
                "With every call.");
    }

    // ---------------------------------------------------------------- places

    private Words bulkheadFull() {
        return new Words(
                "BULKHEAD FULL",
                "is saturated: " + calls() + " find no place in its bulkhead and are refused.",
                places(),
                "Calls that find no place are refused at once, so that nobody piles up; those inside go on.",
                "As soon as one of those inside ends.");
    }

    private Words bulkheadTimeout() {
        return new Words(
                "QUEUE TOO LONG",
                "is saturated: " + calls() + " wait in vain for a place in its bulkhead.",
                places(),
                "Calls wait in its queue, and are refused when their time to wait is up.",
                "As soon as one of those inside ends.");
    }

    private Words reentrant() {
        return new Words(
                "CALLS INSIDE CALLS",
                "is called from inside its own bulkhead: " + calls() + " would wait for themselves and are refused.",
                "A call that has a place makes another one, which would wait for a place that only the first can free. "
                        + places(),
                "Such calls are refused at once, so that nothing stands still.",
                "As soon as a place is free; but it is the code that must not make such calls.");
    }

    private String places() {
        return guard.bulkhead().map(Refusing::places).orElse("All its places are taken.");
    }

    private static String places(BulkheadSnapshot bulkhead) {
        String queue = bulkhead.maxWaiting() == 0
                ? ""
                : ", and " + bulkhead.waiting() + " of " + bulkhead.maxWaiting() + " places in its queue";
        String orphans = bulkhead.orphans() == 0
                ? ""
                : "; " + bulkhead.orphans() + " of those inside " + (bulkhead.orphans() == 1 ? "is" : "are")
                        + " work whose caller has gone";
        return bulkhead.active() + " of " + bulkhead.maxConcurrent() + " places are taken right now" + queue + orphans
                + ".";
    }

    private Words concurrencyLimit() {
        return new Words(
                "AT ITS LIMIT",
                "is asked for more than it can take: " + calls() + " are beyond its concurrency limit and refused.",
                guard.concurrencyLimit()
                        .map(Refusing::limit)
                        .orElse("As many are under way as it can take at present."),
                "What is beyond the limit is refused at once, so that those under way are answered in time.",
                "As soon as one of those under way ends; the limit grows when answers come quickly again.");
    }

    private static String limit(ConcurrencyLimitSnapshot limit) {
        return limit.inFlight() + " are under way, and " + limit.limit() + " may be at present: the limit follows how "
                + "quickly it answers (" + limit.algorithm() + ", " + limit.min() + " to " + limit.max() + ").";
    }

    // ---------------------------------------------------------------- rates

    private Trouble rateLimited() {
        String why = guard.rateLimiter()
                .map(rate -> "The limit is " + rate.limit() + ", and more is asked for.")
                .orElse("More is asked for than the limit has permits.");
        String done = guard.rateLimiter()
                .map(Refusing::beyond)
                .orElse("What is beyond the limit is refused; all other calls pass.");
        return new Trouble(
                "RATE LIMITED",
                "is asked for more than its rate limit allows: " + calls() + " are refused.",
                since,
                why,
                done,
                guard.rateLimiter()
                        .map(Refusing::nextPermit)
                        .orElse(Later.of(Trouble.AGAIN, "With the next permit; they come evenly.")));
    }

    private static String beyond(RateLimiterSnapshot rate) {
        return rate.limit().maxWait().isZero()
                ? "What is beyond the limit is refused at once; all other calls pass."
                : "Calls wait for a permit, " + rate.waiting() + " do so now; what would wait for longer than "
                        + Time.words(rate.limit().maxWait()) + " is refused at once.";
    }

    private static Later nextPermit(RateLimiterSnapshot rate) {
        Duration interval = rate.limit().per().dividedBy(rate.limit().permits());
        if (interval.compareTo(SHORT) < 0 && rate.nextIn().compareTo(SHORT) < 0) {
            return Later.of(Trouble.AGAIN, "Soon: a permit comes every " + Time.words(interval) + ".");
        }
        if (rate.nextIn().isZero()) {
            return Later.of(Trouble.AGAIN, "With the next call: a permit is there now.");
        }
        return new Later(Trouble.AGAIN, "The next permit comes", rate.nextIn().toMillis());
    }

    private Words throttled() {
        String share = guard.throttle()
                .map(throttle -> Math.round(100 * throttle.probability()) + " % of the calls are")
                .orElse("a share of the calls is");
        return new Words(
                "THROTTLED",
                "says that it is full, so " + share + " held back: " + calls() + " are refused.",
                guard.throttle().map(Refusing::accepted).orElse("It accepts less than it is asked for."),
                "A share of the calls is refused before they are sent, so that it is not asked for more than it can take.",
                "With the next call that is not held back; as it accepts more, more are sent.");
    }

    private static String accepted(ThrottleSnapshot throttle) {
        return "Of the last " + throttle.requests() + " calls it has accepted " + throttle.accepts() + ", and said "
                + throttle.overloads() + " times that it is full.";
    }

    private Words shed() {
        return new Words(
                "SHEDDING",
                "has to stand back: this service has too much to do and refuses " + calls() + ".",
                "More comes in than can be done in time.",
                "What matters least is refused first; all else is done.",
                "As soon as there is less to do.");
    }

    // ---------------------------------------------------------------- time

    private Words deadlineExpired() {
        return new Words(
                "OUT OF TIME",
                "is called too late: " + calls() + " have no time left and are not begun.",
                "The time of these calls was up before they began: who called has waited too long, or gives too little.",
                "They are refused, for nobody waits for their answers any more.",
                "With the next call that has time left.");
    }

    private Words hopeless() {
        return new Words(
                "TOO LITTLE TIME",
                "is called too late: " + calls() + " have less time left than half of its answers take.",
                "Such calls would mostly end in a timeout: it answers slowly, or who calls gives too little time.",
                "They are refused before they begin, one in five at most.",
                "With the next call that has more time left.");
    }

    // ---------------------------------------------------------------- the end, and too much of something

    private Words draining() {
        return new Words(
                "DRAINING",
                "is going down: " + calls() + " come too late and are refused.",
                "It was told to stop, as for a new version.",
                "What is under way may end; nothing new is begun.",
                "Not in this process: another instance has to take over.");
    }

    private Words shutDown() {
        return new Words(
                Trouble.SHUT_DOWN,
                "is closed: " + calls() + " are refused.",
                "The application has closed its guards, as it does at its end.",
                "Calls under way may end; all others are refused.",
                "Not in this process.");
    }

    private Words keysFull() {
        return new Words(
                "TOO MANY KEYS",
                "has as many keys as it may: " + calls() + " for other keys are refused.",
                "Each key has a guard of its own, and there is room for no more of them.",
                "Calls for keys that have a guard pass; those for others are refused.",
                "When a key was idle for a while, for its place is then given away.");
    }

    private Words storeFull() {
        return new Words(
                "STORE FULL",
                "has no room left: " + calls() + " find a store full and are refused.",
                "A queue for later, or the results that are kept by key, holds as much as it may.",
                "What does not fit is refused; what is in it stays.",
                "When something of it is done, or old enough to go.");
    }

    // ---------------------------------------------------------------- retries

    /** What it comes to that the retry budget refuses. */
    Trouble becauseOfItsBudget() {
        String retries = String.format(Locale.ROOT, "%.1f retries a second", perSecond);
        boolean tokens = guard.budget().map(RetryBudget.Snapshot::kind).orElse(Kind.FIXED_COUNT) == Kind.TOKEN_BUCKET;
        String again = tokens
                ? "First attempts now; retries as calls go well again."
                : "First attempts now; retries as old ones leave the window.";
        return trouble(new Words(
                "RETRY BUDGET USED UP",
                "fails, and its retry budget is used up: " + retries + " are refused.",
                guard.budget().map(Refusing::budget).orElse("More retries are wanted than it allows."),
                "Failed calls are not tried again, so that an outage is not answered with a storm of retries.",
                again));
    }

    private static String used(RetryBudget.Snapshot budget) {
        return budget.allowed()
                + (budget.allowed() == 1 ? " retry, and " : " retries, and ")
                + budget.retries()
                + (budget.retries() == 1 ? " is used." : " are used.");
    }

    private static String budget(RetryBudget.Snapshot budget) {
        return switch (budget.kind()) {
            case TOKEN_BUCKET ->
                String.format(
                        Locale.ROOT,
                        "%.1f of %.0f tokens are left; failures take them, and successes bring them.",
                        budget.tokens(),
                        budget.capacity());
            case WINDOWED_RATIO ->
                budget.calls() + " recent " + (budget.calls() == 1 ? "call allows " : "calls allow ") + used(budget);
            case FIXED_COUNT -> "Its window allows " + used(budget);
            case UNLIMITED -> "It is unlimited.";
        };
    }
}
