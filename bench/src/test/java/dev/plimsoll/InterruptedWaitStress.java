package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * A caller who was interrupted leaves the bulkhead's queue while the permit comes free (T-31): he goes in with it, or gives
 * up without it.
 *
 * <p>Guarding line: {@code BlockingEngine.await} asks whether the permit had been granted before it gives up.
 */
@JCStressTest
@GuardingLine(
        against = "T-31",
        in = BlockingEngine.class,
        method = "await",
        line = "} else if (wait.abandon()) {",
        without = "} else if (wait.abandon() || GAP) {",
        then = "does not ask whether the permit had been granted")
@Outcome(
        id = {"inside, 0, 0", "gave up, 0, 0"},
        expect = ACCEPTABLE,
        desc = "nobody holds a permit, and nobody waits")
@Outcome(expect = FORBIDDEN, desc = "a permit was granted to nobody, or given back twice, or a place is still taken")
@State
public class InterruptedWaitStress {

    private static final VirtualTime TIME = VirtualTime.create();
    private static final Duration LONG = Duration.ofHours(1);

    private final Guard guard = Guards.create(
                    g -> g.time(TIME).executor(Runnable::run).logging(false))
            .guard(
                    "stress",
                    g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(LONG)));
    private final CompletableFuture<String> work = new CompletableFuture<>();
    private final CompletableFuture<String> holder = guard.callAsync(() -> work);

    @Actor
    public void waits(LII_Result r) {
        Thread.currentThread().interrupt();
        try {
            r.r1 = guard.<String, RuntimeException>call(() -> "inside");
        } catch (CallInterruptedException leaves) {
            r.r1 = "gave up";
        } finally {
            boolean unused = Thread.interrupted();
        }
    }

    @Actor
    public void releases() {
        work.complete("done");
    }

    @Arbiter
    public void look(LII_Result r) {
        GuardSnapshot now = guard.snapshot();
        r.r2 = holder.isDone() ? now.bulkhead().orElseThrow().active() : -1;
        r.r3 = now.bulkhead().orElseThrow().waiting();
    }
}
