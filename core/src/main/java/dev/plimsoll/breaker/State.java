package dev.plimsoll.breaker;

import dev.plimsoll.call.Admission.Leave;
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

    /** By which it is in force: how it judges, and what comes next. */
    Settings settings();

    /** The same moment of the same episode, but by other settings. */
    State under(Settings others);

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

        /** Those at the time when it was given, by which its time is measured. */
        Settings settings();
    }

    /**
     * Calls pass. The object itself is everybody's leave; what it repeats of its evidence's settings is so a step nearer to
     * each call.
     *
     * @param readsStart whether the clock means something when the work starts
     * @param readsEnd whether it does when good work ends
     * @param records whether good work is written down at all
     */
    record Closed(
            Episode episode,
            History history,
            Settings settings,
            Evidence evidence,
            boolean readsStart,
            boolean readsEnd,
            boolean records)
            implements State, Judged {

        Closed(Episode episode, History history, Evidence evidence) {
            this(episode, history, evidence, evidence.settings());
        }

        private Closed(Episode episode, History history, Evidence evidence, Settings settings) {
            this(
                    episode,
                    history,
                    settings,
                    evidence,
                    settings.readsStart(),
                    settings.readsEnd(),
                    evidence.recordsGood());
        }

        @Override
        public Closed under(Settings others) {
            return new Closed(episode, history, evidence.under(others));
        }

        /** Records a success that can change nothing but a count; false when it may, and nothing was recorded. */
        boolean good(long now, long elapsedNanos) {
            return episode.streak() == 0 && (!records || evidence.good(now, elapsedNanos));
        }
    }

    /** Just closed: a growing share of the calls passes until {@code span} nanoseconds are over. */
    record Ramping(Episode episode, History history, Evidence evidence, long span, String refusal)
            implements State, Judged {

        @Override
        public Settings settings() {
            return evidence.settings();
        }

        /** The ramp goes on as it began. */
        @Override
        public Ramping under(Settings others) {
            return new Ramping(episode, history, evidence.under(others), span, refusal);
        }

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
    record Open(Episode episode, History history, Settings settings, long until, String refusal) implements State {

        /** It ends when those were told who were refused. */
        @Override
        public Open under(Settings others) {
            return new Open(episode, history, others, until, refusal);
        }

        @Override
        public boolean hasDue() {
            return true;
        }

        @Override
        public long due() {
            return until;
        }
    }

    /** Probes only. Those that are lost are as good as gone. */
    record HalfOpen(Episode episode, History history, Settings settings, List<Probe> live, int successes)
            implements State {

        public HalfOpen {
            live = List.copyOf(live);
        }

        static HalfOpen fresh(Episode episode, History history, Settings settings) {
            return new HalfOpen(episode, history, settings, List.of(), 0);
        }

        /** Probes under way keep their leases, and those that succeeded count on. */
        @Override
        public HalfOpen under(Settings others) {
            return new HalfOpen(episode, history, others, live, successes);
        }

        HalfOpen with(Probe probe) {
            List<Probe> more = new ArrayList<>(live);
            more.add(probe);
            return new HalfOpen(episode, history, settings, more, successes);
        }

        /** The probe said nothing: its place and its turn are free again. */
        HalfOpen without(Probe probe) {
            return new HalfOpen(episode, history, settings, others(probe), successes);
        }

        HalfOpen succeeded(Probe probe) {
            return new HalfOpen(episode, history, settings, others(probe), successes + 1);
        }

        private List<Probe> others(Probe probe) {
            return live.stream().filter(each -> each != probe && !each.isLost()).toList();
        }

        /** Probes under way. */
        int underway() {
            int count = 0;
            for (Probe each : live) {
                count += each.isLost() ? 0 : 1;
            }
            return count;
        }

        /** Probes that had a turn: a failed one would have ended the episode. */
        int admitted() {
            return underway() + successes;
        }

        /**
         * Whether there is a place for one more probe beside those under way, those of earlier episodes among them. There
         * is always a turn left when none is under way: where the settings have come to want no more probes than have
         * succeeded, it still takes one to close.
         */
        boolean hasRoom(long now) {
            long waitedFor = history.orphans().stream()
                    .filter(orphan -> orphan.occupies(now))
                    .count();
            int most = Math.max(settings.probing().most(), successes + 1);
            return underway() + waitedFor < settings.probing().maxConcurrent() && admitted() < most;
        }

        @Override
        public void over(BreakerTally tally) {
            tally.orphaned(live);
        }

        @Override
        public boolean hasDue() {
            return underway() > 0;
        }

        @Override
        public long due() {
            return firstDue().leaseUntil();
        }

        /** The live probe whose lease ends first, which need not be the first: leases differ when settings changed. */
        Probe firstDue() {
            Probe first = live.get(0);
            for (Probe each : live) {
                boolean earlier = first.isLost() || each.leaseUntil() - first.leaseUntil() < 0;
                first = earlier && !each.isLost() ? each : first;
            }
            return first;
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
            Settings settings,
            String who,
            String why,
            boolean limited,
            long until,
            @Nullable Evidence evidence,
            String refusal)
            implements State, Judged {

        @Override
        public Operated under(Settings others) {
            Evidence goesOn = evidence == null ? null : evidence.under(others);
            return new Operated(episode, history, others, who, why, limited, until, goesOn, refusal);
        }

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
        private final Settings settings;
        private final long leaseUntil;
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.PROBING);

        private enum Stage {
            PROBING,
            ORPHANED,
            ENDED,
            LOST
        }

        Probe(Episode episode, Settings settings, long now) {
            this.episode = episode;
            this.settings = settings;
            this.leaseUntil = now + settings.lease();
        }

        @Override
        public Episode episode() {
            return episode;
        }

        @Override
        public Settings settings() {
            return settings;
        }

        long lease() {
            return settings.lease();
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
            Stage now = stage.get();
            return now == Stage.ENDED || now == Stage.LOST;
        }

        /** It has ended, and there is no memory to say how: it has said nothing, and its place and its turn are free. */
        void lose() {
            stage.set(Stage.LOST);
        }

        boolean isLost() {
            return stage.get() == Stage.LOST;
        }

        /** Whether a new probe must wait for this orphan: for one further lease, and no longer than it runs. */
        boolean occupies(long now) {
            return !hasEnded() && now - leaseUntil < lease();
        }
    }
}
