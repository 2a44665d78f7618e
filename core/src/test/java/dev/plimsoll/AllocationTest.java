package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.retry.Retry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that is admitted and goes well allocates nothing; with an attempt timeout, the timer and its deadline; an asynchronous one, its objects. */
@Tag("both-compilers")
final class AllocationTest {

    private static final Work<String, RuntimeException> GOOD = () -> "good";
    private static final CompletableFuture<String> DONE = CompletableFuture.completedFuture("good");
    private static final ChangeObserver CHANGES = event -> {
        throw new AssertionError(event);
    };
    private static final int BATCH = 2_000;
    private static final int BATCHES = 60;
    private static final int MOST_BATCHES = 3_000;

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    static Stream<Arguments> setUps() {
        return Stream.of(
                setUp("consecutive", g -> g.circuitBreaker(b -> b.consecutiveFailures(5))),
                setUp(
                        "uncounted",
                        g -> g.circuitBreaker(b -> b.consecutiveFailures(5)).uncounted()),
                setUp(
                        "last-calls",
                        g -> g.circuitBreaker(b -> b.failureRate(0.5, 10).overLastCalls(100))),
                setUp("last-time", g -> g.circuitBreaker(b -> b.failureRate(0.5, 10))),
                setUp("slow-calls", g -> g.circuitBreaker(b -> b.slowCallRate(0.5, Duration.ofSeconds(1), 10))),
                setUp("bulkhead", g -> g.bulkhead(10)),
                setUp("rate-limiter", g -> g.rateLimiter(AllocationTest::slowRate)),
                setUp("adaptive-limit", g -> g.concurrencyLimit(l -> l.initial(100))),
                setUp("aimd", g -> g.concurrencyLimit(l -> l.aimd().initial(100))),
                setUp("vegas", g -> g.concurrencyLimit(l -> l.vegas().initial(100))),
                setUp("gradient2", g -> g.concurrencyLimit(l -> l.gradient2().initial(100))),
                setUp("throttle", g -> g.adaptiveThrottle(t -> t)),
                setUp(
                        "all-gates",
                        g -> g.circuitBreaker()
                                .adaptiveThrottle(t -> t)
                                .rateLimiter(AllocationTest::slowRate)
                                .concurrencyLimit(l -> l.initial(100))
                                .bulkhead(10)),
                setUp("retry", g -> g.retry(Retry.immediate())),
                setUp(
                        "token-bucket",
                        g -> g.retry(Retry.immediate().retryAtEdge())
                                .retryBudget(RetryBudget.tokenBucket(TokenBucket.aws()))),
                setUp(
                        "full",
                        g -> g.circuitBreaker()
                                .retry(Retry.exponential(Duration.ofMillis(100)))
                                .bulkhead(10)),
                setUp(
                        "queue",
                        g -> g.circuitBreaker()
                                .bulkhead(b -> b.maxConcurrent(10).maxWaiting(5))));
    }

    /**
     * A limiter makes a new leave when an eighth of a permit has come in, at most once in a millisecond. At a high rate that
     * is within every batch of a slow machine, though it is no call's; at this one, many batches share a leave.
     */
    private static RateLimit slowRate(RateLimit limit) {
        return limit.permits(1_000).per(Duration.ofHours(1)).burst(1_000_000);
    }

    private static Arguments setUp(String name, UnaryOperator<GuardBuilder> setup) {
        return Arguments.of(name, setup);
    }

    private static Arguments boundedSetUp(String name, int most, UnaryOperator<GuardBuilder> setup) {
        return Arguments.of(name, most, setup);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setUps")
    @DisplayName("RL-1 CL-1 AT-1 a good call without a timeout allocates 0 bytes, whatever gates it passes")
    void goodCall_allocatesNothing(String name, UnaryOperator<GuardBuilder> setup) {
        assertThat(leastBytesPerCall(guards.guard(name, setup))).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setUps")
    @DisplayName("EV-2 a good call allocates 0 bytes also while somebody hears of changes, whatever gates it passes")
    void goodCall_whileChangesAreHeard_allocatesNothing(String name, UnaryOperator<GuardBuilder> setup) {
        guards.observe(CHANGES);
        assertThat(leastBytesPerCall(guards.guard(name, setup))).isZero();
    }

    @Test
    @DisplayName("A good call through the guard of a key allocates 0 bytes once the guard is there")
    void goodKeyedCall_allocatesNothing() {
        KeyedGuards<String> keyed = guards.keyed("hosts", GuardBuilder::circuitBreaker);
        assertThat(leastBytes(() -> {
                    String unused = keyed.call("a", GOOD);
                }))
                .isZero();
    }

    /** What a ladder would need to know is an object, unless the compiler sees that it is never asked. */
    @Test
    @DisplayName("A good call with a fallback in reserve allocates at most 64 bytes")
    void goodCallWithFallback_allocatesLittle() {
        Guard guard = guards.guard("fallback", GuardBuilder::circuitBreaker);
        Fallback<String> fallback = Fallback.<String>onRefusedOrFailed().orElse("none");
        assertThat(leastBytes(() -> {
                    String unused = guard.call(GOOD, fallback);
                }))
                .isBetween(0.0, 64.0);
    }

    static Stream<Arguments> timedSetUps() {
        return Stream.of(
                boundedSetUp("attempt-timeout", 40, g -> g.attemptTimeout(Duration.ofSeconds(10))),
                boundedSetUp("total-timeout", 64, g -> g.totalTimeout(Duration.ofSeconds(10))),
                boundedSetUp(
                        "full-attempt-timeout",
                        40,
                        g -> g.circuitBreaker()
                                .retry(Retry.immediate())
                                .bulkhead(10)
                                .attemptTimeout(Duration.ofSeconds(10))),
                boundedSetUp(
                        "full-total-timeout",
                        64,
                        g -> g.circuitBreaker()
                                .retry(Retry.immediate())
                                .bulkhead(10)
                                .totalTimeout(Duration.ofSeconds(10))),
                boundedSetUp(
                        "full-both-timeouts",
                        64,
                        g -> g.circuitBreaker()
                                .retry(Retry.immediate())
                                .bulkhead(10)
                                .attemptTimeout(Duration.ofSeconds(1))
                                .totalTimeout(Duration.ofSeconds(10))));
    }

    /** A timer of 40 bytes, and a deadline of 24 for the call, if it has one. */
    @ParameterizedTest(name = "{0}: {1} bytes")
    @MethodSource("timedSetUps")
    @DisplayName("A good call with an attempt timeout allocates its timer, 40 bytes; with a total timeout at most 64")
    void goodTimedCall_allocatesLittle(String name, int most, UnaryOperator<GuardBuilder> setup) {
        assertThat(leastBytesPerCall(guards.guard(name, setup))).isBetween(1.0, (double) most);
    }

    static Stream<Arguments> plainSetUps() {
        return Stream.of(
                setUp("async-bare", g -> g),
                setUp("async-breaker", GuardBuilder::circuitBreaker),
                setUp("async-retry", g -> g.retry(Retry.immediate())),
                setUp("async-bulkhead", g -> g.bulkhead(10)),
                setUp("async-rate-limiter", g -> g.rateLimiter(AllocationTest::slowRate)),
                setUp(
                        "async-full",
                        g -> g.circuitBreaker().retry(Retry.immediate()).bulkhead(10)));
    }

    /** The future is 24 bytes, and even that is not made where the compiler sees that nobody keeps it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("plainSetUps")
    @DisplayName(
            "EV-2 a good asynchronous call without limits of time whose stage is complete allocates its future, and no more")
    void goodPlainCall_allocatesItsFutureOnly(String name, UnaryOperator<GuardBuilder> setup) {
        Guard guard = guards.guard(name, setup);
        assertThat(leastBytesPerAsyncCall(guard)).isBetween(0.0, 24.0);

        guards.observe(CHANGES);
        assertThat(leastBytesPerAsyncCall(guard)).isBetween(0.0, 24.0);
    }

    /**
     * One object of 88 bytes is future, attempt and what the stage tells of its end; to hear of that costs two of the JDK's,
     * 64 bytes, and the stage itself is 24.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("plainSetUps")
    @DisplayName(
            "EV-2 one whose stage completes later allocates one object besides the stage and what the JDK hangs on it")
    void goodPlainCall_thatPends_allocatesOneObject(String name, UnaryOperator<GuardBuilder> setup) {
        Guard guard = guards.guard(name, setup);
        CompletableFuture<?>[] stage = new CompletableFuture<?>[1];
        Work<CompletableFuture<?>, RuntimeException> work = () -> stage[0];
        assertThat(leastBytes(() -> {
                    CompletableFuture<String> pending = new CompletableFuture<>();
                    stage[0] = pending;
                    CompletableFuture<Object> unused = guard.callAsync(work);
                    pending.complete("good");
                }))
                .isBetween(1.0, 176.0);
    }

    static Stream<Arguments> asyncSetUps() {
        return Stream.of(
                boundedSetUp("async-timed-only", 344, g -> g.attemptTimeout(Duration.ofSeconds(10))),
                boundedSetUp(
                        "async-timed",
                        344,
                        g -> g.circuitBreaker()
                                .retry(Retry.immediate())
                                .bulkhead(10)
                                .attemptTimeout(Duration.ofSeconds(10))),
                boundedSetUp(
                        "async-hedged",
                        536,
                        g -> g.circuitBreaker()
                                .retry(Retry.immediate())
                                .bulkhead(10)
                                .hedge(Hedge.after(Duration.ofSeconds(10)))));
    }

    /**
     * Call, future and attempt are objects where a timer, too, may end the attempt, for each may be ended by another thread
     * than it was begun by; with the stage's dependent they come to 304 bytes, of
     * which the compiler mostly saves 24; a timeout's deadline is 24 more, and a race with its first leg and the timer of the
     * next 216. The bounds leave room for nothing but 16 bytes: whoever adds an object to each call has to say here why.
     */
    @ParameterizedTest(name = "{0}: {1} bytes")
    @MethodSource("asyncSetUps")
    @DisplayName(
            "HG-1 EV-2 a good asynchronous call with a timeout or a hedge allocates no more than what others may end")
    void goodAsyncCall_allocatesItsObjectsOnly(String name, int most, UnaryOperator<GuardBuilder> setup) {
        Guard guard = guards.guard(name, setup);
        assertThat(leastBytesPerAsyncCall(guard)).isBetween(1.0, (double) most);

        guards.observe(CHANGES);
        assertThat(leastBytesPerAsyncCall(guard)).isBetween(1.0, (double) most);
    }

    private static double leastBytesPerAsyncCall(Guard guard) {
        return leastBytes(() -> {
            CompletableFuture<String> unused = guard.callAsync(() -> DONE);
        });
    }

    private static double leastBytesPerCall(Guard guard) {
        return leastBytes(() -> {
            String unused = guard.call(GOOD);
        });
    }

    /**
     * The least of many batches: what the compiler or a resize allocates once is not the call's. Of many more, as long as that
     * is less than a byte for each call: while the compiler is held up, what is made once in a while falls into each.
     */
    private static double leastBytes(Runnable one) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES || (least > 0 && least < BATCH && batch < MOST_BATCHES); batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < BATCH; call++) {
                one.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return (double) least / BATCH;
    }
}
