package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An {@link AsyncScene} with a guard that hedges after 100 ms: each leg of its calls gets a stage of its own. */
final class HedgeScene implements AutoCloseable {

    /** For whom a thread works. */
    static final Tenant TENANT = new Tenant();

    /** Carries that along. */
    static final class Tenant implements ContextCarrier {
        private static final ThreadLocal<String> NAME = ThreadLocal.withInitial(() -> "nobody");

        String name() {
            return NAME.get();
        }

        <T> T as(String name, Supplier<T> work) {
            try (Scope scope = put(name)) {
                assertThat(scope).isNotNull();
                return work.get();
            }
        }

        @Override
        public Snapshot capture() {
            String name = NAME.get();
            return () -> put(name);
        }

        private static Scope put(String name) {
            String before = NAME.get();
            NAME.set(name);
            return () -> NAME.set(before);
        }
    }

    private final AsyncScene scene = new AsyncScene();
    final VirtualTime time = scene.time;
    final Heard heard = scene.heard;
    final Guards guards = scene.guards;

    /** In the order in which the legs were begun, of all calls. */
    final List<CompletableFuture<Integer>> stages = new ArrayList<>();

    Guard hedged(UnaryOperator<GuardBuilder> more) {
        return guards.guard("prices", g -> more.apply(g.hedge(Hedge.after(ofMillis(100)))));
    }

    CompletableFuture<Integer> call(Guard guard) {
        return guard.callAsync(this::newStage);
    }

    CompletableFuture<Integer> newStage() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }

    HedgeSnapshot hedges(Guard guard) {
        return guard.snapshot().hedges().orElseThrow();
    }

    @Override
    public void close() {
        scene.close();
    }
}
