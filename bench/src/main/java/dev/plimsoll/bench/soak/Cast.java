package dev.plimsoll.bench.soak;

import dev.plimsoll.GuardBuilder;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * The guards that are called: one of each kind, and some by key. Work of one may call those before it in the list and no
 * others, so that whatever says whose it is says as well of which call it is. Those from {@code timed} on end their work by a
 * timeout, if nothing else does.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Cast implements AutoCloseable {

    static final String KEYED = "hosts";

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long MANY = 1_000_000;
    private static final int KEYS = 16;
    /* Their probes have a lease of a minute. */
    private static final List<String> WITHOUT_TIMEOUT = List.of("rated", "picky", "full", "narrow");
    private static final long LEASE = 50_000_000_000L;

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final List<Role> roles = new ArrayList<>();
    private final KeyedGuards<Integer> keyed;
    private final Book keyedBook = new Book();
    private final Dependency keyedDependency = new Dependency();
    private final LongAdder late = new LongAdder();
    private final int firstWithTimeout;
    /* Nothing is forgotten within the hour: each charge is for an attempt that ran, or was given back. */
    private final RetryBudget retried =
            RetryBudget.fixedCount(FixedCount.defaults().count(MANY).over(HOUR), Time.system());
    private final RetryBudget hedged =
            RetryBudget.fixedCount(FixedCount.defaults().count(MANY).over(HOUR), Time.system());

    Cast() {
        addBreakers();
        addBulkheads();
        addLimits();
        firstWithTimeout = roles.size();
        addTimeouts();
        keyed = guards.keyed(
                KEYED, g -> setUpOfKeys(g, 2), keys -> keys.maximumSize(KEYS).idleAfter(MILLI.multipliedBy(3)));
        keyed.observe(event -> {
            if (!(event instanceof CircuitTransition)) { // of which each key has its own order
                keyedBook.hear(event);
            }
        });
    }

    private void add(String name, Role.Listening how, Role.SetUp setUp) {
        roles.add(new Role(guards, name, new Book(), how, setUp));
    }

    private void addBreakers() {
        add(
                "plain",
                Role.Listening.NOBODY,
                (g, n) -> g.circuitBreaker(b -> b.consecutiveFailures(n + 1).openFor(MILLI)));
        add(
                "rated",
                Role.Listening.BROKEN,
                (g, n) -> g.circuitBreaker(b -> b.failureRate(0.5, 10)
                        .slowCallRate(0.9, MILLI, 20)
                        .overLastCalls(25 * n)
                        .openFor(MILLI)
                        .rampUp(MILLI.multipliedBy(10))));
        Classifier bad = Classifier.standard()
                .judgingResults(String.class, "bad"::equals, Judgement.of(Verdict.FAILURE, Repeat.NEVER));
        add(
                "picky",
                Role.Listening.BOOK,
                (g, n) -> g.classifier(bad)
                        .circuitBreaker(b -> b.failureRate(0.5, 5 * n).openFor(MILLI.multipliedBy(n))));
    }

    private void addBulkheads() {
        add(
                "full",
                Role.Listening.BROKEN,
                (g, n) -> g.retry(Retry.immediate())
                        .circuitBreaker(b ->
                                b.failures(20).overLast(Duration.ofSeconds(n)).openFor(MILLI))
                        .bulkhead(b -> queueing(b, n)));
        add(
                "charged",
                Role.Listening.BOOK,
                (g, n) -> g.retry(Retry.fixed(MILLI.dividedBy(20)).maxAttempts(n + 1))
                        .retryBudget(retried)
                        .bulkhead(b -> queueing(b, n)));
        Book book = new Book();
        Classifier broken = outcome -> {
            book.thrown();
            throw new IllegalStateException("broken classifier");
        };
        Role.SetUp judged = (g, n) -> g.bulkhead(n)
                .retry(Retry.immediate().retryOnResult("pending"::equals))
                .classifier(broken);
        roles.add(new Role(guards, "judged", book, Role.Listening.BOOK, judged));
        add(
                "newest",
                Role.Listening.BOOK,
                (g, n) -> g.bulkhead(b -> queueing(b, n).maxWaiting(4).lifoUnderOverload(MILLI.dividedBy(10), MILLI)));
    }

    private void addLimits() {
        add(
                "paced",
                Role.Listening.BOOK,
                (g, n) -> g.retry(Retry.immediate())
                        .rateLimiter(r -> r.permits(1_000L * n)
                                .per(Duration.ofSeconds(1))
                                .burst(20)
                                .maxWait(MILLI)));
        add(
                "narrow",
                Role.Listening.BOOK,
                (g, n) -> g.circuitBreaker(b -> b.failureRate(0.5, 10).openFor(MILLI))
                        .concurrencyLimit(l -> l.aimd().within(1, 1 + n).initial(2)));
        Classifier full = Classifier.standard()
                .judging(IOException.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER))
                .judgingResults(String.class, "bad"::equals, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER));
        add(
                "held",
                Role.Listening.BOOK,
                (g, n) -> g.classifier(full)
                        .adaptiveThrottle(t -> t.k(1 + 0.02 * n).minimumRequests(10)));
    }

    private void addTimeouts() {
        add(
                "timed",
                Role.Listening.BROKEN,
                (g, n) -> g.attemptTimeout(MILLI.multipliedBy(n)).bulkhead(3).onLateResult(value -> late.increment()));
        add(
                "pooled",
                Role.Listening.BOOK,
                (g, n) -> g.totalTimeout(MILLI.multipliedBy(5))
                        .bulkhead(b -> queueing(b, 2 + n).ownPool()));
        add(
                "virtual",
                Role.Listening.BOOK,
                (g, n) -> g.attemptTimeout(MILLI.multipliedBy(5))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(MILLI.multipliedBy(n)))
                        .bulkhead(b -> ownThreads(queueing(b, 2 + n))));
        add(
                "bounded",
                Role.Listening.BOOK,
                (g, n) -> g.totalTimeout(MILLI.multipliedBy(2))
                        .retry(Retry.exponential(MILLI.dividedBy(10)).fullJitter())
                        .circuitBreaker(b -> b.failureRate(0.5, 10).openFor(MILLI))
                        .bulkhead(b -> queueing(b, 1 + n)));
        add("crowded", Role.Listening.BROKEN, Cast::crowd);
        add(
                "hedged",
                Role.Listening.BOOK,
                (g, n) -> g.attemptTimeout(MILLI.multipliedBy(4))
                        .hedge(Hedge.after(MILLI.dividedBy(10L * n)))
                        .retryBudget(hedged)
                        .rateLimiter(r ->
                                r.permits(50_000).per(Duration.ofSeconds(1)).burst(100))
                        .concurrencyLimit(l -> l.vegas().within(2, 8).initial(4))
                        .bulkhead(b -> b.maxConcurrent(2 + n)
                                .maxWaiting(1)
                                .maxWait(MILLI)
                                .ownPool()));
    }

    private static GuardBuilder crowd(GuardBuilder g, int n) {
        return g.attemptTimeout(MILLI.multipliedBy(2))
                .retry(Retry.fixed(MILLI.dividedBy(20)))
                .circuitBreaker(b -> b.failureRate(0.6, 20).openFor(MILLI))
                .adaptiveThrottle(t -> t.k(1.2))
                .rateLimiter(r -> r.permits(10_000L * n)
                        .per(Duration.ofSeconds(1))
                        .burst(50)
                        .maxWait(MILLI.dividedBy(5)))
                .concurrencyLimit(l -> l.within(1, 3 + n).initial(3))
                .bulkhead(b -> queueing(b, n));
    }

    private static GuardBuilder setUpOfKeys(GuardBuilder g, int n) {
        return g.circuitBreaker(b -> b.consecutiveFailures(n + 1).openFor(MILLI))
                .bulkhead(b -> queueing(b, n));
    }

    private static BulkheadConfig.Builder queueing(BulkheadConfig.Builder builder, int maxConcurrent) {
        return builder.maxConcurrent(maxConcurrent).maxWaiting(1).maxWait(MILLI);
    }

    private static BulkheadConfig.Builder ownThreads(BulkheadConfig.Builder builder) {
        return VirtualThreads.exist() ? builder.ownVirtualThreads() : builder.ownPool();
    }

    /** All but those by key. */
    List<Role> roles() {
        return roles;
    }

    /** The place of a guard in the list; those by key come before all, and are called by nobody's work. */
    int indexOf(String guard) {
        for (int i = 0; i < roles.size(); i++) {
            if (roles.get(i).is(guard)) {
                return i;
            }
        }
        return -1;
    }

    int firstWithTimeout() {
        return firstWithTimeout;
    }

    KeyedGuards<Integer> keyed() {
        return keyed;
    }

    Book keyedBook() {
        return keyedBook;
    }

    Dependency keyedDependency() {
        return keyedDependency;
    }

    /** How many values came too late in {@code timed}. */
    long late() {
        return late.sum();
    }

    /** Another set-up for a guard, or for all keys. */
    void reconfigure(SplittableRandom random) {
        int which = random.nextInt(roles.size() + 1);
        int size = 1 + random.nextInt(4);
        if (which < roles.size()) {
            roles.get(which).reconfigure(size);
        } else {
            keyed.reconfigure(g -> setUpOfKeys(g, size));
        }
    }

    /** An operator shuts a circuit for a moment. */
    void force(SplittableRandom random) {
        var breaker = roles.get(random.nextInt(roles.size())).guard().circuitBreaker();
        if (breaker != null) {
            breaker.forceOpen("soak", "nobody", MILLI);
        }
    }

    /** How many calls have ended. */
    long calls() {
        return keyedBook.calls()
                + roles.stream().mapToLong(role -> role.book().calls()).sum();
    }

    /** What calls hold at this moment: permits, slots, places in queues, probes, orphans. */
    long held() {
        long all = 0;
        for (Role role : roles) {
            all += held(role.guard().snapshot());
        }
        for (GuardSnapshot each : keyed.snapshots()) {
            all += held(each);
        }
        return all + held(keyed.snapshot().shared());
    }

    private static long held(GuardSnapshot guard) {
        return guard.bulkhead()
                        .map(b -> Math.max(0L, b.maxConcurrent() - b.available()) + b.waiting() + b.orphans())
                        .orElse(0L)
                + guard.concurrencyLimit().map(l -> (long) l.inFlight()).orElse(0L)
                + guard.rateLimiter().map(r -> (long) r.waiting()).orElse(0L)
                + guard.breaker()
                        .map(b -> (long) b.judged().probes() + b.judged().orphans())
                        .orElse(0L);
    }

    /** In how much the guards' numbers, and what they told, differ from what is known. */
    void compare(Drift drift) {
        for (Role role : roles) {
            GuardSnapshot now = role.guard().snapshot();
            String name = now.name();
            role.book().compareCalls(name, now, drift);
            if (role.observed()) {
                role.book().compareCounters(name, now, drift);
                role.book().compareEvents(name, drift);
                compareGates(role, now, drift);
                compareResults(role, now, drift);
            }
        }
        keyedBook.compareEvents(KEYED, drift);
        charges("charged", retried.snapshot(), book("charged").repeated(), drift);
        charges("hedged", hedged.snapshot(), book("hedged").hedges(), drift);
    }

    private Book book(String name) {
        return roles.get(indexOf(name)).book();
    }

    private void compareResults(Role role, GuardSnapshot now, Drift drift) {
        boolean outlived = roles.stream().anyMatch(each -> each.dependency().longestHang() > LEASE);
        if (!outlived && WITHOUT_TIMEOUT.contains(now.name())) { // else a probe may have counted before it ended
            now.breaker().ifPresent(breaker -> {
                long counted = breaker.judged().totalGood() + breaker.judged().totalBad();
                drift.counter(now.name() + " results counted", role.book().telling(), counted);
            });
        }
    }

    private static void compareGates(Role role, GuardSnapshot now, Drift drift) {
        now.rateLimiter()
                .ifPresent(limiter -> drift.counter(
                        now.name() + " tokens used", role.book().begun(), limiter.admitted() - limiter.notUsed()));
    }

    /** A budget that has never been used up denies nothing. */
    static void charges(String name, RetryBudget.Snapshot budget, long ran, Drift drift) {
        if (budget.withdrawn() < MANY) {
            drift.counter(name + " charges denied", 0, budget.denied());
            drift.counter(name + " charges", ran, budget.retries());
        }
    }

    @Override
    public void close() {
        guards.close();
    }
}
