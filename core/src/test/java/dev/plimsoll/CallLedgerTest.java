package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A million calls of every kind by real threads; then the books must balance. */
final class CallLedgerTest {

    private static final int THREADS = 4;
    private static final long ROUND = 100_000;
    private static final long CALLS = 1_000_000;
    private static final long HEAP_SLACK = 2 << 20;

    private final long seed = new SplittableRandom().nextLong();
    private final AtomicLong seeds = new AtomicLong(seed);
    private final LedgerBook.Shelf shelf = new LedgerBook.Shelf();
    private final LedgerGuards guards = new LedgerGuards(shelf);
    private final LedgerWork work = new LedgerWork(shelf, guards);

    @Test
    @DisplayName(
            "BH-2 RT-6 RB-1 EV-1 EV-3 T-30 T-31 T-36 T-39 T-61 T-62 after 10^6 mixed calls all is back, the books agree")
    void mixedCalls_leaveNothingBehind() {
        System.out.println("The seed of the ledger is " + seed);
        callUntil(ROUND); // warms up
        long before = heapInUse();
        for (long total = 2 * ROUND; total <= CALLS; total += ROUND) {
            callUntil(total);
        }
        long after = heapInUse();
        System.out.println(page(after - before));

        for (Guard guard : guards.all()) {
            shelf.of(guard.name()).agreesWith(guard.snapshot(), guards.isObserved(guard));
        }
        for (End end : End.values()) {
            assertThat(guards.all().stream()
                            .mapToLong(guard -> shelf.of(guard.name()).known(end))
                            .sum())
                    .as(end + " calls are in the mixture")
                    .isGreaterThan(1_000);
        }
        assertThat(guards.budget.snapshot().retries())
                .as("what is charged has run")
                .isEqualTo(shelf.of(guards.charged.name()).repeated());
        assertThat(after - before).as("bytes more in use").isLessThan(HEAP_SLACK);
        assertThat(closingTakes())
                .as("closing has no retry and no call to wait for")
                .isLessThan(Duration.ofSeconds(20));
        Rendezvous.await(() -> Time.system().pendingTimers() == 0, "no timer is pending");
    }

    private Duration closingTakes() {
        long before = System.nanoTime();
        guards.close();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private void callUntil(long total) {
        Rendezvous.threads(THREADS, () -> {
            SplittableRandom random = new SplittableRandom(seeds.getAndIncrement());
            while (shelf.calls() < total) {
                for (int i = 0; i < 100; i++) {
                    work.one(random);
                }
            }
            assertThat(Ambient.isInsideAny(around -> true)).isFalse();
            assertThat(Deadline.current().isNone()).isTrue();
        });
        Rendezvous.await(
                () -> {
                    work.doLater(0);
                    return work.underway() == 0;
                },
                "all asynchronous calls are over");
        boolean unused = Thread.interrupted();
        for (Guard guard : guards.all()) {
            Rendezvous.await(() -> isIdle(guard), guard.name() + " has all its permits back");
        }
    }

    private static boolean isIdle(Guard guard) {
        if (guard.bulkhead() == null) {
            return true;
        }
        var now = guard.bulkhead().snapshot();
        return now.available() == now.maxConcurrent() && now.waiting() == 0 && now.orphans() == 0;
    }

    private static long heapInUse() {
        Rendezvous.await(() -> Time.system().pendingTimers() == 0, "no timer is pending");
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private String page(long moreBytes) {
        StringBuilder page = new StringBuilder(LedgerBook.head());
        guards.all().forEach(guard -> page.append(shelf.of(guard.name()).line(guard.snapshot())));
        page.append(String.format(
                "%n%,d calls, %,d bytes of heap more, retries charged and run: %s",
                shelf.calls(), moreBytes, guards.budget.snapshot()));
        return page.toString();
    }
}
