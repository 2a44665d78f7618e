package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-4: names and set-ups. */
final class GuardsTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    private static GuardBuilder setUp(GuardBuilder builder) {
        return builder.attemptTimeout(Duration.ofSeconds(1))
                .totalTimeout(Duration.ofSeconds(5))
                .retry(Retry.exponential(Duration.ofMillis(100)).retryOn(IOException.class))
                .circuitBreaker(b -> b.consecutiveFailures(5))
                .bulkhead(10);
    }

    @Test
    @DisplayName("CA-4 the same name with an equal set-up is the same guard, and can be found")
    void sameSetUp_isTheSameGuard() {
        Guard first = guards.guard("prices", GuardsTest::setUp);
        assertThat(guards.guard("prices", GuardsTest::setUp)).isSameAs(first);
        assertThat(guards.find("prices")).containsSame(first);
        assertThat(guards.get("prices")).isSameAs(first);
        assertThatThrownBy(() -> guards.get("other"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("there is no guard \"other\"; there are: [prices]");
        assertThat(guards.find("other")).isEmpty();
        assertThat(guards.all()).containsExactly(first);
        assertThat(guards.bulkheads()).hasSize(1);
        assertThat(first).hasToString("prices: " + first.describe());
    }

    @Test
    @DisplayName("CA-4 the same name with another set-up is an error that names each part that differs")
    void otherSetUp_isAnError() {
        Classifier own = Classifier.standard().judging(IOException.class, Judgement.FAILURE);
        guards.guard("prices", GuardsTest::setUp);

        assertThatThrownBy(() -> guards.guard(
                        "prices",
                        g -> setUp(g).attemptTimeout(Duration.ofSeconds(2))
                                .bulkhead(11)
                                .classifier(own)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(4)
                                .anyMatch(line -> line.startsWith(
                                        "attemptTimeout must be as the guard has it already, PT1S: PT2S"))
                                .anyMatch(line ->
                                        line.startsWith("circuitBreaker must")) // its probe lease follows the timeout
                                .anyMatch(line -> line.startsWith("bulkhead must be"))
                                .anyMatch(line -> line.startsWith("classifier must be")));
    }

    @Test
    @DisplayName("CA-4 functions and shared objects are compared by identity, each part is named")
    void everyPart_isCompared() {
        guards.guard("a", g -> g.retry(Retry.immediate()));
        RetryBudget budget = RetryBudget.ratio(0.2);
        Bulkhead shared = Bulkhead.create("shared", 1);

        assertDiffers("retryBudget", g -> g.retry(Retry.immediate()).retryBudget(budget));
        assertDiffers("shared bulkhead", g -> g.retry(Retry.immediate()).bulkhead(shared));
        assertDiffers("uncounted", g -> g.retry(Retry.immediate()).uncounted());
        assertDiffers("withoutInterrupt", g -> g.retry(Retry.immediate()).withoutInterrupt());
        assertDiffers("onLateResult", g -> g.retry(Retry.immediate()).onLateResult(value -> {}));
        assertDiffers("observers", g -> g.retry(Retry.immediate()).observer(event -> {}));
        assertDiffers("blameAfter", g -> g.retry(Retry.immediate()).blameAfter(Duration.ZERO));
        assertDiffers("totalTimeout", g -> g.retry(Retry.immediate()).totalTimeout(Duration.ofDays(1)));
        assertDiffers("retry", g -> g);
        assertDiffers(
                "shared circuitBreaker",
                g -> g.retry(Retry.immediate())
                        .circuitBreaker(CircuitBreaker.create("shared", UnaryOperator.identity())));
    }

    private void assertDiffers(String part, UnaryOperator<GuardBuilder> setup) {
        assertThatThrownBy(() -> guards.guard("a", setup))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).singleElement().asString().startsWith(part + " must be as"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä", "a/b", "0123456789012345678901234567890123456789012345678901234567890123x"})
    @DisplayName("CA-4 names match [A-Za-z0-9._-]{1,64}")
    void wrongNames_areRefused(String name) {
        assertThatThrownBy(() -> guards.guard(name, g -> g))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match [A-Za-z0-9._-]{1,64}: \"" + name + "\"");
    }

    @Test
    @DisplayName("CA-4 everything that is wrong is listed at once, with field, rule and value")
    void everythingWrong_isListedAtOnce() {
        assertThatThrownBy(() -> guards.guard(
                        "no good",
                        g -> g.attemptTimeout(Duration.ZERO)
                                .totalTimeout(Duration.ofSeconds(-1))
                                .blameAfter(Duration.ofSeconds(-2))
                                .retry(Retry.immediate().maxAttempts(0))
                                .circuitBreaker(b -> b.consecutiveFailures(0))
                                .bulkhead(0)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .contains(
                                        "attemptTimeout must be longer than zero: PT0S",
                                        "totalTimeout must be longer than zero: PT-1S",
                                        "blameAfter must not be negative: PT-2S",
                                        "retry.maxAttempts must be at least 1: 0",
                                        "bulkhead.maxConcurrent must be at least 1: 0")
                                .hasSizeGreaterThanOrEqualTo(8));
        assertThatThrownBy(() -> guards.guard("b", g -> g.retryBudget(RetryBudget.unlimited())))
                .hasMessageContaining("retryBudget needs a retry");
        assertThat(guards.all()).isEmpty();
    }

    @Test
    @DisplayName("CA-4 observers of all guards hear those made later too, and nothing once forgotten")
    void observersOfAll_hearAllGuards() {
        Heard heard = new Heard();
        Guard before = guards.guard("before", g -> g.circuitBreaker());
        before.get(() -> "unheard");
        guards.observe(heard);
        Guard after = guards.guard("after", g -> g);
        before.get(() -> "heard");
        after.get(() -> "heard");
        guards.forget(heard);
        before.get(() -> "unheard");
        after.get(() -> "unheard");

        assertThat(heard.of(CallEnded.class)).extracting(CallEnded::dependency).containsExactly("before", "after");
        assertThat(before.snapshot().calls().answered()).isEqualTo(3);
    }

    @Test
    @DisplayName("CB-5 a set-up that is allowed and likely not meant is warned of")
    void doubtfulSetUps_areWarnedOf() {
        assertThat(guards.guard("a", g -> g.circuitBreaker()).warnings())
                .singleElement()
                .asString()
                .startsWith("no attemptTimeout: a probe");
        assertThat(guards.guard("b", g -> g.circuitBreaker().totalTimeout(Duration.ofMillis(500)))
                        .warnings())
                .hasSize(2)
                .last()
                .asString()
                .contains("never held against the dependency");
        assertThat(guards.guard("c", g -> g.circuitBreaker().attemptTimeout(Duration.ofMillis(500)))
                        .warnings())
                .isEmpty();
    }

    @Test
    @DisplayName("EV-3 CB-10 describe, explain and snapshot tell what there is")
    void texts_tellWhatThereIs() {
        Guard guard = guards.guard("all", GuardsTest::setUp);
        assertThat(guard.describe())
                .startsWith("total timeout 5000 ms → retry (3 attempts")
                .endsWith(") → [circuit breaker (5 failures in a row; open 30 s; 3 probes at once, 3 successes close)"
                        + " → bulkhead of 10 → attempt timeout 1000 ms → work]");
        assertThat(guard.explain()).startsWith("all: CLOSED since").contains("\n  bulkhead: ");
        assertThat(guards.guard("none", g -> g).explain()).isEqualTo("none: no circuit breaker");
        assertThat(guards.guard("none", g -> g).describe()).isEqualTo("[work]");
        assertThat(guards.guard("none", g -> g).circuitBreaker()).isNull();
        assertThat(guards.guard("none", g -> g).bulkhead()).isNull();
        assertThat(guard.name()).isEqualTo("all");
    }

    @Test
    @DisplayName("BH-2 the list of bulkheads has each one once, shared or not")
    void bulkheads_listsEachOnce() {
        Bulkhead shared = Bulkhead.create("shared", 3);
        guards.guard("own", g -> g.bulkhead(2));
        guards.guard("first", g -> g.bulkhead(shared));
        guards.guard("second", g -> g.bulkhead(shared));
        guards.guard("none", g -> g);
        assertThat(guards.bulkheads()).extracting(BulkheadSnapshot::name).containsExactlyInAnyOrder("own", "shared");
    }

    @Test
    @DisplayName("EV-3 an uncounted guard counts no good calls")
    void uncounted_countsNoGoodCalls() {
        Guard guard = guards.guard("u", g -> g.circuitBreaker().uncounted());
        guard.get(() -> "good");
        assertThat(guard.snapshot().calls().answered()).isZero();
    }

    @Test
    @DisplayName("BH-1 BH-2 BH-3 the registry lists every bulkhead with its numbers, the orphans among them")
    void bulkheads_listsTheNumbers() {
        guards.guard("plain", g -> g.circuitBreaker());
        guards.guard("preset", g -> g.bulkhead(b -> b.tenWithFiveWaiting()));
        Guard busy = guards.guard(
                "busy",
                g -> g.attemptTimeout(Duration.ofMillis(1))
                        .bulkhead(b -> b.maxConcurrent(2).abandonAfter(Duration.ofMillis(1))));
        CompletableFuture<Object> inner = new CompletableFuture<>();
        CompletableFuture<Object> call = busy.callAsync(inner::minimalCompletionStage);

        Bulkhead own = Objects.requireNonNull(busy.bulkhead());
        time.advance(Duration.ofMillis(1));
        Rendezvous.await(() -> own.snapshot().orphans() == 1, "the work was let go");
        time.advance(Duration.ofMillis(1));

        assertThat(guards.bulkheads())
                .containsExactlyInAnyOrder(
                        new BulkheadSnapshot("preset", 10, 5, 0, 0, 10, 0, 0, 0),
                        new BulkheadSnapshot("busy", 2, 0, 1, 0, 1, 0, 1, 1));
        inner.complete("late");
        Rendezvous.await(call::isDone, "the call has ended");
        assertThat(own.snapshot()).isEqualTo(new BulkheadSnapshot("busy", 2, 0, 0, 0, 2, 0, 0, 0));
    }
}
