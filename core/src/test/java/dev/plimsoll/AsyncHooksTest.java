package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Asynchronous calls complete, whatever the user's hooks throw, and however many wait for one permit. */
final class AsyncHooksTest {

    private static final int MANY = 20_000;

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    static Stream<Arguments> hooks() {
        RuntimeException planted = new IllegalStateException("planted");
        Error error = new AssertionError("planted");
        return Stream.<Throwable>of(planted, error)
                .flatMap(thrown -> Stream.of(
                        Arguments.of("observer", thrown, hook(g -> g.observer(new Thrower(thrown)))),
                        Arguments.of("classifier", thrown, hook(g -> g.classifier(outcome -> sneak(thrown)))),
                        Arguments.of(
                                "retry on results",
                                thrown,
                                hook(g -> g.retry(Retry.immediate().retryOnResult(value -> sneak(thrown))))),
                        Arguments.of(
                                "retry on errors",
                                thrown,
                                hook(g -> g.retry(Retry.immediate().retryOn(failure -> sneak(thrown)))))));
    }

    private static UnaryOperator<GuardBuilder> hook(UnaryOperator<GuardBuilder> hook) {
        return hook;
    }

    private record Thrower(Throwable thrown) implements Observer {
        @Override
        public void on(Event event) {
            Object unused = sneak(thrown);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @ParameterizedTest(name = "{0} throws {1}")
    @MethodSource("hooks")
    @DisplayName("T-26 CB-8 every call completes, for every hook that throws, and every permit is back")
    void call_whateverAHookThrows_completes(String name, Throwable thrown, UnaryOperator<GuardBuilder> hook) {
        Guard guard =
                guards.guard("hooked", g -> hook.apply(g.bulkhead(2).circuitBreaker(b -> b.consecutiveFailures(100))));
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> later = guard.callAsync(() -> inner);
        CompletableFuture<String> good = guard.callAsync(() -> CompletableFuture.completedFuture("a"));
        CompletableFuture<String> bad =
                guard.callAsync(() -> CompletableFuture.failedFuture(new IllegalArgumentException("wrong")));
        inner.completeExceptionally(new IOException("lost"));

        assertThat(List.of(later, good, bad)).allMatch(CompletableFuture::isDone);
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().active()).isZero();
    }

    @Test
    @DisplayName("T-26 CA-6 a carrier that throws is counted, and the call goes on without what it would have carried")
    void call_whoseCarrierThrows_completes() {
        ContextCarrier broken = () -> {
            throw new IllegalStateException("planted");
        };
        try (Guards others = Guards.create(g -> g.logging(false).contextCarrier(broken))) {
            Guard guard = others.guard("carried", g -> g);
            assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("a"))
                            .join())
                    .isEqualTo("a");
            assertThat(guard.snapshot().faults()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "T-34 thousands wait for one permit, each completes at once when it has it: no stack, none left behind")
    void queue_ofStagesThatCompleteAtOnce_isWorkedOff() {
        Guard guard = guards.guard(
                "narrow",
                g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(MANY).maxWait(Duration.ofHours(1))));
        CompletableFuture<Integer> first = new CompletableFuture<>();
        AtomicInteger done = new AtomicInteger();
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        calls.add(guard.callAsync(() -> first));
        for (int i = 0; i < MANY; i++) {
            calls.add(guard.callAsync(() -> CompletableFuture.completedFuture(done.incrementAndGet())));
        }
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().waiting())
                .isEqualTo(MANY);
        first.complete(0);
        Rendezvous.await(() -> calls.stream().allMatch(CompletableFuture::isDone), "all calls are done");
        assertThat(done).hasValue(MANY);
        assertThat(calls).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(guard.bulkhead().snapshot().active()).isZero();
    }
}
