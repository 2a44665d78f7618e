package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** After which time attempts are hedged. */
final class HedgeDelayTest {

    private final AsyncScene scene = new AsyncScene();
    private final List<CompletableFuture<Integer>> stages = new ArrayList<>();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Each leg gets a stage of its own. */
    private CompletableFuture<Integer> call(Guard guard) {
        return guard.callAsync(() -> {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
    }

    private static HedgeSnapshot hedges(Guard guard) {
        return guard.snapshot().hedges().orElseThrow();
    }

    @Test
    @DisplayName("HG-1 the sample of the delay is not made faster by the legs that lost")
    void losers_doNotShortenTheDelay() {
        Guard guard = scene.guards.guard(
                "prices",
                g -> g.hedge(Hedge.afterQuantile(0.9).minimumSamples(10).over(Duration.ofHours(1)))
                        .retryBudget(RetryBudget.unlimited()));
        for (int i = 0; i < 400; i++) {
            boolean slow = i % 10 >= 8; // one in five
            int leg = stages.size();
            CompletableFuture<Integer> call = call(guard);
            scene.time.advance(ofMillis(10));
            if (!slow) {
                stages.get(leg).complete(1);
            } else {
                scene.time.advance(ofMillis(157)); // longer than the middle of its bucket of the sample
                if (stages.size() > leg + 1) {
                    stages.get(leg + 1).complete(1);
                } else {
                    stages.get(leg).complete(1);
                }
            }
            assertThat(call).isCompletedWithValue(1);
        }
        assertThat(hedges(guard).won()).isGreaterThan(30);
        assertThat(hedges(guard).delay().orElseThrow()).isBetween(ofMillis(145), ofMillis(168));
    }

    @Test
    @DisplayName("HG-1 nothing is hedged until enough attempts are known, nor above the longest delay")
    void unknown_noHedge() {
        Guard guard = scene.guards.guard(
                "prices",
                g -> g.hedge(Hedge.afterQuantile(0.9).minimumSamples(3).between(ofMillis(20), ofMillis(50))));
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Integer> call = call(guard);
            scene.time.advance(ofMillis(10));
            assertThat(hedges(guard).delay()).isEmpty();
            stages.get(i).complete(1);
            assertThat(call).isCompletedWithValue(1);
        }
        scene.time.advance(ofSeconds(2));
        assertThat(hedges(guard).delay()).contains(ofMillis(20));
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Integer> call = call(guard);
            scene.time.advance(ofMillis(500));
            stages.forEach(stage -> stage.complete(1));
            assertThat(call).isCompletedWithValue(1);
        }
        assertThat(hedges(guard).delay()).isEmpty();
    }
}
