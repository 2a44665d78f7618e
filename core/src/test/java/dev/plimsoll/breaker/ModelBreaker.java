package dev.plimsoll.breaker;

import dev.plimsoll.Exploration.After;
import dev.plimsoll.Exploration.Model;
import dev.plimsoll.breaker.BreakerEvent.Kind;
import dev.plimsoll.breaker.SmallSetting.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a circuit breaker is in, and who is under way. All times are spans of nanoseconds from now on, so that it is the
 * same whenever it is. What comes of an event is said by {@link BreakerTurn}.
 *
 * @param setting what is explored
 * @param rules in force
 * @param kind of state
 * @param ramping whether it has just closed
 * @param left until time alone ends that; less than zero for never
 * @param row failures in a row, as far as they make a difference
 * @param results in the window, the oldest first
 * @param successes of probes
 * @param openings in a row, as far as they make a difference
 * @param calm while closed, until openings are counted from one again; while open, for how long it opened
 * @param calls under way, in order
 */
record ModelBreaker(
        SmallSetting setting,
        Rules rules,
        BreakerState kind,
        boolean ramping,
        long left,
        int row,
        List<Kind> results,
        int successes,
        int openings,
        long calm,
        List<Call> calls)
        implements Model<BreakerEvent> {

    static final long NEVER = -1;

    /** What a call under way is to the breaker. */
    enum Role {
        /** It will be judged. */
        JUDGED,
        /** It began in an earlier episode, and changes nothing. */
        LATE,
        PROBE,
        /** A probe of an earlier episode: no new one has its place, for a while. */
        ORPHAN
    }

    /**
     * A call under way.
     *
     * @param role of it
     * @param lease until it counts as failed; of a probe
     * @param place until its place is free in any case; of a probe, or an orphan
     */
    record Call(Role role, long lease, long place) implements Comparable<Call> {

        @Override
        public int compareTo(Call other) {
            int byRole = role.compareTo(other.role);
            int byLease = byRole != 0 ? byRole : Long.compare(lease, other.lease);
            return byLease != 0 ? byLease : Long.compare(place, other.place);
        }

        boolean isProbe() {
            return role == Role.PROBE;
        }

        /** Whether no new probe may have its place. */
        boolean occupies() {
            return isProbe() || (role == Role.ORPHAN && place > 0);
        }

        /** The episode is over. */
        Call late() {
            boolean orphan = isProbe() || role == Role.ORPHAN;
            return orphan ? new Call(Role.ORPHAN, 0, place) : new Call(Role.LATE, 0, 0);
        }

        Call after(long span) {
            return new Call(role, Math.max(0, lease - span), Math.max(0, place - span));
        }
    }

    ModelBreaker {
        results = List.copyOf(results);
        calls = calls.stream().sorted().toList();
    }

    static ModelBreaker fresh(SmallSetting setting) {
        BreakerState closed = BreakerState.CLOSED;
        return new ModelBreaker(setting, setting.rules(), closed, false, NEVER, 0, List.of(), 0, 0, 0, List.of());
    }

    @Override
    public List<BreakerEvent> events() {
        Stream<BreakerEvent> ends = IntStream.range(0, calls.size())
                .filter(i -> i == 0 || !calls.get(i).equals(calls.get(i - 1)))
                .boxed()
                .flatMap(i -> setting.kinds().stream().filter(Kind::settles).map(kind -> new BreakerEvent(kind, i)));
        Stream<BreakerEvent> others = Stream.of(Kind.values()).filter(this::can).map(BreakerEvent::new);
        return Stream.concat(others, ends).toList();
    }

    private boolean can(Kind event) {
        boolean ramps = ramping && left > 0;
        return switch (event) {
            case ENTER -> calls.size() < setting.most() && !ramps;
            case LUCKY -> calls.size() < setting.most() && ramps;
            case UNLUCKY -> ramps && admitting() < 0.95;
            case PASS -> untilNext() > 0;
            case ALMOST -> untilNext() > 1;
            default -> !event.settles() && setting.kinds().contains(event);
        };
    }

    /** Until time changes something; zero for never. */
    long untilNext() {
        List<Long> spans = new ArrayList<>(List.of(left, kind == BreakerState.CLOSED ? calm : 0));
        calls.forEach(call -> spans.addAll(List.of(call.lease, call.place)));
        return spans.stream().filter(span -> span > 0).min(Long::compare).orElse(0L);
    }

    @Override
    public After<BreakerEvent> after(BreakerEvent event) {
        BreakerTurn turn = new BreakerTurn(this);
        String seen = turn.take(event);
        return new After<>(turn.told() + seen, turn.model());
    }

    // ---------------------------------------------------------------- what is to be seen of it

    private double admitting() {
        double part = ramping ? 1 - left / (double) (rules.ramp() * SmallSetting.SECOND) : 1;
        return switch (kind) {
            case CLOSED -> Math.min(1, 0.1 + 0.9 * part);
            case DISABLED, METRICS_ONLY -> 1;
            default -> 0;
        };
    }

    private long count(Role role) {
        return calls.stream().filter(call -> call.role == role).count();
    }

    private long count(Kind result) {
        return results.stream().filter(each -> each == result).count();
    }

    private boolean isForgettable() {
        return switch (kind) {
            case CLOSED -> true;
            case HALF_OPEN -> calls.stream().noneMatch(Call::occupies);
            default -> left == 0;
        };
    }

    /** Until the timer, where time ends the state; the ramp has none. */
    private long due() {
        long lease = calls.stream()
                .filter(Call::isProbe)
                .mapToLong(Call::lease)
                .min()
                .orElse(NEVER);
        return kind == BreakerState.HALF_OPEN ? lease : ramping ? NEVER : left;
    }

    @Override
    public String state() {
        return kind
                + " admitting " + Math.round(1000 * admitting())
                + ", in a row " + row
                + ", failed " + count(Kind.FAILED) + " of " + results.size()
                + ", slow " + count(Kind.SLOW)
                + ", probes " + count(Role.PROBE)
                + ", orphans " + count(Role.ORPHAN)
                + ", good " + successes
                + ", due " + due()
                + (isForgettable() ? ", forgettable" : "")
                + calls;
    }

    @Override
    public String unseen() {
        return results + " " + left + " " + openings + " " + calm + " " + rules.equals(setting.rules());
    }

    @Override
    public Set<String> places() {
        return Set.of(ramping ? "CLOSED, ramping" : kind.name());
    }
}
