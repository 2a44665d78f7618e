package dev.plimsoll.breaker;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The circuit breaker against the naive one, which keeps lists and knows no threads: entering, settling and the operators'
 * calls, from any state, with leaves that outlive their episode. T-01, T-04, T-05, T-18, T-20.
 *
 * <p>What is promised (CB-2): each call is counted once, in an order that fits how calls overlap, and a trip is seen at most
 * one bad outcome late. So counting and opening are two steps. Of failures <i>in a row</i> a third party can see that: a
 * success that comes between the two ends the row for those who follow, and yet the breaker opens. Successes of a closed
 * breaker are therefore left out where rows are counted, and are there where the rule counts the failures of a window,
 * which no success changes. The successes of probes are there in both. The window is left to threads that race, for model
 * checking takes the look through its buckets for a thread that spins.
 *
 * <p>Without the compare-and-set of {@code CircuitBreaker.move()} (a plain write of the state) this fails: there are more
 * probes than places. It watches the comparison of episodes in {@code CircuitBreaker.settleElsewhere()} as well.
 */
@Tag("lincheck")
final class CircuitBreakerLincheckTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    @GuardingLine(
            against = "T-05, T-20",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "state = to; if (false) {",
            then = "writes whatever the state has become")
    @GuardingLine(
            against = "T-01",
            in = CircuitBreaker.class,
            method = "settleElsewhere",
            line = "Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;",
            without = "Evidence evidence = seen.evidence();",
            then = "does not compare the episodes")
    @DisplayName(
            "CB-1 CB-4 CB-5 CB-7 CB-8 T-01 T-04 T-05 T-18 T-20 states and failures in a row, in every interleaving")
    void failuresInARow_inEveryInterleaving() {
        Linearizability.explore(Row.class, RowModel.class, races(Row.class));
    }

    @Test
    @Tag("racing")
    @DisplayName("CB-1 CB-4 CB-5 CB-7 CB-8 T-20 states and failures in a row, of threads that race")
    void failuresInARow_ofRacingThreads() {
        Linearizability.stress(Row.class, RowModel.class, races(Row.class));
    }

    @Test
    @Tag("racing")
    @DisplayName("CB-1 CB-2 CB-7 CB-8 T-20 states and failures of a window, of threads that race")
    void failuresOfAWindow_ofRacingThreads() {
        Linearizability.stress(Window.class, WindowModel.class, races(Window.class));
    }

    private static Race[] races(Class<?> operations) {
        return new Race[] {lastFailures(operations), lastPlace(operations), lateResult(operations)};
    }

    /** Two failures make a row, and somebody enters meanwhile. */
    private static Race lastFailures(Class<?> operations) {
        return Race.of(operations)
                .does("enter", 0)
                .does("enter", 1)
                .thread()
                .does("fail", 0)
                .does("enter", 0)
                .thread()
                .does("fail", 1)
                .does("enter", 1)
                .then()
                .does("state", 0);
    }

    /** One of two places for probes is taken, and two ask. */
    private static Race lastPlace(Class<?> operations) {
        return opened(operations)
                .does("tick", 0)
                .does("enter", 2)
                .thread()
                .does("enter", 0)
                .thread()
                .does("enter", 1)
                .does("succeed", 1);
    }

    /** A call from before the breaker opened fails while a probe closes it. */
    private static Race lateResult(Class<?> operations) {
        return Race.of(operations)
                .does("enter", 0)
                .does("enter", 1)
                .does("fail", 1)
                .does("enter", 1)
                .does("fail", 1)
                .does("tick", 0)
                .does("enter", 1)
                .does("enter", 2)
                .does("succeed", 2)
                .thread()
                .does("fail", 0)
                .thread()
                .does("succeed", 1)
                .does("enter", 1)
                .does("fail", 1)
                .then()
                .does("state", 0);
    }

    private static Race opened(Class<?> operations) {
        return Race.of(operations)
                .does("enter", 0)
                .does("enter", 1)
                .does("fail", 0)
                .does("fail", 1);
    }

    /** Two failures open, for a minute; two probes at once, with a lease of a minute; two successes close. */
    private static CircuitBreakerBuilder common() {
        return new CircuitBreakerBuilder()
                .openFor(MINUTE)
                .maxConcurrentProbes(2)
                .successesToClose(2)
                .probeLease(MINUTE);
    }

    private static BreakerConfig inARow() {
        return common().consecutiveFailures(2).build();
    }

    private static BreakerConfig ofAWindow() {
        return common().failures(2).overLast(Duration.ofSeconds(10)).build();
    }

    /** Of failures in a row: a success of a closed breaker is left out, see above. */
    public static final class Row extends Operations {
        public Row() {
            super(inARow(), false);
        }
    }

    /** As {@link Row}. */
    public static final class RowModel extends Model {
        public RowModel() {
            super(inARow(), false);
        }
    }

    /** Of failures in a window. */
    public static final class Window extends Operations {
        public Window() {
            super(ofAWindow(), true);
        }
    }

    /** As {@link Window}. */
    public static final class WindowModel extends Model {
        public WindowModel() {
            super(ofAWindow(), true);
        }
    }

    /** What callers and operators do with the breaker; each caller keeps its leave in a slot. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    public abstract static class Operations {

        private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1_000, 1);
        private final @Nullable Leave[] leaves = new Leave[3];
        private final CircuitBreaker breaker;
        private final boolean closedSucceeds;

        Operations(BreakerConfig config, boolean closedSucceeds) {
            this.breaker = new CircuitBreaker("prices", config, time, new Observers(null));
            this.closedSucceeds = closedSucceeds;
        }

        @Operation
        public String enter(@Param(name = "slot") int slot) {
            if (leaves[slot] != null) {
                return "inside";
            }
            Admission admission = breaker.enter();
            if (admission instanceof Leave leave) {
                leaves[slot] = leave;
                return leave instanceof Probe ? "probes" : "enters";
            }
            return "refused, " + ((Rejection) admission).retryAfterNanos();
        }

        @Operation
        public boolean succeed(@Param(name = "slot") int slot) {
            return (closedSucceeds || leaves[slot] instanceof Probe) && settle(slot, Verdict.SUCCESS);
        }

        @Operation
        public boolean fail(@Param(name = "slot") int slot) {
            return settle(slot, Verdict.FAILURE);
        }

        @Operation
        public boolean ignore(@Param(name = "slot") int slot) {
            return settle(slot, Verdict.IGNORED);
        }

        private boolean settle(int slot, Verdict verdict) {
            Leave leave = leaves[slot];
            if (leave == null) {
                return false;
            }
            leaves[slot] = null;
            breaker.settle(leave, Judgement.of(verdict, Repeat.NEVER), time.coarse(), 0, null);
            return true;
        }

        @Operation
        public String state(@Param(name = "slot") int slot) {
            return breaker.state().name();
        }

        @Operation
        public void reset(@Param(name = "slot") int slot) {
            breaker.reset("it is well again", "somebody");
        }

        @Operation
        public void forceOpen(@Param(name = "slot") int slot) {
            breaker.forceOpen("it is being moved", "somebody");
        }

        @Alone
        @Operation
        public void tick(@Param(name = "slot") int slot) {
            Hands.forward(time, MINUTE);
        }
    }

    /** The naive breaker, one call after the other. */
    public abstract static class Model {

        private final NaiveBreaker breaker;
        private final NaiveBreaker.@Nullable Call[] calls = new NaiveBreaker.Call[3];
        private final boolean closedSucceeds;
        private long now;

        Model(BreakerConfig config, boolean closedSucceeds) {
            this.breaker = new NaiveBreaker(config);
            this.closedSucceeds = closedSucceeds;
        }

        public String enter(int slot) {
            if (calls[slot] != null) {
                return "inside";
            }
            NaiveBreaker.Call call = breaker.enter(now);
            calls[slot] = call;
            if (call != null) {
                return call.probe ? "probes" : "enters";
            }
            return "refused, " + (breaker.state == BreakerState.OPEN ? breaker.until - now : Rejection.UNKNOWN);
        }

        public boolean succeed(int slot) {
            NaiveBreaker.Call call = calls[slot];
            return (closedSucceeds || (call != null && call.probe)) && settle(slot, Verdict.SUCCESS);
        }

        public boolean fail(int slot) {
            return settle(slot, Verdict.FAILURE);
        }

        public boolean ignore(int slot) {
            return settle(slot, Verdict.IGNORED);
        }

        private boolean settle(int slot, Verdict verdict) {
            NaiveBreaker.Call call = calls[slot];
            if (call == null) {
                return false;
            }
            calls[slot] = null;
            breaker.settle(call, verdict, 0, now);
            return true;
        }

        public String state(int slot) {
            return breaker.state.name();
        }

        public void reset(int slot) {
            breaker.reset(now);
        }

        public void forceOpen(int slot) {
            breaker.operate(BreakerState.FORCED_OPEN, now, null);
        }

        public void tick(int slot) {
            now += MINUTE.toNanos();
        }
    }
}
