package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.time.VirtualTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An observer comes while a guard is reconfigured that is nothing but a circuit breaker, whose calls leave out what nobody
 * hears of (EV-2, CB-12): each of its calls that begins afterwards is heard.
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
@Outcome(id = "1", expect = ACCEPTABLE, desc = "heard")
@Outcome(expect = FORBIDDEN, desc = "not heard, or twice")
@State
public class ObserverStress {

    private final Guard guard = Guards.create(g -> g.time(VirtualTime.create()).logging(false))
            .guard("observed", g -> g.circuitBreaker(b -> b.consecutiveFailures(5)));
    private final AtomicInteger heard = new AtomicInteger();

    @Actor
    public void reconfigures() {
        guard.reconfigure(g -> g.circuitBreaker(b -> b.consecutiveFailures(6)));
    }

    @Actor
    public void observes(I_Result r) {
        guard.observe(event -> {
            if (event instanceof CallEnded) {
                heard.incrementAndGet();
            }
        });
        Object unused = guard.<Object, RuntimeException>call(() -> "answered");
        r.r1 = heard.get();
    }
}
