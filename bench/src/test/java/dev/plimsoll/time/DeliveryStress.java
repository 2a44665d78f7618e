package dev.plimsoll.time;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An executor refuses a task that it has passed on all the same (TO-1): it runs once.
 *
 * <p>Guarding line: the compare-and-set in {@code Delivery.Once.run}.
 */
@JCStressTest
@GuardingLine(
        in = Delivery.class,
        method = "run",
        line = "if (compareAndSet(false, true)) {",
        without = "if (!get() && GAP) { set(true);",
        then = "writes after comparing")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "run once, by either")
@Outcome(expect = FORBIDDEN, desc = "run twice, or never")
@State
public class DeliveryStress {

    private static final int LOOKS = 100;

    private final AtomicInteger ran = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> passedOn = new AtomicReference<>();
    private final Delivery delivery = new Delivery(Time.system(), task -> {
        passedOn.set(task);
        throw new RejectedExecutionException("no thread");
    });

    @Actor
    public void delivers() {
        delivery.execute(ran::incrementAndGet);
    }

    @Actor
    public void runs() {
        Runnable task = null;
        for (int i = 0; i < LOOKS && task == null; i++) {
            task = passedOn.get();
        }
        if (task != null) {
            task.run();
        }
    }

    @Arbiter
    public void count(I_Result r) {
        r.r1 = ran.get();
    }
}
