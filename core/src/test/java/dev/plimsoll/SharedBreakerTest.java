package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One circuit breaker given to two guards: what either lives through counts for both, and neither takes it along. */
final class SharedBreakerTest extends LimitScene {

    private static final Deed BAD = new Deed(ofMillis(10), new IOException("lost"), "");

    private final CircuitBreaker shared = CircuitBreaker.create(
            "shared",
            b -> b.consecutiveFailures(2).openFor(SECOND).maxConcurrentProbes(1).successesToClose(1),
            time);
    private final Heard transitions = new Heard();

    @AfterEach
    void close() {
        shared.close(); // which is nobody else's business
    }

    private Guard one() {
        return scene.guards.guard("one", g -> g.circuitBreaker(shared));
    }

    private Guard two() {
        return scene.guards.guard(
                "two",
                g -> g.circuitBreaker(shared)
                        .bulkhead(1)
                        .retry(Retry.immediate().maxAttempts(1)));
    }

    private void fail(Engines engine, Guard guard) {
        assertThat(catchThrowable(() -> call(engine, guard, BAD))).isInstanceOf(IOException.class);
    }

    private void assertOpen(Engines engine, Guard guard) {
        RejectedException refused = refusal(engine, guard);
        assertThat(refused.reason()).isEqualTo(Reason.CIRCUIT_OPEN);
        assertThat(refused.dependency()).isEqualTo("shared");
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "CB-1 CB-9 a breaker that two guards share is opened by either, or by both together, and refuses in both")
    void sharedBreaker_openedByEither_refusesInBoth(Engines engine) throws Throwable {
        Guard one = one();
        Guard two = two();
        for (List<Guard> failing : List.of(List.of(one, one), List.of(two, two), List.of(one, two))) {
            for (Guard each : failing) {
                assertThat(shared.state()).isEqualTo(BreakerState.CLOSED);
                fail(engine, each);
            }
            assertOpen(engine, one);
            assertOpen(engine, two);
            time.advance(SECOND);
            assertThat(call(engine, failing.get(0), GOOD))
                    .as("the probe of either closes it")
                    .isEqualTo("good");
            assertThat(call(engine, one, GOOD)).isEqualTo("good");
            assertThat(call(engine, two, GOOD)).isEqualTo("good");
        }
        for (Guard each : List.of(one, two)) {
            assertThat(each.circuitBreaker()).isSameAs(shared);
            assertThat(each.snapshot().refusals()).as("each counts its own").containsEntry(Reason.CIRCUIT_OPEN, 3L);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CB-5 one probe is one probe, whichever of the two guards asks for the next")
    void sharedBreaker_halfOpen_hasOnePlaceForBoth(Engines engine) throws Throwable {
        Guard one = one();
        Guard two = two();
        fail(engine, one);
        fail(engine, two);
        time.advance(SECOND);
        CompletableFuture<Object> probe = hung(one);
        assertOpen(engine, two);
        assertThat(probe.cancel(true)).isTrue();
        assertThat(call(engine, two, GOOD)).isEqualTo("good");
        assertThat(shared.state()).isEqualTo(BreakerState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "CA-5 CB-12 it goes on, timer and all, for who is left: after a guard drops it, and after its guards close")
    void sharedBreaker_whenOthersLeaveIt_goesOn(Engines engine) throws Throwable {
        shared.observe(transitions);
        Guard dropping = scene.guards.guard("dropping", g -> g.circuitBreaker(shared));
        Guard closing = one();
        Guards rest = Guards.create(g -> g.time(time).logging(false));
        Guard staying = rest.guard("staying", g -> g.circuitBreaker(shared));
        fail(engine, dropping);
        fail(engine, closing);

        dropping.reconfigure(g -> g);
        scene.guards.close();

        assertThat(refusal(engine, closing).reason()).isEqualTo(Reason.SHUT_DOWN);
        assertOpen(engine, staying);
        time.advance(SECOND);
        assertThat(transitions.of(CircuitTransition.class))
                .extracting(CircuitTransition::to)
                .as("by its timer, for nobody calls")
                .containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN);
        assertThat(call(engine, staying, GOOD)).isEqualTo("good");
        fail(engine, staying);
        fail(engine, staying);
        assertOpen(engine, staying);
        rest.close();
    }
}
