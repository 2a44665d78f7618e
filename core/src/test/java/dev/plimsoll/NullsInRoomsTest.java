package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.failover.Failover;
import dev.plimsoll.failover.Replicas;
import dev.plimsoll.failover.Voting;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FileLaterQueue;
import dev.plimsoll.fallback.Later;
import dev.plimsoll.fallback.MemoryLaterQueue;
import dev.plimsoll.fallback.Replay;
import dev.plimsoll.fallback.StaleValues;
import dev.plimsoll.idempotency.Idempotency;
import dev.plimsoll.idempotency.IdempotencyConfig;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.limit.RateLimiters;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import dev.plimsoll.timeout.TimeoutPreset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CA-4 in the rooms of fallbacks, failover, degradation, idempotency, timeouts, rates and shedding: nothing where
 * something must be is refused by its name. */
@NullUnmarked // what callers that no compiler has checked may pass
final class NullsInRoomsTest {

    private static final Time TIME = VirtualTime.create();
    private static final StaleValues<String, String> STALE = StaleValues.create();
    private static final MemoryLaterQueue QUEUE = MemoryLaterQueue.create("orders", 1, 100);
    private static final Degradation SHOP = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"), TIME);
    private static final Idempotency<String> ONCE = Idempotency.create("once", c -> c, TIME);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final RateLimiter RATE = RateLimiter.create("rate", r -> r.permits(1), TIME);
    private static final RateLimiters<String> RATES = RateLimiters.create("rates", r -> r.permits(1), k -> k, TIME);
    private static final Failover<String> FAILOVER =
            Failover.create("f", f -> f.primary("a", "a").backup("b", "b"), TIME);
    private static final Replicas<String> REPLICAS = Replicas.create("r", Map.of("a", "a"), r -> r, TIME);
    private static final Voting<String, String> VOTING = Voting.create("v", REPLICAS, v -> v.executor(Runnable::run));

    private static Arguments row(String named, ThrowingCallable action) {
        return Arguments.of(named, action);
    }

    static Stream<Arguments> fallbacks() {
        return Stream.of(
                row("key", () -> STALE.remember(null, "")),
                row("key", () -> STALE.recall(null)),
                row("key", () -> STALE.forget(null)),
                row("maxAge", () -> StaleValues.create(null, 1, TIME)),
                row("key", () -> Later.of(null, "")),
                row("body", () -> Later.of("k", (String) null)),
                row("body", () -> Later.of("k", (byte[]) null)),
                row("item", () -> QUEUE.offer(null)),
                row("name", () -> MemoryLaterQueue.create(null, 1, 1)),
                row("directory", () -> FileLaterQueue.open("orders", null)),
                row("setup", () -> FileLaterQueue.open("orders", Path.of("unused"), c -> null)),
                row("queue", () -> Replay.of(null, queued -> {})),
                row("receiver", () -> Replay.of(QUEUE, null)),
                row("work", () -> Fallback.onFailed().slowerAsync(null)),
                row("values", () -> Fallback.onFailed().stale(null, "k")),
                row("key", () -> Fallback.<String>onFailed().stale(STALE, null)),
                row("item", () -> Fallback.onFailed().later(QUEUE, null, "")),
                row("value", () -> Fallback.onFailed().orElseGet(null)));
    }

    static Stream<Arguments> others() {
        return Stream.of(
                row("health", () -> SHOP.report((DependencyHealth) null)),
                row("all", () -> SHOP.report((Collection<DependencyHealth>) null)),
                row("dependency", () -> SHOP.forget((String) null)),
                row("feature", () -> SHOP.isOn(null)),
                row("level", () -> SHOP.hold(null, "why", "me")),
                row("reason", () -> SHOP.hold(Level.NORMAL, null, "me")),
                row("who", () -> SHOP.hold(Level.NORMAL, "why", null)),
                row("timeToLive", () -> SHOP.hold(Level.NORMAL, "why", "me", null)),
                row("reason", () -> SHOP.release(null, "me")),
                row("observer", () -> SHOP.observe(null)),
                row("level", () -> Degradation.create("shop", d -> d.at(null, "x"))),
                row("dwell", () -> Degradation.create("shop", d -> d.dwell(null))),
                row("sentence", () -> Degradation.create("shop", d -> d.notice("x", null))),
                row("thresholds", () -> Degradation.create("shop", d -> d.thresholds(null))),
                row("p99", () -> new DependencyHealth("d", true, null, 0)),
                row("key", () -> ONCE.once(null, () -> "")),
                row("fingerprint", () -> ONCE.once("k", null, () -> "")),
                row("body", () -> ONCE.once("k", null)),
                row("body", () -> ONCE.onceAsync("k", null)),
                row("store", () -> Idempotency.create("once", c -> c, null, TIME)),
                row("time", () -> Idempotency.create("once", c -> c, (Time) null)),
                row("keepFailures", () -> Idempotency.create("once", c -> c.keepFailures(null))),
                row("lease", () -> Idempotency.create("once", (IdempotencyConfig c) -> c.lease(null))));
    }

    static Stream<Arguments> times() {
        return Stream.of(
                row("attemptTimeout", () -> guard(g -> g.attemptTimeout((Duration) null))),
                row("attemptTimeout", () -> guard(g -> g.attemptTimeout((TimeoutPreset) null))),
                row("attemptTimeout", () -> guard(g -> g.attemptTimeout((AdaptiveTimeout) null))),
                row("totalTimeout", () -> guard(g -> g.totalTimeout(null))),
                row("heartbeatTimeout", () -> guard(g -> g.heartbeatTimeout(null))),
                row("blameAfter", () -> guard(g -> g.blameAfter(null))),
                row("onLateResult", () -> guard(g -> g.onLateResult(null))),
                row("least", () -> AdaptiveTimeout.between(null, SECOND)),
                row("most", () -> AdaptiveTimeout.between(SECOND, null)),
                row("window", () -> AdaptiveTimeout.between(SECOND, SECOND).over(null)),
                row("time", () -> RetryBudget.tokenBucket(TokenBucket.aws(), null)),
                row("settings", () -> RetryBudget.tokenBucket(null, TIME)),
                row("task", () -> Criticality.NORMAL.run(null)),
                row("work", () -> Criticality.NORMAL.call(null)));
    }

    private static void guard(UnaryOperator<GuardBuilder> setup) {
        try (Guards guards = Guards.create(g -> g.time(TIME).logging(false))) {
            guards.guard("prices", setup);
        }
    }

    static Stream<Arguments> rates() {
        return Stream.of(
                row("name", () -> RateLimiter.create(null, r -> r.permits(1))),
                row("configuration", () -> RateLimiter.create("rate", null)),
                row("configuration", () -> RateLimiter.create("rate", r -> null)),
                row("time", () -> RateLimiter.create("rate", r -> r.permits(1), null)),
                row("per", () -> RateLimiter.create("rate", r -> r.per(null))),
                row("maxWait", () -> RateLimiter.create("rate", r -> r.maxWait(null))),
                row("configuration", () -> RATE.reconfigure(null)),
                row("name", () -> RateLimiters.create(null, r -> r.permits(1), k -> k)),
                row("configuration", () -> RateLimiters.create("rates", null, k -> k)),
                row("keys", () -> RateLimiters.create("rates", r -> r.permits(1), null)),
                row("time", () -> RateLimiters.create("rates", r -> r.permits(1), k -> k, null)),
                row("idleAfter", () -> RateLimiters.create("rates", r -> r.permits(1), k -> k.idleAfter(null))),
                row("configuration", () -> RATES.reconfigure(null)),
                row("key", () -> RATES.gate(null)),
                row("key", () -> RATES.enter(null)),
                row("key", () -> RATES.tryEnter(null)),
                row("key", () -> RATES.snapshot(null)));
    }

    static Stream<Arguments> sheds() {
        return Stream.of(
                row("name", () -> Shedder.create(null, s -> s)),
                row("configuration", () -> Shedder.create("shop", null)),
                row("configuration", () -> Shedder.create("shop", s -> null)),
                row("time", () -> Shedder.create("shop", s -> s, null)),
                row("target", () -> Shedder.create("shop", s -> s.target(null))),
                row("interval", () -> Shedder.create("shop", s -> s.interval(null))),
                row("limit", () -> Shedder.create("shop", s -> s.inFlightLimit(null))),
                row("period", () -> Shedder.create("shop", s -> s.period(null))),
                row("retryAfter", () -> Shedder.create("shop", s -> s.retryAfter(null))),
                row("name", () -> AdaptiveThrottle.create(null)),
                row("configuration", () -> AdaptiveThrottle.create("prices", null)),
                row("time", () -> AdaptiveThrottle.create("prices", t -> t, null)),
                row("over", () -> AdaptiveThrottle.create("prices", t -> t.over(null))),
                row("attemptTimeout", () -> AdaptiveThrottle.create("prices", t -> t.attemptTimeout(null))));
    }

    static Stream<Arguments> failovers() {
        return Stream.of(
                row(
                        "name",
                        () -> Failover.<String>create(
                                null, f -> f.primary("a", "a").backup("b", "b"))),
                row("setup", () -> Failover.<String>create("f", null)),
                row(
                        "time",
                        () -> Failover.<String>create(
                                "f", f -> f.primary("a", "a").backup("b", "b"), null)),
                row(
                        "name",
                        () -> Failover.<String>create(
                                "f", f -> f.primary(null, "a").backup("b", "b"))),
                row(
                        "client of b",
                        () -> Failover.<String>create(
                                "f", f -> f.primary("a", "a").backup("b", null))),
                row("errors", () -> FAILOVER.reconfigure(f -> f.failOverOn(null))),
                row(
                        "classifier",
                        () -> FAILOVER.reconfigure(
                                f -> f.primary("a", "a").backup("b", "b").classifier(null))),
                row("ask", () -> FAILOVER.call(null)),
                row("ask", () -> FAILOVER.answer(null)),
                row("ask", () -> FAILOVER.callAsync(null)),
                row("ask", () -> FAILOVER.answerAsync(null)),
                row("observer", () -> FAILOVER.observe(null)));
    }

    static Stream<Arguments> replicas() {
        return Stream.of(
                row("clients", () -> Replicas.create("r", null)),
                row("client of a", () -> REPLICAS.update(java.util.Collections.singletonMap("a", null))),
                row("name", () -> REPLICAS.add(null, "a")),
                row("client", () -> REPLICAS.add("b", null)),
                row("replica", () -> REPLICAS.remove(null)),
                row("setup", () -> REPLICAS.reconfigure(null)),
                row("span", () -> REPLICAS.reconfigure(r -> r.interval(null))),
                row("base", () -> REPLICAS.reconfigure(r -> r.ejectFor(null, null))),
                row("judging", () -> REPLICAS.reconfigure(r -> r.classifier(null))),
                row("ask", () -> REPLICAS.call(null)),
                row("ask", () -> REPLICAS.work(null)),
                row("ask", () -> REPLICAS.callAsync(null)),
                row("ask", () -> REPLICAS.workAsync(null)),
                row("replicas", () -> Voting.create("v", null, v -> v.asyncOnly())),
                row("setup", () -> Voting.create("v", REPLICAS, null)),
                row("same", () -> VOTING.reconfigure(v -> v.agreeing(null))),
                row("threads", () -> VOTING.reconfigure(v -> v.executor(null))),
                row("ask", () -> VOTING.call(null)),
                row("ask", () -> VOTING.callAsync(null)));
    }

    @ParameterizedTest
    @MethodSource({"fallbacks", "failovers", "replicas", "others", "times", "rates", "sheds"})
    @DisplayName("CA-4 what must not be null is refused by its name")
    void null_isRefusedByName(String named, ThrowingCallable action) {
        assertThat(catchThrowable(action))
                .isNotNull()
                .satisfies(thrown -> assertThat(thrown.getMessage()).containsPattern("\\b" + named + "\\b"));
    }
}
