package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Judgement;
import dev.plimsoll.retry.Retry;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A taker of late results that throws an {@link Error}, in the midst of the end of a call: that ends once all the same. */
final class LateResultFaultTest {

    private final AsyncScene scene = new AsyncScene();
    private final AtomicReference<@Nullable CompletableFuture<Integer>> underway = new AtomicReference<>();
    private final List<Object> late = new ArrayList<>();

    @AfterEach
    void close() {
        scene.close();
    }

    private static Consumer<CompletableFuture<Integer>> ending(boolean cancelled) {
        return cancelled ? call -> call.cancel(true) : call -> call.complete(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "RT-6 TO-1 EV-2 a call that is let go while its bad value is judged ends once, whatever the taker throws")
    void badValue_judgedWhileLetGo_endsOnce(boolean cancelled) throws ReflectiveOperationException {
        Guard guard = scene.guards.guard(
                "prices",
                g -> g.bulkhead(1)
                        .retry(Retry.immediate().maxAttempts(2))
                        .classifier(outcome -> {
                            if (Objects.equals(outcome.value(), 2)) {
                                ending(cancelled).accept(Objects.requireNonNull(underway.get()));
                            }
                            return Judgement.TRANSIENT;
                        })
                        .onLateResult(value -> {
                            late.add(value);
                            throw new AssertionError("broken");
                        }));
        List<CompletableFuture<Integer>> stages = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<Integer> call = guard.callAsync(() -> stages.get(attempts.getAndIncrement()));
        underway.set(call);
        stages.get(0).complete(1);
        stages.get(1).complete(2);
        assertThat(call).isDone();
        assertThat(call.isCancelled()).isEqualTo(cancelled);
        assertThat(late).containsExactly(2);
        Field retrying = Unfinished.class.getDeclaredField("retrying");
        retrying.setAccessible(true);
        assertThat((AtomicInteger) retrying.get(scene.guards.unfinished())).hasValue(0);
    }
}
