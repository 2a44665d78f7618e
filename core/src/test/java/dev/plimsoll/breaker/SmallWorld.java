package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small breaker, its callers, and a ledger of what they saw. Each step is checked against the ledger, which knows
 * nothing of the breaker's insides, and against the naive breaker.
 */
final class SmallWorld {

    /** What can happen. The oldest and the newest are those of the calls under way. */
    enum Step {
        ENTER,
        TICK,
        OLDEST_SUCCESS,
        OLDEST_FAILURE,
        OLDEST_IGNORED,
        OLDEST_NOT_RUN,
        NEWEST_SUCCESS,
        NEWEST_FAILURE,
        NEWEST_IGNORED,
        NEWEST_NOT_RUN,
        FORCE_OPEN,
        DISABLE,
        RESET,
        RECONFIGURE;

        private final boolean newest = name().startsWith("NEWEST_");
        private final @Nullable Verdict verdict =
                newest || name().startsWith("OLDEST_") ? Verdict.valueOf(name().substring(7)) : null;
    }

    /** A fault to be planted, so that the checks are seen to find it. */
    enum Fault {
        NONE,
        LATE_RESULT_COUNTS,
        PROBE_LEAKS,
        SETTLED_TWICE,
        RECONFIGURATION_STARTS_OVER
    }

    /**
     * What is claimed of the breaker.
     *
     * @param concurrent how many probes at once
     * @param most how many in an episode
     * @param recovery after how many ticks a healthy dependency is called again
     */
    record Claims(int concurrent, int most, int recovery) {}

    private static final class Call {
        final Permit permit;
        final NaiveBreaker.Call twin;
        final long episode;
        final boolean probe;
        final int started;
        final int lease;

        Call(Permit permit, NaiveBreaker.Call twin, long episode, boolean probe, int started, int lease) {
            this.permit = permit;
            this.twin = twin;
            this.episode = episode;
            this.probe = probe;
            this.started = started;
            this.lease = lease;
        }
    }

    /** A configuration in so many ticks, probes and failures. */
    private record Shape(int failures, int pause, int probes, int lease, BreakerConfig config) {

        Shape(int failures, int pause, int probes, int lease) {
            this(failures, pause, probes, lease, built(failures, pause, probes, lease));
        }

        private static BreakerConfig built(int failures, int pause, int probes, int lease) {
            return new CircuitBreakerBuilder()
                    .consecutiveFailures(failures)
                    .openFor(TICK.multipliedBy(pause))
                    .maxConcurrentProbes(probes)
                    .successesToClose(probes)
                    .probeLease(TICK.multipliedBy(lease))
                    .build();
        }
    }

    static final Claims TRUE_CLAIMS = new Claims(2, 2, 7);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long TICK_NANOS = TICK.toNanos();
    private static final Shape WIDE = new Shape(2, 2, 2, 3);
    private static final Shape NARROW = new Shape(1, 1, 1, 2);

    private final Claims claims;
    private final Fault fault;
    private final boolean reconfigured;
    private final int mostCalls;
    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 3_000_000_000L, 1);
    private final CircuitBreaker breaker = new CircuitBreaker("prices", WIDE.config, time, new Observers(null));
    private final NaiveBreaker naive = new NaiveBreaker(WIDE.config);
    private final List<Call> calls = new ArrayList<>();
    private int now;
    private Shape shape = WIDE;
    private int openUntil;
    private int successes; // of probes in this episode
    private int turns; // of probes in this episode that did not say nothing
    private int row; // of failures in this episode
    private boolean known;

    /** Where it is reconfigured, there are more states for each number of calls, and so there are fewer calls. */
    SmallWorld(Claims claims, Fault fault, boolean reconfigured) {
        this.claims = claims;
        this.fault = fault;
        this.reconfigured = reconfigured;
        this.mostCalls = reconfigured ? 3 : 4;
    }

    boolean can(Step step) {
        return switch (step) {
            case ENTER -> calls.size() < mostCalls;
            case RECONFIGURE -> reconfigured;
            case TICK, FORCE_OPEN, DISABLE, RESET -> true;
            default -> calls.size() > (step.newest ? 1 : 0);
        };
    }

    /** Goes a way again: each of its steps has been checked when it was the last one, and the world is the same each time. */
    void goAgain(List<Step> way) {
        known = true;
        way.forEach(this::go);
        known = false;
    }

    /** Checks, unless this is known. */
    private void check(Runnable assertion) {
        if (!known) {
            assertion.run();
        }
    }

    void go(Step step) {
        State before = breaker.present();
        Verdict verdict = step.verdict;
        if (verdict != null) {
            settle(calls.remove(step.newest ? calls.size() - 1 : 0), verdict, before);
        } else {
            switch (step) {
                case ENTER -> enter(before);
                case TICK -> tick(before);
                case FORCE_OPEN -> {
                    breaker.forceOpen("model", "test");
                    naive.operate(BreakerState.FORCED_OPEN, nanos(), null);
                }
                case DISABLE -> {
                    breaker.disable("model", "test", TICK);
                    naive.operate(BreakerState.DISABLED, nanos(), TICK);
                }
                case RECONFIGURE -> reconfigure(before);
                default -> {
                    breaker.reset("model", "test");
                    naive.reset(nanos());
                }
            }
        }
        noticeEpisode(before);
        check(this::checkBalance);
        check(this::compare);
    }

    private void noticeEpisode(State before) {
        if (breaker.present().episode() == before.episode()) {
            return;
        }
        check(() -> assertThat(sequence())
                .as("EV-1 numbers without a gap")
                .isGreaterThan(before.episode().sequence()));
        row = 0;
        if (breaker.state() == BreakerState.OPEN) {
            openUntil = now + shape.pause;
        }
        if (breaker.state() != BreakerState.HALF_OPEN) {
            turns = 0;
            successes = 0;
        }
    }

    private void reconfigure(State before) {
        shape = shape.equals(WIDE) ? NARROW : WIDE;
        breaker.reconfigure(shape.config);
        naive.reconfigure(shape.config, nanos());
        if (fault == Fault.RECONFIGURATION_STARTS_OVER) {
            breaker.reset("planted", "test");
        }
        check(() -> {
            assertThat(breaker.present().episode()).as("CB-12 the same episode").isSameAs(before.episode());
            assertThat(breaker.config()).as("CB-12 another configuration").isEqualTo(shape.config);
        });
    }

    private void tick(State before) {
        now++;
        time.advance(TICK);
        check(() -> assertThat(breaker.present())
                .as("CB-4 nothing happens without a call")
                .isSameAs(before));
    }

    private void enter(State before) {
        long running = known ? 0 : calls.stream().filter(this::occupies).count();
        boolean overdue = !known && calls.stream().anyMatch(this::isOverdue);
        Permit permit = breaker.tryEnter();
        NaiveBreaker.Call twin = naive.enter(nanos());
        check(() -> checkAnswer(before, overdue, permit != null, twin != null));
        if (permit == null || twin == null) {
            return;
        }
        boolean probe = breaker.state() == BreakerState.HALF_OPEN;
        if (probe) {
            turns++;
            check(() -> checkProbe(running));
        }
        calls.add(new Call(permit, twin, sequence(), probe, now, shape.lease));
    }

    private void checkAnswer(State before, boolean overdue, boolean admitted, boolean admittedByNaive) {
        assertThat(admitted).as("CB-1 as the naive breaker").isEqualTo(admittedByNaive);
        BreakerState after = breaker.state();
        boolean early = before instanceof Open && now < openUntil;
        assertThat(admitted && early).as("CB-4 nobody before the wait is over").isFalse();
        assertThat(overdue && after == BreakerState.HALF_OPEN)
                .as("I3 no probe outlives its lease")
                .isFalse();
        if (admitted) {
            assertThat(after)
                    .as("CB-1 who admits")
                    .isIn(BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.DISABLED);
        }
    }

    private void checkProbe(long running) {
        assertThat(running).as("I3 probes at once").isLessThan(Math.min(claims.concurrent, shape.probes));
        assertThat(turns)
                .as("CB-5 probes in an episode")
                .isLessThanOrEqualTo(claims.most)
                .isLessThanOrEqualTo(Math.max(shape.probes, successes + 1));
    }

    private void settle(Call call, Verdict verdict, State before) {
        boolean late = call.episode != sequence();
        boolean says = verdict == Verdict.SUCCESS || verdict == Verdict.FAILURE;
        boolean alone = fault == Fault.PROBE_LEAKS && call.probe;
        boolean settled = alone || call.permit.settle(verdict);
        check(() -> assertThat(settled).as("I2 settled").isTrue());
        naive.settle(call.twin, verdict, -1, nanos());
        if (late && fault == Fault.LATE_RESULT_COUNTS) {
            breaker.reset("planted", "test");
        }
        if (late) {
            check(() -> assertThat(breaker.present())
                    .as("I4 CB-7 a late result changes nothing")
                    .isSameAs(before));
        } else if (call.probe && !says) {
            turns--;
        } else if (breaker.state() != BreakerState.DISABLED && says) {
            successes += call.probe && verdict == Verdict.SUCCESS ? 1 : 0;
            row = verdict == Verdict.FAILURE ? row + 1 : 0;
            boolean mustOpen = verdict == Verdict.FAILURE && (call.probe || row >= shape.failures);
            check(() -> assertThat(breaker.state() == BreakerState.OPEN)
                    .as("CB-2 CB-5 opens when it must")
                    .isEqualTo(mustOpen));
        }
        if (!alone) {
            settleAgain(call);
        }
    }

    private void settleAgain(Call call) {
        State settled = breaker.present();
        boolean again = fault == Fault.SETTLED_TWICE || call.permit.settle(Verdict.FAILURE);
        check(() -> {
            assertThat(again).as("I2 settled once").isFalse();
            assertThat(breaker.present())
                    .as("I2 the second time changes nothing")
                    .isSameAs(settled);
        });
    }

    private boolean isLive(Call call) {
        return call.probe && call.episode == sequence();
    }

    private boolean isOverdue(Call call) {
        return isLive(call) && now - call.started >= call.lease;
    }

    private boolean occupies(Call call) {
        return call.probe && now - call.started < 2 * call.lease;
    }

    private void checkBalance() {
        BreakerSnapshot.Judged judged = breaker.snapshot().judged();
        long probes = calls.stream().filter(call -> call.probe).count();
        long live = calls.stream().filter(this::isLive).count();
        assertThat(judged.probes()).as("I1 probes under way").isEqualTo((int) live);
        assertThat(judged.orphans()).as("I1 orphans").isEqualTo((int) (probes - live));
        assertThat(live).as("I1 within the limit").isLessThanOrEqualTo(claims.concurrent);
    }

    private void compare() {
        BreakerSnapshot shown = breaker.snapshot();
        assertThat(shown.state()).as("as the naive breaker").isEqualTo(naive.state);
        assertThat(shown.sequence()).as("as the naive breaker").isEqualTo(naive.episode);
        assertThat(shown.judged().consecutiveFailures()).isEqualTo(naive.streak);
        assertThat(shown.judged().totalGood()).isEqualTo(naive.good);
        assertThat(shown.judged().totalBad()).isEqualTo(naive.bad);
    }

    /** The dependency is healthy from now on, but who is under way hangs: the breaker finds out in time. */
    void recover() {
        if (breaker.state() == BreakerState.FORCED_OPEN) {
            breaker.reset("over", "test");
        }
        boolean healthy = false;
        for (int tick = 0; tick <= claims.recovery && !healthy; tick++) {
            for (int i = 0; i < 3; i++) {
                Permit permit = breaker.tryEnter();
                if (permit != null) {
                    permit.succeeded();
                }
            }
            healthy = breaker.state() == BreakerState.CLOSED;
            if (!healthy) {
                now++;
                time.advance(TICK);
            }
        }
        assertThat(healthy).as("recovery within %d ticks", claims.recovery).isTrue();
        calls.forEach(call -> call.permit.close());
        BreakerSnapshot.Judged judged = breaker.snapshot().judged();
        assertThat(judged.probes() + judged.orphans())
                .as("I1 nothing is held at rest")
                .isZero();
    }

    /** Everything that the future depends on; two worlds with the same one go on alike. */
    String fingerprint() {
        State state = breaker.present();
        StringBuilder text = new StringBuilder(state.episode().kind().name());
        text.append(shape.probes).append(' ');
        if (state instanceof Open open) {
            text.append(left(open.until()));
        } else if (state instanceof Operated operated && operated.limited()) {
            text.append(left(operated.until()));
        } else if (state instanceof HalfOpen half) {
            text.append(half.admitted()).append('/').append(half.successes());
        }
        for (State.Probe orphan : state.history().orphans()) {
            if (orphan.occupies(time.precise())) {
                text.append(" orphan").append((orphan.leaseUntil() - time.precise()) / TICK_NANOS);
                text.append('/').append(orphan.lease() / TICK_NANOS);
            }
        }
        text.append('!').append(state.episode().streak());
        for (Call call : calls) {
            text.append(call.episode == sequence() ? " now" : " late");
            if (call.probe) {
                text.append(" probe").append(Math.min(2 * call.lease, now - call.started));
                text.append('/').append(call.lease);
            }
        }
        return text.toString();
    }

    private long left(long until) {
        return Math.max(0, until - time.precise()) / TICK_NANOS;
    }

    private long sequence() {
        return breaker.present().episode().sequence();
    }

    private long nanos() {
        return now * TICK_NANOS;
    }
}
