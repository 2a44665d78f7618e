package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.GuardException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Work;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A hundred thousand calls of every kind by real threads; then the books must balance. */
final class CallLedgerTest {

    private static final int THREADS = 4;
    private static final int CALLS = 25_000;

    private final Map<String, Map<String, LongAdder>> seen = new ConcurrentHashMap<>();
    private final AtomicInteger seeds = new AtomicInteger();
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard plain = guards.guard(
            "plain", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofMillis(1))));
    private final Guard full = guards.guard(
            "full",
            g -> g.retry(Retry.immediate())
                    .circuitBreaker(b -> b.failureRate(0.5, 10).openFor(Duration.ofMillis(1)))
                    .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1))
                    .observer(event -> {
                        throw new IllegalStateException("broken observer");
                    }));
    private final Guard timed =
            guards.guard("timed", g -> g.attemptTimeout(Duration.ofMillis(1)).bulkhead(3));
    private final Guard pooled = guards.guard(
            "pooled",
            g -> g.totalTimeout(Duration.ofMillis(50))
                    .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).ownPool()));
    private final Guard judged = guards.guard(
            "judged",
            g -> g.bulkhead(2)
                    .retry(Retry.immediate().retryOnResult("pending"::equals))
                    .classifier(outcome -> {
                        throw new IllegalStateException("broken classifier");
                    }));
    private final List<Guard> all = List.of(plain, full, timed, pooled, judged);

    private void count(Guard guard, String how) {
        seen.computeIfAbsent(guard.name(), name -> new ConcurrentHashMap<>())
                .computeIfAbsent(how, name -> new LongAdder())
                .increment();
    }

    private Object tally(Guard guard, Work<Object, Exception> work) throws Exception {
        String how = "failed";
        try {
            Object value = guard.call(work);
            how = "answered";
            return value;
        } catch (CallInterruptedException | InterruptedException | Error e) {
            how = "cancelled";
            throw e;
        } catch (GuardException e) {
            if (e.dependency().equals(guard.name())) {
                how = e instanceof RejectedException ? "refused" : "timedOut";
            }
            assertThat(e).isInstanceOfAny(RejectedException.class, TimeoutExceededException.class);
            throw e;
        } finally {
            count(guard, how);
        }
    }

    private Object work(SplittableRandom random, int around) throws Exception {
        int kind = random.nextInt(100);
        if (kind < 12) {
            throw new IOException("lost");
        }
        if (kind < 16) {
            throw new IllegalArgumentException("wrong");
        }
        if (kind < 18) {
            throw new StackOverflowError("not really");
        }
        if (kind < 20) {
            throw new InterruptedException("own");
        }
        if (kind < 24) {
            return "pending";
        }
        if (kind < 40 && around > 0) { // never in itself, or a refusal would not say of which call it is
            int inner = random.nextInt(around);
            SplittableRandom own = random.split();
            return tally(all.get(inner), () -> work(own, inner));
        }
        return "good";
    }

    private Object one(SplittableRandom random) throws Exception {
        int kind = random.nextInt(1000);
        if (kind < 8) { // runs until the timeout interrupts it
            return tally(timed, () -> {
                new CountDownLatch(1).await();
                return "never";
            });
        }
        if (kind < 30) { // somebody's own interrupt, which waits and pools notice
            Thread.currentThread().interrupt();
        }
        int guard = kind < 130 ? all.indexOf(pooled) : random.nextInt(all.size());
        SplittableRandom own = random.split();
        return tally(all.get(guard), () -> work(own, guard));
    }

    private void callAgainAndAgain() {
        SplittableRandom random = new SplittableRandom(seeds.incrementAndGet());
        for (int i = 0; i < CALLS; i++) {
            try {
                Object value = one(random);
                assertThat(value).isNotNull();
            } catch (AssertionError e) {
                throw e;
            } catch (Throwable expected) {
                count(plain, "errors seen");
            }
            boolean unused = Thread.interrupted();
        }
        assertThat(Ambient.isInsideAny(around -> true)).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    private long seen(Guard guard, String how) {
        LongAdder count = seen.getOrDefault(guard.name(), Map.of()).get(how);
        return count == null ? 0 : count.sum();
    }

    @Test
    @DisplayName("BH-2 EV-3 T-30 T-31 T-36 T-39 T-61 T-62 after 10^5 mixed calls all is back and the books balance")
    void mixedCalls_leaveNothingBehind() {
        Rendezvous.threads(THREADS, this::callAgainAndAgain);

        for (Guard guard : all) {
            if (guard.bulkhead() != null) {
                Rendezvous.await(() -> isIdle(guard), guard.name() + " has all its permits back");
            }
        }
        for (Guard guard : all) {
            GuardSnapshot now = guard.snapshot();
            System.out.println(guard.name() + ": " + now.calls() + ", refusals " + now.refusals() + ", retries "
                    + now.retries() + ", faults " + now.faults());
            assertThat(now.calls())
                    .as(guard.name())
                    .isEqualTo(new GuardSnapshot.Calls(
                            seen(guard, "answered"),
                            seen(guard, "failed"),
                            seen(guard, "timedOut"),
                            seen(guard, "refused"),
                            seen(guard, "cancelled")));
        }
        guards.close();
        Rendezvous.await(() -> Time.system().pendingTimers() == 0, "no timer is pending");
    }

    private static boolean isIdle(Guard guard) {
        var now = Objects.requireNonNull(guard.bulkhead()).snapshot();
        return now.available() == now.maxConcurrent() && now.waiting() == 0 && now.orphans() == 0;
    }
}
