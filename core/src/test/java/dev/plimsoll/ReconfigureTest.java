package dev.plimsoll;

import static dev.plimsoll.AsyncScene.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Work;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-12: a guard that is configured anew while it is in use. */
final class ReconfigureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AsyncScene scene = new AsyncScene();
    private final VirtualTime time = scene.time;
    private final Heard heard = scene.heard;
    private final Guards guards = scene.guards;

    @AfterEach
    void nothingIsLeft() {
        scene.close();
    }

    private static Work<CompletionStage<String>, RuntimeException> failing(AtomicInteger attempts) {
        return () -> {
            attempts.incrementAndGet();
            return CompletableFuture.failedFuture(new IOException("lost"));
        };
    }

    private static CompletableFuture<String> hung(Guard guard) {
        return guard.callAsync(() -> new CompletableFuture<String>());
    }

    @Test
    @DisplayName(
            "CB-12 T-96 the same guard, observers and counts; told once, after the change, in the words of the builder")
    void reconfigure_keepsTheGuardAndTellsOnce() {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(10));
        Bulkhead bulkhead = guard.bulkhead();
        Heard added = new Heard();
        guard.observe(added);
        guard.run(() -> {});

        guard.reconfigure(g -> g.attemptTimeout(SECOND.multipliedBy(2))
                .retry(Retry.fixed(SECOND))
                .bulkhead(20));

        Reconfigured told = heard.only(Reconfigured.class);
        assertThat(told.dependency()).isEqualTo("prices");
        assertThat(told.changes()).hasSize(3).startsWith("attemptTimeout: PT1S -> PT2S");
        assertThat(told.changes().get(1)).startsWith("retry: none -> 3 attempts");
        assertThat(told.at()).isEqualTo(time.wall());
        added.only(Reconfigured.class);
        assertThat(guards.guard(
                        "prices",
                        g -> g.attemptTimeout(SECOND.multipliedBy(2))
                                .retry(Retry.fixed(SECOND))
                                .bulkhead(20)))
                .isSameAs(guard);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        guards.guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(10)));
        assertThat(guard.bulkhead()).isSameAs(bulkhead);
        assertThat(guard.snapshot().bulkhead().orElseThrow().maxConcurrent()).isEqualTo(20);
        assertThat(guard.describe()).contains("retry").contains("attempt timeout 2000 ms");
        assertThat(Objects.requireNonNull(bulkhead).config().abandonAfter()).contains(SECOND.multipliedBy(20));
        guard.run(() -> {});
        assertThat(guard.snapshot().calls().answered()).isEqualTo(2);
        assertThat(added.of(CallEnded.class)).hasSize(2);
    }

    @Test
    @DisplayName("CB-12 an equal configuration changes nothing and is not told")
    void reconfigure_whenEqual_doesNothing() {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(3));
        Objects.requireNonNull(guard.bulkhead()).resize(5);

        guard.reconfigure(g -> g.bulkhead(3).attemptTimeout(SECOND));

        assertThat(heard.of(Reconfigured.class)).isEmpty();
        assertThat(guard.snapshot().bulkhead().orElseThrow().maxConcurrent()).isEqualTo(5);
    }

    @Test
    @DisplayName("CB-12 all or nothing: everything wrong is listed, and nothing has changed")
    void reconfigure_whenWrong_changesNothing() {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(SECOND).bulkhead(3));

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        guard.reconfigure(g -> g.attemptTimeout(Duration.ZERO).bulkhead(0)))
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guard.reconfigure(g ->
                        g.totalTimeout(SECOND).bulkhead(b -> b.maxConcurrent(4).ownPool())))
                .satisfies(e -> assertThat(e.problems().get(0))
                        .startsWith("bulkhead.threads must stay CALLERS")
                        .endsWith(": OWN_POOL"));

        assertThat(guard.describe()).isEqualTo("[bulkhead of 3 → attempt timeout 1000 ms → work]");
        assertThat(heard.of(Reconfigured.class)).isEmpty();
        guard.reconfigure(g -> g.attemptTimeout(SECOND).bulkhead(4));
        assertThat(heard.only(Reconfigured.class).changes()).hasSize(1);
    }

    @Test
    @DisplayName(
            "CB-12 calls that began before keep their retries and timeouts, in every phase; later ones have the new")
    void callsThatBeganBefore_endAsTheyBegan() {
        Guard guard = guards.guard(
                "prices",
                g -> g.attemptTimeout(SECOND)
                        .retry(Retry.fixed(Duration.ofMillis(100)).maxAttempts(3))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1)));
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> pausing = guard.callAsync(failing(attempts));
        CompletableFuture<String> running = hung(guard);
        CompletableFuture<String> queued = guard.callAsync(() -> CompletableFuture.completedFuture("from the queue"));

        guard.reconfigure(g -> g.attemptTimeout(SECOND.multipliedBy(3)).bulkhead(5));
        assertThat(queued.join()).as("the bulkhead has grown").isEqualTo("from the queue");
        CompletableFuture<String> later = hung(guard);
        time.advance(SECOND);
        assertThat(running.isDone()).as("it is tried again").isFalse();
        assertThat(attempts.get()).isEqualTo(3);
        assertThat(errorOf(pausing)).isInstanceOf(IOException.class);
        assertThat(later.isDone()).isFalse();
        time.advance(SECOND.multipliedBy(2));
        assertThat(errorOf(later)).isInstanceOf(TimeoutExceededException.class);
        AtomicInteger once = new AtomicInteger();
        assertThat(errorOf(guard.callAsync(failing(once)))).isInstanceOf(IOException.class);
        assertThat(once).as("there is no retry any more").hasValue(1);
        running.cancel(true);
        assertThat(guard.snapshot().bulkhead().orElseThrow().available()).isEqualTo(5);
    }

    @Test
    @DisplayName("CB-12 a blocking call that pauses between two attempts goes on by the retry it began with")
    void blockingCall_inItsPause_keepsItsRetry() throws InterruptedException {
        Guard guard = guards.guard("prices", g -> g.retry(Retry.fixed(SECOND).maxAttempts(3)));
        AtomicInteger attempts = new AtomicInteger();
        Thread caller = time.start("caller", () -> {
            try {
                guard.run(() -> {
                    attempts.incrementAndGet();
                    throw new IOException("lost");
                });
            } catch (IOException expected) {
                attempts.addAndGet(10);
            }
        });
        time.advance(Duration.ofMillis(1));
        guard.reconfigure(g -> g);
        time.join(caller);
        assertThat(attempts).hasValue(13);
    }

    @Test
    @DisplayName("CB-12 a bulkhead or breaker that is left settles what it gave; one that is named again begins anew")
    void gatesThatAreLeft_settleWhatTheyGave() {
        Guard guard = guards.guard("prices", g -> g.bulkhead(1).circuitBreaker());
        Bulkhead left = Objects.requireNonNull(guard.bulkhead());
        CircuitBreaker before = Objects.requireNonNull(guard.circuitBreaker());
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> running = guard.callAsync(() -> stage);

        guard.reconfigure(g -> g);
        assertThat(guard.bulkhead()).isNull();
        assertThat(guard.circuitBreaker()).isNull();
        Bulkhead shared = Bulkhead.create("shared", b -> b.maxConcurrent(7), time);
        guard.reconfigure(g -> g.bulkhead(shared));
        assertThat(guard.bulkhead()).isSameAs(shared);
        guard.reconfigure(g -> g.bulkhead(2).circuitBreaker());

        assertThat(guard.bulkhead()).isNotSameAs(left).isNotSameAs(shared);
        assertThat(guard.circuitBreaker()).isNotSameAs(before);
        assertThat(left.snapshot().active()).isEqualTo(1);
        stage.complete("late");
        assertThat(running.join()).isEqualTo("late");
        assertThat(left.snapshot().active()).isZero();
        assertThat(before.snapshot().judged().totalGood()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-12 EV-1 whoever counts good calls, the total is exact across every change")
    void totals_areExactAcrossChanges() {
        List<UnaryOperator<GuardBuilder>> setUps = List.of(
                g -> g.circuitBreaker(),
                g -> g,
                g -> g.circuitBreaker(CircuitBreaker.create("shared", b -> b)),
                g -> g.circuitBreaker(b -> b.consecutiveFailures(2)),
                g -> g.bulkhead(3));
        for (int first = 0; first < setUps.size(); first++) {
            Guard guard = guards.guard("counting-" + first, setUps.get(first));
            long expected = 0;
            for (int step = 1; step <= 2 * setUps.size(); step++) {
                CompletableFuture<String> stage = new CompletableFuture<>();
                CompletableFuture<String> across = guard.callAsync(() -> stage);
                guard.run(() -> {});
                guard.reconfigure(setUps.get((first + step) % setUps.size()));
                guard.run(() -> {});
                stage.complete("good");
                assertThat(across.join()).isEqualTo("good");
                expected += 3;
                assertThat(guard.snapshot().calls().answered()).isEqualTo(expected);
            }
        }
    }

    @Test
    @DisplayName("CB-12 EV-1 uncounted: the total never goes back, and calls that began counted are counted")
    void uncounted_andBack_neverGoesBack() {
        Guard guard = guards.guard("prices", g -> g.retry(Retry.immediate().retryOnResult("again"::equals)));
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> across = guard.callAsync(() -> stage);
        guard.run(() -> {});
        guard.reconfigure(
                g -> g.retry(Retry.immediate().retryOnResult("again"::equals)).uncounted());
        String unused = guard.get(() -> "again");
        guard.run(() -> {});
        assertThat(guard.snapshot().calls().answered()).isEqualTo(1);
        stage.complete("good");
        assertThat(across.join()).isEqualTo("good");
        assertThat(guard.snapshot().calls().answered()).isEqualTo(2);
        guard.reconfigure(g -> g);
        guard.run(() -> {});
        assertThat(guard.snapshot().calls().answered()).isEqualTo(3);
        assertThat(unused).isEqualTo("again");
    }

    @Test
    @DisplayName("CB-12 EV-1 a breaker that counts goes on when the guard is uncounted, whatever its rules")
    void counterOfAGuard_countsOn() {
        for (UnaryOperator<GuardBuilder> setUp : List.<UnaryOperator<GuardBuilder>>of(
                g -> g.circuitBreaker(b -> b.consecutiveFailures(2)), g -> g.circuitBreaker())) {
            Guard guard = guards.guard("counter-" + guards.all().size(), setUp);
            for (int step = 1; step <= 4; step++) {
                CompletableFuture<String> stage = new CompletableFuture<>();
                CompletableFuture<String> across = guard.callAsync(() -> stage);
                boolean uncounted = step % 2 == 1;
                guard.reconfigure(g -> uncounted ? setUp.apply(g).uncounted() : setUp.apply(g));
                stage.complete("good");
                assertThat(across.join()).isEqualTo("good");
                guard.run(() -> {});
                assertThat(guard.snapshot().calls().answered()).isEqualTo(2L * step);
            }
        }
        Guard never = guards.guard("never", g -> g.circuitBreaker().uncounted());
        never.run(() -> {});
        assertThat(never.snapshot().calls().answered()).isZero();
        never.reconfigure(g -> g.circuitBreaker());
        never.run(() -> {});
        assertThat(never.snapshot().calls().answered()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-12 RB-1 a guard's own budget is kept while it is not named; a charge goes back where it was made")
    void retryBudget_isKeptOrShared() {
        RetryBudget shared = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(1), time);
        Guard guard = guards.guard("prices", g -> g.retry(Retry.fixed(SECOND)));
        CompletableFuture<String> pausing = guard.callAsync(failing(new AtomicInteger()));
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isEqualTo(1);

        guard.reconfigure(g -> g.retry(Retry.immediate()).retryBudget(shared));
        assertThat(guard.snapshot().budget().orElseThrow()).isEqualTo(shared.snapshot());
        assertThat(errorOf(guard.callAsync(failing(new AtomicInteger())))).isInstanceOf(IOException.class);
        assertThat(shared.snapshot().retries()).isEqualTo(2);
        pausing.cancel(true);
        assertThat(shared.snapshot().retries()).isEqualTo(2);

        guard.reconfigure(g -> g);
        guard.reconfigure(g -> g.retry(Retry.immediate()));
        assertThat(guard.snapshot().budget().orElseThrow().withdrawn()).isEqualTo(1);
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
        assertThat(heard.of(RetryScheduled.class)).hasSize(3);
    }

    @Test
    @DisplayName("CB-12 observers of the set-up are replaced, added ones stay, and who is in both misses nothing")
    void observers_ofTheSetUp_areReplaced() {
        Heard old = new Heard();
        Heard kept = new Heard();
        Heard next = new Heard();
        Heard added = new Heard();
        Guard guard =
                guards.guard("prices", g -> g.circuitBreaker().observer(old).observer(kept));
        guard.observe(added);
        guard.observe(old);
        guard.forget(old);

        guard.reconfigure(g -> g.circuitBreaker().observer(kept).observer(next));
        guard.run(() -> {});

        assertThat(old.all()).isEmpty();
        for (Heard each : List.of(kept, next, added)) {
            each.only(Reconfigured.class);
            each.only(CallEnded.class);
        }
    }

    @Test
    @DisplayName("CB-12 a view follows its guard, judges by its own classifier, and an unobserved breaker goes short")
    void views_follow() {
        Guards quiet = Guards.create(g -> g.time(time).logging(false));
        Guard guard = quiet.guard("bare", g -> g.circuitBreaker());
        Guard view =
                guard.judgedBy(Classifier.standard().judgingResults(String.class, "bad"::equals, Judgement.FAILURE));
        Guard viewOfView = view.judgedBy(outcome -> Judgement.FAILURE);
        guard.run(() -> {});

        guard.reconfigure(g -> g.circuitBreaker(b -> b.consecutiveFailures(1)).bulkhead(4));
        assertThat(view.bulkhead()).isSameAs(guard.bulkhead());
        assertThat(viewOfView.describe()).isEqualTo(guard.describe());
        assertThat(view.<String>get(() -> "bad")).isEqualTo("bad");
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
        view.reconfigure(g -> g.circuitBreaker(b -> b.consecutiveFailures(9)));
        assertThat(guard.bulkhead()).isNull();

        Heard late = new Heard();
        guard.observe(late);
        Objects.requireNonNull(guard.circuitBreaker()).reset("again", "test");
        guard.run(() -> {});
        late.only(CallEnded.class);
        quiet.close();
    }

    @Test
    @DisplayName("CB-12 CA-5 after close a guard cannot be reconfigured, and close waits for bulkheads that were left")
    void close_waitsForWhatWasLeft() throws InterruptedException {
        Guards own = Guards.create(g -> g.time(time).logging(false));
        Guard guard = own.guard("prices", g -> g.bulkhead(1));
        Bulkhead left = Objects.requireNonNull(guard.bulkhead());
        Thread caller = time.start("caller", () -> guard.run(() -> time.advance(SECOND)));
        time.advance(Duration.ofMillis(1));
        guard.reconfigure(g -> g.attemptTimeout(SECOND));

        own.close();

        assertThat(left.snapshot().active()).isZero();
        assertThat(left.tryEnter()).isNull();
        time.join(caller);
        assertThatThrownBy(() -> guard.reconfigure(g -> g)).isInstanceOf(IllegalStateException.class);
        assertThat(guard.describe()).contains("attempt timeout");
    }

    @Test
    @DisplayName("CB-12 BH-6 a queue that a bulkhead is given in use knows who is inside")
    void queueAddedInUse_knowsWhoIsInside() {
        Guard guard = guards.guard("prices", g -> g.bulkhead(1));
        Bulkhead bulkhead = Objects.requireNonNull(guard.bulkhead());
        bulkhead.reconfigure(b -> b.maxConcurrent(1).maxWaiting(3));

        String inner = guard.get(() -> guard.<String, RuntimeException>call(
                () -> "never", refused -> refused.reason().name()));

        assertThat(inner).isEqualTo("REENTRANT");
    }

    @Test
    @DisplayName("CB-12 an observer that was forgotten by hand hears again when it is named anew")
    void observer_thatIsNamedAnew_hears() {
        Heard named = new Heard();
        Guard guard = guards.guard("prices", g -> g.observer(named));
        guard.forget(named);
        guard.reconfigure(g -> g.observer(named).bulkhead(1));
        guard.run(() -> {});
        named.only(CallEnded.class);
    }
}
