package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RB-2: five real guards around each other, three attempts each, and everything fails at the bottom. */
final class AmplificationTest {

    private static final int LAYERS = 5;
    private static final Duration APART = Duration.ofMillis(5);
    private static final int CALLS = 5_000; // two and a half windows of the budgets

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1_000, 1);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final List<Guard> layers = new ArrayList<>();
    private final Heard heard = new Heard();
    private long bottom;

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
    }

    private void build(IntFunction<Retry> retry, Supplier<RetryBudget> budget) {
        for (int i = 0; i < LAYERS; i++) {
            Retry own = retry.apply(i);
            layers.add(guards.guard(
                    "layer" + i, g -> g.retry(own).retryBudget(budget.get()).observer(heard)));
        }
    }

    private RetryBudget tenPercent() {
        return RetryBudget.create(b -> b.minimumPerSecond(0), time);
    }

    private void call(int layer) throws IOException {
        if (layer == LAYERS) {
            bottom++;
            throw new IOException("down");
        }
        layers.get(layer).run(() -> call(layer + 1));
    }

    /** Calls as other processes would: nobody inside knows of the guards around. */
    private void callAcross(int layer, ContextCarrier.Snapshot elsewhere) throws IOException {
        if (layer == LAYERS) {
            call(layer);
            return;
        }
        try (ContextCarrier.Scope process = elsewhere.open()) {
            assertThat(process).isNotNull();
            layers.get(layer).run(() -> callAcross(layer + 1, elsewhere));
        }
    }

    @Test
    @DisplayName("RB-2 without budgets one call reaches the bottom 243 times")
    void unlimitedLayers_multiply() {
        build(layer -> Retry.immediate(), RetryBudget::unlimited);

        assertThatThrownBy(() -> call(0)).isInstanceOf(IOException.class);

        assertThat(bottom).isEqualTo(243);
    }

    @Test
    @DisplayName("RB-2 with 10 % budgets, minimum 0, nested layers do not pay in: 1.1 times, below 1.61")
    void nestedLayersWithBudgets_areContained() throws Exception {
        build(layer -> Retry.immediate(), this::tenPercent);

        for (int i = 0; i < CALLS; i++) {
            assertThatThrownBy(() -> call(0)).isInstanceOf(IOException.class);
            time.advance(APART);
        }

        assertThat(bottom).isGreaterThan((long) (1.09 * CALLS)).isLessThanOrEqualTo((long) (1.1 * CALLS));
        assertThat(layers.get(1).snapshot().budget().orElseThrow().calls()).isZero();
    }

    @Test
    @DisplayName(
            "RB-2 with 10 % budgets, minimum 0, layers that know nothing of each other: at most 1.1^5 = 1.61 times")
    void separateLayersWithBudgets_areContained() throws Exception {
        assertThat(Ambient.here()).isNotEmpty();
        ContextCarrier.Snapshot nothing = Ambient.capture();
        build(layer -> Retry.immediate(), this::tenPercent);

        for (int i = 0; i < CALLS; i++) {
            assertThatThrownBy(() -> callAcross(0, nothing)).isInstanceOf(IOException.class);
            time.advance(APART);
        }

        long most = (long) (Math.pow(1.1, LAYERS) * CALLS);
        assertThat(bottom).isGreaterThan((long) (1.5 * CALLS)).isLessThanOrEqualTo(most);
    }

    @Test
    @DisplayName("RB-2 with retryAtEdge at the outermost layer one call reaches the bottom 3 times")
    void edgeAtTheTop_isRetriedOnlyThere() {
        build(layer -> layer == 0 ? Retry.immediate().retryAtEdge() : Retry.immediate(), RetryBudget::unlimited);

        assertThatThrownBy(() -> call(0)).isInstanceOf(IOException.class);

        assertThat(bottom).isEqualTo(3);
        assertThat(heard.of(RetryDenied.class))
                .contains(new RetryDenied("layer4", 1, NoRetry.AT_EDGE))
                .contains(new RetryDenied("layer0", 3, NoRetry.ATTEMPTS_USED));
        assertThat(RetryMark.isInForce()).isFalse();
    }

    @Test
    @DisplayName("RB-2 of several guards with retryAtEdge only the outermost retries")
    void edgeEverywhere_isRetriedByTheOutermost() {
        build(layer -> Retry.immediate().retryAtEdge(), RetryBudget::unlimited);

        assertThatThrownBy(() -> call(0)).isInstanceOf(IOException.class);

        assertThat(bottom).isEqualTo(3);
    }

    private CompletableFuture<String> callAsync(int layer) {
        if (layer == LAYERS) {
            bottom++;
            return CompletableFuture.failedFuture(new IOException("down"));
        }
        return layers.get(layer).callAsync(() -> callAsync(layer + 1));
    }

    @Test
    @DisplayName("RB-2 asynchronous layers: 243 times without budgets")
    void asyncLayers_multiply() {
        build(layer -> Retry.immediate(), RetryBudget::unlimited);
        assertThat(callAsync(0)).isCompletedExceptionally();
        assertThat(bottom).isEqualTo(243);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("RB-2 asynchronous layers: 3 times when the outermost retries at the edge, or when all say so")
    void asyncEdge_isRetriedByTheOutermost(boolean all) {
        build(layer -> layer == 0 || all ? Retry.immediate().retryAtEdge() : Retry.immediate(), RetryBudget::unlimited);
        assertThat(callAsync(0)).isCompletedExceptionally();
        assertThat(bottom).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    @DisplayName("RB-2 layers around the marked one retry as ever, those inside do not")
    void edgeInTheMiddle_endsRetriesBelow(int edge) {
        build(layer -> layer == edge ? Retry.immediate().retryAtEdge() : Retry.immediate(), RetryBudget::unlimited);

        assertThatThrownBy(() -> call(0)).isInstanceOf(IOException.class);

        assertThat(bottom).isEqualTo((long) Math.pow(3, edge + 1));
    }

    @Test
    @DisplayName("RB-2 the mark goes along into a pool, and a guard inside itself is inside of its own mark")
    void mark_goesAlong() {
        Retry edge = Retry.immediate().retryAtEdge();
        Guard outer = guards.guard(
                "pooled", g -> g.retry(edge).bulkhead(b -> b.maxConcurrent(2).ownPool()));
        Guard inner = guards.guard("inner", g -> g.retry(edge));

        assertThatThrownBy(() -> outer.run(() -> inner.run(() -> call(LAYERS)))).isInstanceOf(IOException.class);
        assertThat(bottom).isEqualTo(3);

        assertThatThrownBy(() -> inner.run(() -> inner.run(() -> call(LAYERS)))).isInstanceOf(IOException.class);
        assertThat(bottom).isEqualTo(6);
    }

    @Test
    @DisplayName("RB-2 the setting shows, and counts when retries are compared")
    void edge_isPartOfTheSetting() {
        assertThat(Retry.immediate().retryAtEdge())
                .isEqualTo(Retry.immediate().retryAtEdge())
                .isNotEqualTo(Retry.immediate())
                .asString()
                .endsWith(", at the edge");
    }
}
