package dev.plimsoll.call;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two observers come at once (EV-2): both hear.
 *
 * <p>Guarding line: the lock of {@code Observers.add}.
 */
@JCStressTest
@GuardingLine(
        in = Observers.class,
        method = "add",
        line = {"public synchronized void add(Observer observer) {", "more[listening.length] = observer;"},
        without = {"public void add(Observer observer) {", "more[more.length - 1] = observer; GAP;"},
        then = "takes no lock")
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both have heard")
@Outcome(expect = FORBIDDEN, desc = "one was lost")
@State
public class ObserversStress {

    private static final Event ANY = new Observers.Fault("stress", new IllegalStateException("any"));

    private final Observers observers = new Observers(null);
    private final AtomicInteger heard = new AtomicInteger();

    @Actor
    public void comes() {
        observers.add(event -> heard.incrementAndGet());
    }

    @Actor
    public void comesToo() {
        observers.add(event -> heard.incrementAndGet());
    }

    @Arbiter
    public void count(I_Result r) {
        observers.tell(ANY);
        r.r1 = heard.get();
    }
}
