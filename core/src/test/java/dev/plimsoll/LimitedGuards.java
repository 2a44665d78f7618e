package dev.plimsoll;

import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A guard with each kind of limit, one with all of them, and one that hedges under limits, on real time. */
final class LimitedGuards implements LedgerWork.Cast {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final IllegalStateException BROKEN = new IllegalStateException("broken observer");

    private final LedgerBook.Shelf shelf;
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Map<String, LongAdder> begun = new ConcurrentHashMap<>();
    private final LongAdder launched = new LongAdder();
    /** Nothing is forgotten within the hour. */
    final RetryBudget budget =
            RetryBudget.fixedCount(FixedCount.defaults().count(1_000_000).over(Duration.ofHours(1)), Time.system());

    final Guard paced;
    final Guard narrow;
    final Guard held;
    final Guard crowded;
    final Guard hedged;

    LimitedGuards(LedgerBook.Shelf shelf) {
        this.shelf = shelf;
        paced = guards.guard(
                "paced",
                g -> g.retry(Retry.immediate())
                        .rateLimiter(r -> r.permits(1_000)
                                .per(Duration.ofSeconds(1))
                                .burst(20)
                                .maxWait(MILLI))
                        .observer(this::hear));
        narrow = guards.guard(
                "narrow",
                g -> g.circuitBreaker(b -> b.failureRate(0.5, 10).openFor(MILLI))
                        .concurrencyLimit(l -> l.aimd().within(1, 3).initial(2))
                        .observer(this::hear));
        held = guards.guard(
                "held",
                g -> g.adaptiveThrottle(t -> t.k(1.02).minimumRequests(10))
                        .classifier(Classifier.standard()
                                .judging(IOException.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER))
                                .judgingResults(
                                        String.class, "bad"::equals, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER)))
                        .observer(this::hear));
        crowded = madeCrowded();
        hedged = madeHedged();
    }

    private Guard madeCrowded() {
        return guards.guard(
                "crowded",
                g -> g.attemptTimeout(MILLI.multipliedBy(2))
                        .retry(Retry.fixed(MILLI.dividedBy(20)))
                        .circuitBreaker(b -> b.failureRate(0.6, 20).openFor(MILLI))
                        .adaptiveThrottle(t -> t.k(1.2))
                        .rateLimiter(r -> r.permits(30_000)
                                .per(Duration.ofSeconds(1))
                                .burst(50)
                                .maxWait(MILLI.dividedBy(5)))
                        .concurrencyLimit(l -> l.within(1, 5).initial(3))
                        .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).maxWait(MILLI))
                        .observer(event -> {
                            hear(event);
                            throw BROKEN;
                        }));
    }

    private Guard madeHedged() {
        return guards.guard(
                "hedged",
                g -> g.attemptTimeout(MILLI.multipliedBy(4))
                        .hedge(Hedge.after(MILLI.dividedBy(10)))
                        .retryBudget(budget)
                        .rateLimiter(r ->
                                r.permits(50_000).per(Duration.ofSeconds(1)).burst(100))
                        .concurrencyLimit(l -> l.vegas().within(2, 8).initial(4))
                        .bulkhead(b ->
                                b.maxConcurrent(4).maxWaiting(1).maxWait(MILLI).ownPool())
                        .observer(this::hear));
    }

    private void hear(Event event) {
        shelf.hear(event);
        if (event instanceof LegEnded
                || (event instanceof AttemptEnded && !event.dependency().equals("hedged"))) {
            begun.computeIfAbsent(event.dependency(), name -> new LongAdder()).increment();
        } else if (event instanceof HedgeLaunched) {
            launched.increment();
        }
    }

    /** How many attempts, or their legs, have passed all gates, as an observer was told. */
    long begun(Guard guard) {
        return begun.computeIfAbsent(guard.name(), name -> new LongAdder()).sum();
    }

    /** How many legs beyond the first were told. */
    long launched() {
        return launched.sum();
    }

    @Override
    public List<Guard> all() {
        return List.of(paced, narrow, held, crowded, hedged);
    }

    @Override
    public List<Guard> withTimeout() {
        return List.of(crowded, hedged);
    }

    @Override
    public boolean isPicky(Guard guard) {
        return guard == held;
    }

    void close() {
        guards.close();
    }
}
