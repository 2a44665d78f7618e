package dev.plimsoll;

import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.List;

/**
 * One guard of each kind, on real time. Work of one may call those before it in the list and no others, so that whatever
 * says whose it is says as well of which call it is.
 */
final class LedgerGuards implements LedgerWork.Cast {

    private static final Duration MILLI = Duration.ofMillis(1);

    private final LedgerBook.Shelf shelf;
    private final Guards guards = Guards.create(g -> g.logging(false));
    /** Each of its charges is either for an attempt that ran, or was given back: nothing is forgotten within the hour. */
    final RetryBudget budget =
            RetryBudget.fixedCount(FixedCount.defaults().count(1_000_000).over(Duration.ofHours(1)), Time.system());

    final Guard plain;
    final Guard rated;
    final Guard full;
    final Guard charged;
    final Guard picky;
    final Guard judged;
    final Guard newest;
    final Guard timed;
    final Guard pooled;
    final Guard virtual;
    final Guard bounded;

    LedgerGuards(LedgerBook.Shelf shelf) {
        this.shelf = shelf;
        plain = madePlain();
        rated = madeRated();
        full = madeFull();
        charged = madeCharged();
        picky = madePicky();
        judged = madeJudged();
        newest = madeNewest();
        timed = madeTimed();
        pooled = madePooled();
        virtual = madeVirtual();
        bounded = madeBounded();
    }

    private Guard madePlain() {
        return guards.guard(
                "plain", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(MILLI)));
    }

    private Guard madeRated() {
        return guards.guard(
                "rated",
                g -> g.circuitBreaker(b -> b.failureRate(0.5, 10)
                                .slowCallRate(0.9, MILLI, 20)
                                .overLastCalls(50)
                                .openFor(MILLI)
                                .rampUp(MILLI.multipliedBy(10)))
                        .observer(this::hearsAndThrows));
    }

    private Guard madeFull() {
        return guards.guard(
                "full",
                g -> g.retry(Retry.immediate())
                        .circuitBreaker(b ->
                                b.failures(20).overLast(Duration.ofSeconds(1)).openFor(MILLI))
                        .bulkhead(b -> queueing(b, 2))
                        .observer(this::hearsAndThrows));
    }

    private Guard madeCharged() {
        return guards.guard(
                "charged",
                g -> g.retry(Retry.fixed(MILLI.dividedBy(20)))
                        .retryBudget(budget)
                        .bulkhead(b -> queueing(b, 1))
                        .observer(shelf::hear));
    }

    private Guard madePicky() {
        return guards.guard(
                "picky",
                g -> g.circuitBreaker(b -> b.failureRate(0.5, 10).openFor(MILLI))
                        .classifier(Classifier.standard()
                                .judgingResults(
                                        String.class, "bad"::equals, Judgement.of(Verdict.FAILURE, Repeat.NEVER))));
    }

    private Guard madeJudged() {
        return guards.guard(
                "judged",
                g -> g.bulkhead(2)
                        .retry(Retry.immediate().retryOnResult("pending"::equals))
                        .classifier(outcome -> {
                            throw new IllegalStateException("broken classifier");
                        }));
    }

    private Guard madeNewest() {
        return guards.guard(
                "newest",
                g -> g.bulkhead(b -> queueing(b, 1).maxWaiting(4).lifoUnderOverload(MILLI.dividedBy(10), MILLI)));
    }

    private Guard madeTimed() {
        return guards.guard("timed", g -> g.attemptTimeout(MILLI).bulkhead(3).observer(this::hearsAndThrows));
    }

    private Guard madePooled() {
        return guards.guard(
                "pooled",
                g -> g.totalTimeout(MILLI.multipliedBy(5))
                        .bulkhead(b -> queueing(b, 4).ownPool()));
    }

    private Guard madeVirtual() {
        return guards.guard(
                "virtual",
                g -> g.attemptTimeout(MILLI.multipliedBy(5))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(MILLI))
                        .bulkhead(b -> VirtualThreads.exist()
                                ? queueing(b, 4).ownVirtualThreads()
                                : queueing(b, 4).ownPool()));
    }

    private Guard madeBounded() {
        return guards.guard(
                "bounded",
                g -> g.totalTimeout(MILLI.multipliedBy(2))
                        .retry(Retry.exponential(MILLI.dividedBy(10)).fullJitter())
                        .circuitBreaker(b -> b.failureRate(0.5, 10).openFor(MILLI))
                        .bulkhead(b -> queueing(b, 3))
                        .observer(shelf::hear));
    }

    private static BulkheadConfig.Builder queueing(BulkheadConfig.Builder builder, int maxConcurrent) {
        return builder.maxConcurrent(maxConcurrent).maxWaiting(1).maxWait(MILLI);
    }

    private void hearsAndThrows(Event event) {
        shelf.hear(event);
        throw new IllegalStateException("broken observer");
    }

    @Override
    public List<Guard> all() {
        return List.of(plain, rated, full, charged, picky, judged, newest, timed, pooled, virtual, bounded);
    }

    @Override
    public List<Guard> withTimeout() {
        return List.of(timed, pooled, virtual, bounded);
    }

    @Override
    public boolean isPicky(Guard guard) {
        return guard == picky;
    }

    boolean isObserved(Guard guard) {
        return List.of(rated, full, charged, timed, bounded).contains(guard);
    }

    void close() {
        guards.close();
    }
}
