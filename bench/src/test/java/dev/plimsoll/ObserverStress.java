package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/**
 * An observer comes while a guard is reconfigured that is nothing but a circuit breaker, whose calls leave out what nobody
 * hears of (EV-2, CB-12): each of its calls that begins afterwards is heard, and measured. One that had left that out is
 * told without how long it took.
 *
 * <p>Guarding line: {@code InForce.become} looks again at what can be left out, and publishes, under one lock.
 */
@JCStressTest
@GuardingLine(
        in = InForce.class,
        method = "become",
        line = {
            "synchronized void become(Assembly next) { next.engine().recheck();",
            "own = next;",
            "now.engine().recheck();"
        },
        without = {
            "void become(Assembly next) { next.engine().recheck(); for (int i = 0; i < 16; i++) { GAP; }",
            "own = next; for (int i = 0; i < 16; i++) { GAP; }",
            "now.engine().recheck(); for (int i = 0; i < 16; i++) { GAP; }"
        },
        then = "takes no lock")
@Outcome(id = "1, 1000", expect = ACCEPTABLE, desc = "heard, with how long it took")
@Outcome(expect = FORBIDDEN, desc = "not heard, or twice, or not measured")
@State
public class ObserverStress {

    private static final Duration TAKES = Duration.ofNanos(1000);

    private final VirtualTime time = VirtualTime.create();
    private final Guard guard = Guards.create(g -> g.time(time).logging(false))
            .guard("observed", g -> g.circuitBreaker(b -> b.consecutiveFailures(5)));
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicLong took = new AtomicLong();

    @Actor
    public void reconfigures() {
        guard.reconfigure(g -> g.circuitBreaker(b -> b.consecutiveFailures(6)));
    }

    @Actor
    public void observes(IJ_Result r) {
        guard.observe(event -> {
            if (event instanceof CallEnded ended) {
                heard.incrementAndGet();
                took.addAndGet(ended.elapsedNanos());
            }
        });
        Object unused = guard.<Object, RuntimeException>call(() -> {
            Hands.forward(time, TAKES);
            return "answered";
        });
        r.r1 = heard.get();
        r.r2 = took.get();
    }
}
