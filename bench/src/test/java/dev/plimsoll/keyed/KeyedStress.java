package dev.plimsoll.keyed;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.Time;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Two new keys want the last place of {@link Keyed} (CB-11, T-100): one has its own, the other one shares.
 *
 * <p>Guarding line: {@code Keyed.takePlace} takes by a compare-and-set from the number that it has compared.
 */
@JCStressTest
@GuardingLine(
        against = "T-100",
        in = Keyed.class,
        method = "takePlace",
        line = "int seen = places.compareAndExchange(taken, taken + 1);",
        without = "int seen = places.get(); if (seen == taken) { GAP; places.set(taken + 1); }",
        then = "writes after comparing")
@Outcome(
        id = {"own, shared, 1", "shared, own, 1"},
        expect = ACCEPTABLE,
        desc = "one place, taken once")
@Outcome(expect = FORBIDDEN, desc = "more keys than places, or a place is lost")
@State
public class KeyedStress {

    private final Keyed<String, String> keyed =
            new Keyed<>(1, Time.LONGEST, "shared", key -> "own", value -> true, Time.system());

    @Actor
    public void asks(LLI_Result r) {
        r.r1 = keyed.of("a");
    }

    @Actor
    public void asksToo(LLI_Result r) {
        r.r2 = keyed.of("b");
    }

    @Arbiter
    public void count(LLI_Result r) {
        r.r3 = keyed.size();
    }
}
