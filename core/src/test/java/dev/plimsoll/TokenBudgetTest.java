package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RB-1: budgets of all kinds, as guards use them. */
final class TokenBudgetTest {

    private static final TokenBucket FORTY = TokenBucket.aws().capacity(40);

    private final VirtualTime time = VirtualTime.startingAt(-1, 1);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
    }

    private static void fail(Guard guard) {
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);
    }

    private static double tokens(RetryBudget budget) {
        return budget.snapshot().tokens();
    }

    @Test
    @DisplayName(
            "RB-1 T-69 retries in their pause are charged: of a thousand calls that fail at once a fifth come again")
    void pauses_areCharged() {
        RetryBudget budget = RetryBudget.create(r -> r.ratio(0.2).minimumPerSecond(0), time);
        AtomicInteger attempts = new AtomicInteger();
        Guard guard = guards.guard(
                "prices", g -> g.retry(Retry.fixed(Duration.ofSeconds(1))).retryBudget(budget));
        List<CompletableFuture<String>> calls = new ArrayList<>();

        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            CompletableFuture<String> again = CompletableFuture.completedFuture("");
            calls.add(guard.callAsync(() -> attempts.getAndIncrement() < 1_000 ? answer : again));
        }
        answers.forEach(answer -> answer.completeExceptionally(new IOException("lost")));
        assertThat(time.pendingTimers()).isEqualTo(200);

        time.advance(Duration.ofSeconds(1));
        assertThat(attempts).hasValue(1_200);
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(800);
    }

    @Test
    @DisplayName("RB-1 one bucket for two guards: failures of one use up what the successes of the other bring back")
    void bucket_isSharedByGuards() {
        RetryBudget budget = RetryBudget.tokenBucket(FORTY);
        Heard heard = new Heard();
        Guard reads = guards.guard(
                "reads", g -> g.retry(Retry.immediate()).retryBudget(budget).observer(heard));
        Guard writes = guards.guard("writes", g -> g.retry(Retry.immediate()).retryBudget(budget));

        for (int i = 0; i < 4; i++) {
            fail(reads);
        }
        assertThat(tokens(budget)).isZero();
        fail(reads);
        assertThat(heard.of(RetryDenied.class)).contains(new RetryDenied("reads", 1, NoRetry.BUDGET_USED));

        for (int i = 0; i < 5; i++) {
            assertThat(writes.get(() -> "good")).isEqualTo("good");
        }
        assertThat(tokens(budget)).isEqualTo(5);
        fail(reads);
        assertThat(reads.snapshot().budget().orElseThrow()).isEqualTo(budget.snapshot());
        assertThat(budget.snapshot().withdrawn()).isEqualTo(9);
    }

    @Test
    @DisplayName("RB-1 a call that succeeds after a retry brings back what the retry has cost")
    void retryThatHelped_isRefunded() throws Exception {
        RetryBudget budget = RetryBudget.tokenBucket(FORTY);
        Guard guard = guards.guard("prices", g -> g.retry(Retry.immediate()).retryBudget(budget));
        AtomicInteger tries = new AtomicInteger();

        assertThat(guard.<String, IOException>call(() -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new IOException("lost");
                    }
                    return "good";
                }))
                .isEqualTo("good");

        assertThat(tokens(budget)).isEqualTo(35);
    }

    @Test
    @DisplayName("RB-1 a timeout costs more than another failure, and so may an overload")
    void costs_areByKindOfFailure() {
        RetryBudget budget = RetryBudget.tokenBucket(FORTY.costs(1, 3, 10));
        Retry twice = Retry.immediate().maxAttempts(2);
        Guard timed =
                guards.guard("timed", g -> g.retry(twice).retryBudget(budget).attemptTimeout(Duration.ofSeconds(1)));
        Guard full = guards.guard(
                "full",
                g -> g.retry(twice)
                        .retryBudget(budget)
                        .classifier(Classifier.standard()
                                .judgingResults(String.class, "full"::equals, Judgement.OVERLOAD)));

        assertThatThrownBy(() -> timed.run(() -> time.sleep(Duration.ofSeconds(5))))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(tokens(budget)).isEqualTo(30);
        assertThat(full.get(() -> "full")).isEqualTo("full");
        assertThat(tokens(budget)).isEqualTo(27);
        fail(timed);
        assertThat(tokens(budget)).isEqualTo(26);
    }

    @Test
    @DisplayName("RB-1 a retry that a gate refuses is given back at its price, whatever the kind")
    void refusedRetry_isGivenBack() {
        RetryBudget bucket = RetryBudget.tokenBucket(FORTY);
        RetryBudget count = RetryBudget.fixedCount(FixedCount.defaults().count(1), time);
        for (RetryBudget budget : new RetryBudget[] {bucket, count}) {
            Guard guard = guards.guard(
                    "breaks-" + budget.snapshot().kind(),
                    g -> g.retry(Retry.immediate()).retryBudget(budget).circuitBreaker(b -> b.consecutiveFailures(1)));
            fail(guard);
            assertThat(budget.snapshot().withdrawn()).isEqualTo(1);
        }
        assertThat(tokens(bucket)).isEqualTo(40);
        assertThat(count.snapshot().retries()).isZero();
    }

    @Test
    @DisplayName("RB-1 asynchronous calls pay, refill and are refunded as blocking ones")
    void asyncCalls_payAndRefill() {
        RetryBudget budget = RetryBudget.tokenBucket(FORTY.initial(30));
        Guard guard = guards.guard("async", g -> g.retry(Retry.immediate()).retryBudget(budget));
        Guard inner = guards.guard("inner", g -> g.retry(Retry.immediate()).retryBudget(budget));
        CompletableFuture<String> lost = CompletableFuture.failedFuture(new IOException("lost"));
        AtomicInteger tries = new AtomicInteger();

        assertThat(guard.callAsync(() -> lost)).isCompletedExceptionally();
        assertThat(tokens(budget)).isEqualTo(20);
        assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("good")))
                .isCompletedWithValue("good");
        assertThat(tokens(budget)).isEqualTo(21);
        assertThat(guard.callAsync(
                        () -> tries.incrementAndGet() < 2 ? lost : CompletableFuture.completedFuture("good")))
                .isCompletedWithValue("good");
        assertThat(tokens(budget)).isEqualTo(21);
        assertThat(guard.callAsync(() -> inner.callAsync(() -> CompletableFuture.completedFuture("nested"))))
                .isCompletedWithValue("nested");
        assertThat(tokens(budget)).isEqualTo(22);
    }

    @Test
    @DisplayName("RB-1 gRPC's throttling counts each failure that may be retried, the last one too, and no other")
    void grpc_countsFailures() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.grpc(10, 0.5));
        Guard guard = guards.guard(
                "prices", g -> g.retry(Retry.immediate().maxAttempts(2)).retryBudget(budget));

        fail(guard);
        assertThat(tokens(budget)).isEqualTo(8);
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IllegalStateException("mine");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(tokens(budget)).isEqualTo(8);
        assertThat(guard.get(() -> "good")).isEqualTo("good");
        assertThat(tokens(budget)).isEqualTo(8.5);
        fail(guard);
        fail(guard);
        assertThat(tokens(budget)).isEqualTo(4.5);
        fail(guard);
        assertThat(tokens(budget)).isEqualTo(3.5);
        assertThat(budget.snapshot().withdrawn()).isEqualTo(3);
    }

    @Test
    @DisplayName("RB-1 a success of nested guards with one bucket refills it once; with two buckets, each")
    void nestedSuccess_refillsOnce() {
        RetryBudget shared = RetryBudget.tokenBucket(FORTY.initial(0));
        RetryBudget own = RetryBudget.tokenBucket(FORTY.initial(0));
        Guard outer = guards.guard("outer", g -> g.retry(Retry.immediate()).retryBudget(shared));
        Guard inner = guards.guard("inner", g -> g.retry(Retry.immediate()).retryBudget(shared));
        Guard other = guards.guard("other", g -> g.retry(Retry.immediate()).retryBudget(own));

        assertThat(outer.get(() -> inner.get(() -> other.get(() -> "good")))).isEqualTo("good");

        assertThat(tokens(shared)).isEqualTo(1);
        assertThat(tokens(own)).isEqualTo(1);
    }
}
