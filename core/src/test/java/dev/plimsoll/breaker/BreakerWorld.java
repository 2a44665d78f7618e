package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Exploration.World;
import dev.plimsoll.breaker.BreakerEvent.Kind;
import dev.plimsoll.breaker.ModelBreaker.Call;
import dev.plimsoll.breaker.ModelBreaker.Role;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A breaker, its callers, and what they saw. */
final class BreakerWorld implements World<BreakerEvent> {

    /** A fault to be planted, so that the exploration is seen to find it. */
    enum Fault {
        NONE,
        LATE_RESULT_COUNTS,
        PROBE_LEAKS,
        RECONFIGURATION_STARTS_OVER,
        WAIT_ENDS_EARLY,
        SETTLED_TWICE
    }

    private record Held(Permit permit, long episode, boolean probe, long since, long lease) {}

    private static final long ORIGIN = Long.MAX_VALUE - 25 * SmallSetting.SECOND;
    private static final int SEED = 1;
    private static final Pattern REST_OF_REASON = Pattern.compile("(?<=its lease) of .*|, [0-9.]+ % .*");
    private static final Pattern REST_OF_DETAIL = Pattern.compile("(: | by|, but).*");

    private final SmallSetting setting;
    private final Fault fault;
    private final VirtualTime time = VirtualTime.startingAt(ORIGIN, SEED);
    private final SplittableRandom chance = new SplittableRandom(SEED); // as the time draws it, and one draw ahead
    private final List<CircuitTransition> told = new ArrayList<>();
    private final CircuitBreaker breaker;
    private final Gate gate;
    private final List<Held> calls = new ArrayList<>();
    private final Comparator<Held> inOrder = Comparator.comparing(this::call);
    private final List<String> broken = new ArrayList<>();
    private SmallSetting.Rules rules;
    private double draw;
    private @Nullable Admission came;
    private long takes; // of the call that is being settled
    private long sequence;
    private long bad;

    BreakerWorld(SmallSetting setting, BreakerConfig config, Fault fault) {
        this.setting = setting;
        this.fault = fault;
        rules = setting.rules();
        breaker = new CircuitBreaker("prices", config, time, new Observers(event -> {
            if (event instanceof CircuitTransition transition) {
                tell(transition);
            }
        }));
        gate = new Timed();
        if (setting.observed()) {
            breaker.observe(event -> {});
        }
        SplittableRandom unused = chance.split(); // for the order of timers
        draw = chance.nextDouble();
    }

    /** The breaker, but calls have taken as long as they say. */
    private final class Timed implements Gate {
        @Override
        public Admission enter() {
            return breaker.enter();
        }

        @Override
        public void settle(
                Admission.Leave leave, Judgement judgement, long now, long nanos, @Nullable Throwable error) {
            breaker.settle(leave, judgement, now, takes, error);
        }

        @Override
        public long clock() {
            return breaker.clock();
        }

        @Override
        public void publish() {
            breaker.publish();
        }
    }

    private void tell(CircuitTransition transition) {
        expect(transition.sequence() == ++sequence, "EV-1 numbers without a gap");
        told.add(transition);
    }

    private static String words(CircuitTransition transition) {
        String reason = REST_OF_REASON.matcher(transition.reason()).replaceFirst("");
        return transition.to() + (transition.byTimer() ? " by timer: " : ": ") + reason + "; ";
    }

    private static String words(@Nullable Admission answer) {
        if (answer instanceof Rejection no) {
            String why = REST_OF_DETAIL.matcher(no.detail()).replaceFirst("");
            return "refused " + no.reason() + " " + why + " " + no.retryAfterNanos();
        }
        return answer == null ? "" : answer instanceof State.Probe ? "probe" : "leave";
    }

    private void expect(boolean holds, String what) {
        if (!holds) {
            broken.add(what);
        }
    }

    @Override
    public void go(BreakerEvent event) {
        told.clear();
        came = null;
        switch (event.kind()) {
            case ENTER -> enter();
            case LUCKY -> enter(next -> next < admitting());
            case UNLUCKY -> enter(next -> next >= admitting());
            case ALMOST -> pass(untilNext() - (fault == Fault.WAIT_ENDS_EARLY ? 0 : 1));
            case PASS -> pass(untilNext());
            case FORCE_OPEN -> breaker.forceOpen("test", "model");
            case FORCE_OPEN_FOR -> breaker.forceOpen("test", "model", Duration.ofNanos(SmallSetting.TIME_TO_LIVE));
            case DISABLE_FOR -> breaker.disable("test", "model", Duration.ofNanos(SmallSetting.TIME_TO_LIVE));
            case METRICS_ONLY_FOR -> breaker.metricsOnly("test", "model", Duration.ofNanos(SmallSetting.TIME_TO_LIVE));
            case RESET -> breaker.reset("test", "model");
            case RECONFIGURE -> reconfigure();
            default -> {
                calls.sort(inOrder);
                settle(calls.remove(event.call()), event.kind());
            }
        }
    }

    private void enter() {
        Admission admission = breaker.enter();
        breaker.publish();
        if (admission instanceof Admission.Leave leave) {
            boolean probe = leave instanceof State.Probe;
            calls.add(new Held(Permit.of(gate, leave), episode(), probe, time.precise(), rules.leaseNanos()));
        }
        came = admission;
    }

    /** Draws until chance has it so. */
    private void enter(DoublePredicate wanted) {
        while (!wanted.test(draw)) {
            expect(time.random() == draw, "the draws are known");
            draw = chance.nextDouble();
        }
        enter();
        draw = chance.nextDouble();
    }

    private double admitting() {
        return breaker.snapshot().admitting();
    }

    private void reconfigure() {
        Episode before = breaker.present().episode();
        rules = rules.equals(setting.rules()) ? setting.others() : setting.rules();
        breaker.reconfigure(rules.config());
        if (fault == Fault.RECONFIGURATION_STARTS_OVER) {
            breaker.reset("planted", "test");
        }
        expect(breaker.present().episode() == before, "CB-12 the same episode");
    }

    private void settle(Held call, Kind kind) {
        State before = breaker.present();
        boolean late = call.episode != episode();
        bad += kind.isBad() ? 1 : 0;
        takes = kind == Kind.SLOW ? SmallSetting.SLOW : 0;
        if (fault == Fault.PROBE_LEAKS && call.probe) {
            return;
        }
        expect(call.permit.settle(judgement(kind), null), "I2 settled");
        if (late && fault == Fault.LATE_RESULT_COUNTS) {
            breaker.reset("planted", "test");
        }
        State after = breaker.present();
        expect(!late || after == before, "I4 CB-7 a late result changes nothing");
        boolean again = call.permit.settle(Judgement.FAILURE, null) || fault == Fault.SETTLED_TWICE;
        expect(!again && breaker.present() == after, "I2 settled once");
    }

    private static Judgement judgement(Kind kind) {
        return switch (kind) {
            case FAILED -> Judgement.FAILURE;
            case FULL -> Judgement.OVERLOAD.withRetryAfter(Duration.ofNanos(SmallSetting.HINT));
            case IGNORED -> Judgement.IGNORED;
            case NOT_RUN -> Judgement.NOT_RUN;
            default -> Judgement.SUCCESS;
        };
    }

    // ---------------------------------------------------------------- time

    private void pass(long span) {
        time.advance(Duration.ofNanos(span));
    }

    /** Until time changes something. */
    private long untilNext() {
        State state = breaker.present();
        long next = Long.MAX_VALUE;
        if (state instanceof State.Ramping ramping) {
            next = sooner(next, ramping.episode().since() + ramping.span() - time.precise());
        } else if (state.hasDue()) {
            next = sooner(next, state.due() - time.precise());
        }
        if (state.episode().kind() == BreakerState.CLOSED && rules.cap() > 0) {
            next = sooner(next, state.episode().since() + state.history().lastWait() - time.precise());
        }
        for (Held held : calls) {
            Call call = call(held);
            next = sooner(sooner(next, call.lease()), call.place());
        }
        return next;
    }

    private static long sooner(long one, long other) {
        return other > 0 ? Math.min(one, other) : one;
    }

    private long episode() {
        return breaker.present().episode().sequence();
    }

    /** What a call is to the breaker by now, as its caller can tell. */
    private Call call(Held held) {
        boolean now = held.episode == episode();
        long lived = time.precise() - held.since;
        long place = Math.max(0, 2 * held.lease - lived);
        if (held.probe) {
            return now ? new Call(Role.PROBE, Math.max(0, held.lease - lived), place) : new Call(Role.ORPHAN, 0, place);
        }
        return new Call(now ? Role.JUDGED : Role.LATE, 0, 0);
    }

    // ---------------------------------------------------------------- what is to be seen

    @Override
    public String seen() {
        State state = breaker.present();
        BreakerSnapshot shown = breaker.snapshot();
        long left = state.hasDue() ? state.due() - time.precise() : 0;
        boolean open = shown.state() == BreakerState.OPEN;
        expect(shown.sequence() == sequence, "EV-1 every transition is told");
        expect(shown.judged().totalBad() == bad, "EV-3 every bad result is counted, late ones too");
        expect(!open || state.hasDue(), "CB-4 open has an end");
        expect(!open || shown.nextProbeIn().orElseThrow().toNanos() == Math.max(0, left), "CB-4 which it tells");
        expect(
                shown.judged().probes()
                        <= Math.max(setting.rules().probes(), setting.others().probes()),
                "CB-5 probes");
        long ends = state.hasDue() ? Math.max(0, left) : ModelBreaker.NEVER;
        expect(shown.operated().isPresent() == state instanceof State.Operated, "CB-1 an operator's state says who");
        shown.operated()
                .map(it -> it.endsIn().map(Duration::toNanos).orElse(ModelBreaker.NEVER))
                .ifPresent(in -> expect(in == ends, "CB-1 and for how much longer"));
        boolean timer = setting.observed() && state.hasDue();
        expect(time.pendingTimers() == (timer ? 1 : 0), "CB-4 a timer where time ends the state and somebody listens");
        if (!broken.isEmpty()) {
            assertThat(broken).as("broken promises").isEmpty();
        }
        return told.stream().map(BreakerWorld::words).collect(Collectors.joining()) + words(came);
    }

    @Override
    public String state() {
        State state = breaker.present();
        BreakerSnapshot shown = breaker.snapshot();
        BreakerSnapshot.Judged judged = shown.judged();
        calls.sort(inOrder);
        return shown.state()
                + " admitting " + Math.round(1000 * shown.admitting())
                + ", in a row " + Math.min(judged.consecutiveFailures(), setting.mostInARow())
                + ", failed " + judged.windowFailed() + " of " + judged.windowCalls()
                + ", slow " + judged.windowSlow()
                + ", probes " + judged.probes()
                + ", orphans " + judged.orphans()
                + ", good " + (state instanceof HalfOpen half ? half.successes() : 0)
                + ", due " + (state.hasDue() ? Math.max(0, state.due() - time.precise()) : ModelBreaker.NEVER)
                + (breaker.isForgettable() ? ", forgettable" : "")
                + calls.stream().map(this::call).toList();
    }

    /** The dependency is well from now on, but who is under way hangs: the breaker finds out in time. */
    @Override
    public void end() {
        if (breaker.state() == BreakerState.FORCED_OPEN && !breaker.present().hasDue()) {
            breaker.reset("over", "test");
        }
        takes = 0;
        long begun = time.precise();
        int leases = 2 * Math.max(setting.rules().lease(), setting.others().lease());
        long most = (leases + Math.max(rules.pause(), rules.cap()) + rules.ramp()) * SmallSetting.SECOND;
        while (!heals()) {
            long next = untilNext();
            assertThat(next).as("I3 something ends %s", breaker.state()).isLessThan(Long.MAX_VALUE);
            pass(next);
            assertThat(time.precise() - begun).as("I3 recovery in time").isLessThanOrEqualTo(most);
        }
        calls.forEach(call -> call.permit.close());
        BreakerSnapshot.Judged judged = breaker.snapshot().judged();
        assertThat(judged.probes() + judged.orphans())
                .as("I1 nothing is held at rest")
                .isZero();
    }

    private boolean heals() {
        for (int i = 0; i < 4; i++) {
            Permit permit = breaker.tryEnter();
            if (permit != null) {
                permit.succeeded();
            }
        }
        return breaker.state() == BreakerState.CLOSED && admitting() == 1;
    }
}
