package dev.plimsoll;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guards by key against a model of one place, two breakers that are flags, and a clock of minutes: asynchronous calls of two
 * keys, of which one can have a guard of its own and the other then shares one, and idle ones that go. T-97, T-100.
 *
 * <p>With more places a sweep that is under way can be seen: of two new keys one finds no place that the other's sweep is
 * about to free, and shares, as it may. So there is one place here. How many were evicted, and how often one was shared, is
 * exact at rest and not asked for.
 *
 * <p>The line that this watches is the condition in {@code KeyedGuards.entered()}: without it a call is inside of a guard
 * that is retired meanwhile, and what it finds out is forgotten.
 */
@Tag("lincheck")
final class KeyedGuardsLincheckTest {

    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final Race[] RACES = {
        // The guard of an idle key is retired while a call comes in that trips it.
        Race.of(Operations.class)
                .does("begin", 0, 0)
                .does("succeed", 0)
                .does("tick", 0)
                .thread()
                .does("begin", 0, 0)
                .does("fail", 0)
                .thread()
                .does("begin", 1, 1)
                .then()
                .does("begin", 2, 0),
        // Two new keys, and one place.
        Race.of(Operations.class)
                .thread()
                .does("begin", 0, 0)
                .does("fail", 0)
                .thread()
                .does("begin", 1, 1)
                .does("fail", 1)
                .then()
                .does("begin", 2, 0)
                .does("begin", 1, 1)
                .does("size", 0),
    };

    @Test
    @GuardingLine(
            against = "T-97, T-100",
            in = KeyedGuards.class,
            method = "entered",
            line = "if (resident.visits.enters()) {",
            without = "if (resident.visits.enters() || true) {",
            then = "does not ask whether the guard was retired")
    @Tag("long")
    @DisplayName("CB-11 T-97 T-100 a key has one guard or shares one, in every interleaving")
    void key_inEveryInterleaving_hasOneGuardOrSharesOne() {
        Linearizability.explore(Operations.class, Model.class, RACES);
    }

    @Test
    @Tag("racing")
    @DisplayName("CB-11 T-97 T-100 a key has one guard or shares one, whoever races")
    void key_ofRacingThreads_hasOneGuardOrSharesOne() {
        Linearizability.stress(Operations.class, Model.class, RACES);
    }

    /** Calls of two keys, of which one can have a guard of its own; each keeps its work, under way, in a slot. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    public static final class Operations {

        private final VirtualTime time = VirtualTime.create();
        private final Guards guards = Guards.create(g -> g.time(time).logging(false));
        private final KeyedGuards<Integer> hosts = guards.keyed(
                "hosts",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(Duration.ofDays(1))),
                k -> k.maximumSize(1).idleAfter(IDLE));
        private final @Nullable CompletableFuture<Integer>[] slots = slots();

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static CompletableFuture<Integer>[] slots() {
            return new CompletableFuture[3];
        }

        @Operation
        public String begin(@Param(name = "slot") int slot, @Param(name = "key") int key) {
            if (slots[slot] != null) {
                return "under way";
            }
            CompletableFuture<Integer> work = new CompletableFuture<>();
            CompletableFuture<Integer> call = hosts.get(key).callAsync(() -> work);
            if (call.isDone()) {
                return refused(call);
            }
            slots[slot] = work;
            return "begins";
        }

        private static String refused(CompletableFuture<Integer> call) {
            try {
                return "answered " + call.join();
            } catch (CompletionException failed) {
                return failed.getCause() instanceof RejectedException refused
                        ? "refused by " + refused.rejection().dependency()
                        : failed.toString();
            }
        }

        @Operation
        public boolean succeed(@Param(name = "slot") int slot) {
            CompletableFuture<Integer> work = slots[slot];
            slots[slot] = null;
            return work != null && work.complete(slot);
        }

        @Operation
        public boolean fail(@Param(name = "slot") int slot) {
            CompletableFuture<Integer> work = slots[slot];
            slots[slot] = null;
            return work != null && work.completeExceptionally(new IllegalStateException("down"));
        }

        @Alone
        @Operation
        public void tick(@Param(name = "slot") int slot) {
            Hands.forward(time, IDLE);
        }

        @Alone
        @Operation
        public int size(@Param(name = "slot") int slot) {
            return hosts.snapshot().keys();
        }
    }

    /** A key that has a place, and a breaker for it and one for all others; a breaker is a flag. */
    public static final class Model {

        private static final class Breaker {
            private final String name;
            private boolean open;
            private int inside;

            Breaker(String name) {
                this.name = name;
            }
        }

        private final Breaker shared = new Breaker("hosts/*");
        private final @Nullable Breaker[] slots = new Breaker[3];
        private int now;
        private int swept;
        private int used;
        private int owner = -1;
        private Breaker own = shared;

        public String begin(int slot, int key) {
            if (slots[slot] != null) {
                return "under way";
            }
            Breaker breaker = of(key);
            if (breaker.open) {
                return "refused by " + breaker.name;
            }
            breaker.inside++;
            slots[slot] = breaker;
            return "begins";
        }

        private Breaker of(int key) {
            if (owner != key && swept < now) {
                swept = now;
                owner = used < now && !own.open && own.inside == 0 ? -1 : owner;
            }
            if (owner == -1) {
                owner = key;
                own = new Breaker("hosts/" + key);
            }
            if (owner != key) {
                return shared;
            }
            used = now;
            return own;
        }

        public boolean succeed(int slot) {
            return end(slot, false);
        }

        public boolean fail(int slot) {
            return end(slot, true);
        }

        private boolean end(int slot, boolean failed) {
            Breaker breaker = slots[slot];
            if (breaker == null) {
                return false;
            }
            slots[slot] = null;
            breaker.inside--;
            breaker.open |= failed;
            return true;
        }

        public void tick(int slot) {
            now++;
        }

        public int size(int slot) {
            return owner == -1 ? 0 : 1;
        }
    }
}
