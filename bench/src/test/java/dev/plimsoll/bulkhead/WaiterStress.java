package dev.plimsoll.bulkhead;

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
 * A waiter's fate is decided while it says whom to tell of that: told once.
 *
 * <p>Guarding line: both ends put their part into {@code Waiter.told} by an exchange, and who comes second tells.
 */
@JCStressTest
@GuardingLine(
        in = Waiter.class,
        method = "whenDecided",
        line = "if (!TOLD.compareAndSet(this, null, decided)) {",
        without = "boolean second = told != null; GAP; told = decided; if (second) {",
        then = "writes after looking")
@GuardingLine(
        in = Waiter.class,
        method = "wake",
        line = "Runnable decided = (Runnable) TOLD.getAndSet(this, DECIDED);",
        without = "Runnable decided = told; GAP; told = DECIDED;",
        then = "writes after looking")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
@Outcome(expect = FORBIDDEN, desc = "told twice, or never: an asynchronous call would wait for ever")
@State
public class WaiterStress {

    private final Waiter waiter = new Waiter(Bulkhead.create("stress", 1), 0, 1);
    private final AtomicInteger told = new AtomicInteger();

    @Actor
    public void listens() {
        waiter.whenDecided(told::incrementAndGet);
    }

    @Actor
    public void wakes() {
        waiter.wake(Time.system());
    }

    @Arbiter
    public void count(I_Result r) {
        r.r1 = told.get();
    }
}
