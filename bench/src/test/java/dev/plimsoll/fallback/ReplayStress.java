package dev.plimsoll.fallback;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.Time;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two threads run a {@link Replay} (DG-1): its receiver has each item once.
 *
 * <p>Guarding line: the compare-and-set in {@code Replay.run}.
 */
@JCStressTest
@GuardingLine(
        in = Replay.class,
        method = "run",
        line = "if (!running.compareAndSet(false, true)) {",
        without = "boolean other = running.get(); GAP; running.set(true); if (other) {",
        then = "writes after comparing")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "received once")
@Outcome(expect = FORBIDDEN, desc = "received twice, or never")
@State
public class ReplayStress {

    private final AtomicInteger received = new AtomicInteger();
    private final LaterQueue queue = MemoryLaterQueue.create("stress", 1, 100);
    private final Replay replay =
            Replay.of(queue, item -> received.incrementAndGet(), Replay.DEFAULT_PAUSE, Time.system());

    public ReplayStress() {
        queue.offer(Later.of("key", "body"));
    }

    @Actor
    public void runs() {
        replay.run();
    }

    @Actor
    public void runsToo() {
        replay.run();
    }

    @Arbiter
    public void count(I_Result r) {
        r.r1 = received.get();
    }
}
