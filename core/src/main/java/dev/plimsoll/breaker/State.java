package dev.plimsoll.breaker;

import dev.plimsoll.call.Admission.Leave;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a circuit breaker is in. Immutable, but for the evidence that hangs off it; the breaker moves on by comparing and
 * setting the whole object.
 *
 * <p>An episode is one stay in a {@link BreakerState}: results count only in the episode that granted their leave. It is
 * compared by identity and outlives the state objects in it, as when a probe ends or the configuration changes.
 */
sealed interface State {

    /** The stay that this object is a moment of. */
    Episode episode();

    /** What is known from before. */
    History history();

    /** What is judged by; null where nothing is. */
    default @Nullable Evidence evidence() {
        return null;
    }

    /** Whether time alone ends this state, see {@link #due()}. */
    default boolean hasDue() {
        return false;
    }

    /** When time alone ends this state; means nothing unless {@link #hasDue()}. */
    default long due() {
        return 0;
    }

    /** Whether time alone has ended this state. */
    default boolean isDue(long now) {
        return hasDue() && due() - now <= 0;
    }

    /** Leaves to the tally what it has counted, and who still runs; called once, when its episode is over. */
    default void over(BreakerTally tally) {
        Evidence ended = evidence();
        if (ended != null) {
            ended.seal();
        }
    }

    /** Probes whose places are still taken when this state is over. */
    default List<Probe> orphans(long now) {
        return history().orphans().stream()
                .filter(orphan -> orphan.occupies(now))
                .toList();
    }

    /**
     * One stay in a state: the number of the transition that began it (0 for the first state), which state, the precise
     * clock and the time of day at its beginning, why it began, and whether by timer. Two stays are never equal. Until
     * its beginning has been told it knows the one before it.
     */
    final class Episode {
        private final long sequence;
        private final BreakerState kind;
        private final long since;
        private final Instant wall;
        private final String reason;
        private final boolean byTimer;
        private @Nullable Episode previous; // after the episode was published, touched only by who delivers

        private Episode(
                @Nullable Episode previous,
                BreakerState kind,
                long since,
                Instant wall,
                String reason,
                boolean byTimer) {
            this.sequence = previous == null ? 0 : previous.sequence + 1;
            this.previous = previous;
            this.kind = kind;
            this.since = since;
            this.wall = wall;
            this.reason = reason;
            this.byTimer = byTimer;
        }

        static Episode first(long since, Instant wall) {
            return new Episode(null, BreakerState.CLOSED, since, wall, "new", false);
        }

        Episode next(BreakerState kind, long since, Instant wall, String reason, boolean byTimer) {
            return new Episode(this, kind, since, wall, reason, byTimer);
        }

        @Nullable
        Episode previous() {
            return previous;
        }

        /** Its beginning, to be told; from now on it knows nothing of the one before it. */
        CircuitTransition told(String name, Episode before) {
            previous = null;
            return new CircuitTransition(name, sequence, before.kind, kind, reason, byTimer, wall);
        }

        long sequence() {
            return sequence;
        }

        BreakerState kind() {
            return kind;
        }

        long since() {
            return since;
        }

        Instant wall() {
            return wall;
        }

        String reason() {
            return reason;
        }
    }

    /**
     * What a state knows of those before it.
     *
     * @param openings how often the breaker opened without a healthy time between
     * @param lastWait for how long it was last open, in nanoseconds; 0 for never
     * @param orphans probes of earlier episodes that a new one must wait for
     */
    record History(int openings, long lastWait, List<Probe> orphans) {

        static final History NONE = new History(0, 0, List.of());

        public History {
            orphans = List.copyOf(orphans);
        }
    }

    /** A leave that is judged by the episode it was given in. */
    sealed interface Judged extends Leave permits Closed, Ramping, Operated, Probe {

        Episode episode();
    }

    /** Calls pass. The object itself is everybody's leave. */
    record Closed(Episode episode, History history, Evidence evidence) implements State, Judged {}

    /** Just closed: a growing share of the calls passes until {@code span} nanoseconds are over. */
    record Ramping(Episode episode, History history, Evidence evidence, long span, String refusal)
            implements State, Judged {

        /** The share admitted at an instant, 0.1 … 1. */
        double admitting(long now) {
            double part = (double) Math.max(0, now - episode.since()) / span;
            return Math.min(1, 0.1 + 0.9 * part);
        }

        boolean isOver(long now) {
            return now - episode.since() >= span;
        }
    }

    /** Calls are refused until an instant. */
    record Open(Episode episode, History history, long until, String refusal) implements State {

        @Override
        public boolean hasDue() {
            return true;
        }

        @Override
        public long due() {
            return until;
        }
    }

    /** Probes only. */
    record HalfOpen(Episode episode, History history, List<Probe> live, int admitted, int successes, String refusal)
            implements State {

        public HalfOpen {
            live = List.copyOf(live);
        }

        static HalfOpen fresh(Episode episode, History history, String refusal) {
            return new HalfOpen(episode, history, List.of(), 0, 0, refusal);
        }

        HalfOpen with(Probe probe) {
            List<Probe> more = new ArrayList<>(live);
            more.add(probe);
            return new HalfOpen(episode, history, more, admitted + 1, successes, refusal);
        }

        /** The probe said nothing: its place and its turn are free again. */
        HalfOpen without(Probe probe) {
            return new HalfOpen(episode, history, others(probe), admitted - 1, successes, refusal);
        }

        HalfOpen succeeded(Probe probe) {
            return new HalfOpen(episode, history, others(probe), admitted, successes + 1, refusal);
        }

        private List<Probe> others(Probe probe) {
            return live.stream().filter(each -> each != probe).toList();
        }

        /** Whether there is a place for one more probe beside those under way, those of earlier episodes among them. */
        boolean hasRoom(BreakerConfig.Probing probing, long now) {
            long waitedFor = history.orphans().stream()
                    .filter(orphan -> orphan.occupies(now))
                    .count();
            return live.size() + waitedFor < probing.maxConcurrent() && admitted < probing.most();
        }

        @Override
        public void over(BreakerTally tally) {
            tally.orphaned(live);
        }

        @Override
        public boolean hasDue() {
            return !live.isEmpty();
        }

        /** Probes are in the order of their start, and have the same lease: the first one's ends first. */
        @Override
        public long due() {
            return live.get(0).leaseUntil();
        }

        @Override
        public List<Probe> orphans(long now) {
            List<Probe> running = new ArrayList<>(State.super.orphans(now));
            live.stream().filter(probe -> !probe.hasEnded()).forEach(running::add);
            return running;
        }
    }

    /** An operator's state, until an instant when {@code limited}. */
    record Operated(
            Episode episode,
            History history,
            String who,
            boolean limited,
            long until,
            @Nullable Evidence evidence,
            String refusal)
            implements State, Judged {

        @Override
        public boolean hasDue() {
            return limited;
        }

        @Override
        public long due() {
            return until;
        }
    }

    /** Leave for one probe. */
    final class Probe implements Judged {

        private final Episode episode;
        private final long leaseUntil;
        private final long lease;
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.PROBING);

        private enum Stage {
            PROBING,
            ORPHANED,
            ENDED
        }

        Probe(Episode episode, long now, long lease) {
            this.episode = episode;
            this.leaseUntil = now + lease;
            this.lease = lease;
        }

        @Override
        public Episode episode() {
            return episode;
        }

        long leaseUntil() {
            return leaseUntil;
        }

        /** Its body has ended, in time or late. True when it was an orphan until now. */
        boolean end() {
            return stage.getAndSet(Stage.ENDED) == Stage.ORPHANED;
        }

        /** Its episode is over. True when its body goes on. */
        boolean orphan() {
            return stage.compareAndSet(Stage.PROBING, Stage.ORPHANED);
        }

        boolean hasEnded() {
            return stage.get() == Stage.ENDED;
        }

        /** Whether a new probe must wait for this orphan: for one further lease, and no longer than it runs. */
        boolean occupies(long now) {
            return !hasEnded() && now - leaseUntil < lease;
        }
    }
}
