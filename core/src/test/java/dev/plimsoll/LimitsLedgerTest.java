package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls of every kind under limits and hedges by real threads; then every token, slot, charge and timer is accounted for. */
final class LimitsLedgerTest {

    private static final int THREADS = 4;
    private static final long CALLS = 50_000;

    private final long seed = new SplittableRandom().nextLong();
    private final AtomicLong seeds = new AtomicLong(seed);
    private final LedgerBook.Shelf shelf = new LedgerBook.Shelf();
    private final LimitedGuards guards = new LimitedGuards(shelf);
    private final LedgerWork work = new LedgerWork(shelf, guards);

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName(
            "RL-1 CL-1 AT-1 HG-1 RB-1 EV-3 T-46 T-62 T-82 after mixed calls under limits all is back, the books agree")
    void mixedCalls_underLimits_leaveNothingBehind() {
        Rendezvous.threads(THREADS, this::callAtRandom);
        Rendezvous.await(
                () -> {
                    work.doLater(0);
                    return work.underway() == 0;
                },
                "all asynchronous calls are over");
        boolean unused = Thread.interrupted();
        for (Guard guard : guards.all()) {
            Rendezvous.await(() -> isIdle(guard), guard.name() + " has all back");
        }
        System.out.println(page());

        for (Guard guard : guards.all()) {
            GuardSnapshot now = guard.snapshot();
            shelf.of(guard.name()).agreesWith(now, true);
            allTokensAreAccountedFor(guard, now);
            now.throttle()
                    .ifPresent(throttle -> assertThat(throttle.refused()).isEqualTo(refused(now, Reason.THROTTLED)));
        }
        assertThat(guards.narrow.snapshot().concurrencyLimit().orElseThrow().refused())
                .isEqualTo(refused(guards.narrow.snapshot(), Reason.CONCURRENCY_LIMIT));
        long launched = guards.hedged.snapshot().hedges().orElseThrow().launched();
        assertThat(guards.launched()).isEqualTo(launched);
        assertThat(guards.budget.snapshot().retries())
                .as("what is charged was launched")
                .isEqualTo(launched);
        everythingIsInTheMixture();
        Rendezvous.await(() -> Time.system().pendingTimers() == 0, "no timer is pending");
    }

    private void callAtRandom() {
        SplittableRandom random = new SplittableRandom(seeds.getAndIncrement());
        while (shelf.calls() < CALLS) {
            for (int i = 0; i < 100; i++) {
                work.one(random);
            }
        }
    }

    private static boolean isIdle(Guard guard) {
        GuardSnapshot now = guard.snapshot();
        return now.concurrencyLimit().map(limit -> limit.inFlight() == 0).orElse(true)
                && now.rateLimiter().map(limiter -> limiter.waiting() == 0).orElse(true)
                && now.bulkhead()
                        .map(places -> places.available() == places.maxConcurrent()
                                && places.waiting() == 0
                                && places.orphans() == 0)
                        .orElse(true);
    }

    /** Each token is either for an attempt, or leg, that was begun, or was given back. */
    private void allTokensAreAccountedFor(Guard guard, GuardSnapshot now) {
        RateLimiter limiter = guard.rateLimiter();
        if (limiter != null) {
            var tokens = limiter.snapshot();
            assertThat(tokens.admitted() - tokens.notUsed())
                    .as(guard.name() + " tokens, seed " + seed + ", " + tokens + ", " + now)
                    .isEqualTo(guards.begun(guard));
            assertThat(tokens.available()).isLessThanOrEqualTo(limiter.limit().capacity());
        }
    }

    private static long refused(GuardSnapshot guard, Reason reason) {
        return guard.refusals().getOrDefault(reason, 0L);
    }

    /** How often is up to the machine. */
    private void everythingIsInTheMixture() {
        for (End end : End.values()) {
            assertThat(guards.all().stream()
                            .mapToLong(guard -> shelf.of(guard.name()).known(end))
                            .sum())
                    .as(end + " calls are in the mixture")
                    .isPositive();
        }
        for (Reason reason : List.of(Reason.RATE_LIMITED, Reason.CONCURRENCY_LIMIT, Reason.THROTTLED)) {
            assertThat(guards.all().stream()
                            .mapToLong(guard -> refused(guard.snapshot(), reason))
                            .sum())
                    .as(reason + " is in the mixture")
                    .isPositive();
        }
        assertThat(guards.launched()).as("hedges").isGreaterThan(20);
    }

    private String page() {
        StringBuilder page = new StringBuilder(LedgerBook.head());
        guards.all().forEach(guard -> page.append(shelf.of(guard.name()).line(guard.snapshot())));
        return page + "; seed " + seed + ", " + guards.hedged.snapshot().hedges();
    }
}
