package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.Firing;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/** The legs of a hedged attempt begin and end (HG-1). */
public final class AsyncRaceStress {

    private AsyncRaceStress() {}

    private static Guard guard(VirtualTime time) {
        return Guards.create(g -> g.time(time).executor(Runnable::run).logging(false))
                .guard("stress", g -> g.hedge(Hedge.after(Duration.ofHours(1))).bulkhead(b -> b.maxConcurrent(4)));
    }

    private static int active(Guard guard) {
        return guard.snapshot().bulkhead().orElseThrow().active();
    }

    /**
     * The path of a call leaves while the race of its legs is decided: one of them goes on with the call.
     *
     * <p>Guarding lines: the compare-and-sets of {@code AsyncRace.meeting}, in {@code conclude} and {@code resultOrPending}.
     */
    @JCStressTest
    @GuardingLine(
            in = AsyncRace.class,
            method = "conclude",
            line = {
                "if (!MEETING.compareAndSet(this, null, finish)) {",
                "return MEETING.compareAndSet(this, null, PENDING) ||"
            },
            without = {
                "boolean left = meeting != null; for (int i = 0; i < 16; i++) { GAP; } meeting = finish; if (left) {",
                "GAP; return MEETING.compareAndSet(this, null, PENDING) ||"
            },
            then = "writes after looking")
    @GuardingLine(
            in = AsyncRace.class,
            method = "resultOrPending",
            line = "return MEETING.compareAndSet(this, null, PENDING) || meeting == PENDING ? PENDING : told();",
            without = "if (meeting != null && meeting != PENDING) { return told(); } GAP; meeting = PENDING; "
                    + "return PENDING;",
            then = "writes after looking")
    @Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "whoever came second went on")
    @Outcome(expect = FORBIDDEN, desc = "nobody goes on with the call")
    @State
    public static class PathAgainstEnd {

        private static final VirtualTime TIME = VirtualTime.create();

        private final Guard guard = guard(TIME);
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final AtomicReference<@Nullable CompletableFuture<String>> result = new AtomicReference<>();

        @Actor
        public void calls() {
            result.set(guard.callAsync(() -> work));
        }

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = Objects.requireNonNull(result.get()).getNow("pending");
            r.r2 = active(guard);
        }
    }

    /**
     * The first leg answers while another one begins (T-67): that one is stopped.
     *
     * <p>Guarding line: {@code AsyncRace.launched} looks once more, after the beginning of the leg, whether the race is
     * decided: who has decided it may have stopped all others before this one was to be found.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-67",
            in = AsyncRace.class,
            method = "launched",
            line = {"legs.set(leg - 1, made);", "if (race.isDecided()) { another.stop(); } else {"},
            without = {"GAP; legs.set(leg - 1, made);", "if (!race.isDecided()) {"},
            then = "does not look whether the race is decided")
    @Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "answered, and nothing runs on")
    @Outcome(expect = FORBIDDEN, desc = "a leg of a race that is over goes on")
    @State
    public static class LaunchAgainstEnd {

        private final VirtualTime time = VirtualTime.create();
        private final Guard guard = guard(time);
        private final AtomicInteger begun = new AtomicInteger();
        private final CompletableFuture<String> first = new CompletableFuture<>();
        private final CompletableFuture<String> second = new CompletableFuture<>();
        private final CompletableFuture<String> result =
                guard.callAsync(() -> begun.incrementAndGet() == 1 ? first : second);

        @Actor
        public void launches() {
            boolean unused = Firing.fireNext(time);
        }

        @Actor
        public void answers() {
            first.complete("done");
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = result.getNow("pending");
            r.r2 = active(guard);
        }
    }
}
