package dev.plimsoll.bench.soak;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Something that guards protect from, and that is not always well: how it does is its mood, which changes every now and then.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Dependency {

    /** How it does. */
    enum Mood {
        WELL,
        SLOW,
        FAILING,
        HANGING,
        FLAPPING,
        RECOVERING
    }

    /** How an answer turns out. */
    enum Manner {
        AT_ONCE,
        SLOWLY,
        FAILS,
        HANGS,
        HANGS_STUBBORNLY
    }

    /** An error as it happens by the million. */
    static final class Lost extends IOException {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("lost");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** One mood, from the time it came to the time the next one does. */
    private record Spell(Mood mood, long since, CompletableFuture<Boolean> over) {

        static Spell of(Mood mood) {
            return new Spell(mood, TIME.precise(), new CompletableFuture<>());
        }
    }

    private static final Time TIME = Time.system();
    private static final long FLAP = 10_000_000;
    private static final long RECOVERY = 200_000_000;
    private static final long SLOWEST = 4_000_000;

    private volatile Spell spell = Spell.of(Mood.WELL);
    private volatile long longestHang;

    /** Another mood begins; whoever hangs goes on. Called by one thread at a time. */
    void become(Mood mood) {
        Spell before = spell;
        spell = Spell.of(mood);
        before.over.complete(true);
        if (before.mood == Mood.HANGING) {
            longestHang = Math.max(longestHang, TIME.precise() - before.since);
        }
    }

    /** For how long, at most, somebody may have hung. */
    long longestHang() {
        return longestHang;
    }

    /** How the next answer turns out. */
    Manner manner(SplittableRandom random) {
        Spell now = spell;
        long age = TIME.precise() - now.since;
        int percent = random.nextInt(100);
        return switch (now.mood) {
            case WELL -> Manner.AT_ONCE;
            case SLOW -> percent < 70 ? Manner.SLOWLY : Manner.AT_ONCE;
            case FAILING -> percent < 90 ? Manner.FAILS : Manner.AT_ONCE;
            case HANGING -> percent < 3 ? Manner.HANGS : percent < 4 ? Manner.HANGS_STUBBORNLY : Manner.AT_ONCE;
            case FLAPPING -> age / FLAP % 2 == 0 ? Manner.FAILS : Manner.AT_ONCE;
            case RECOVERING -> percent < 80 - 80 * age / RECOVERY ? Manner.FAILS : Manner.AT_ONCE;
        };
    }

    /** The answer, on the caller's thread. */
    Object answer(SplittableRandom random) throws Exception {
        switch (manner(random)) {
            case AT_ONCE -> {}
            case SLOWLY -> TIME.sleep(random.nextLong(SLOWEST));
            case FAILS -> throw new Lost();
            case HANGS -> {
                try {
                    boolean unused = spell.over.get(); // or until somebody interrupts it
                } catch (ExecutionException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
            case HANGS_STUBBORNLY -> {
                boolean unused = spell.over.join(); // whoever interrupts it
            }
        }
        return value(random);
    }

    /** Does something when the mood of now is over. */
    void whenOver(Runnable task) {
        CompletableFuture<Void> unused = spell.over.thenRun(task);
    }

    /** What an answer is, where nothing else has gone wrong. */
    static Object value(SplittableRandom random) throws Exception {
        return switch (random.nextInt(60)) {
            case 0 -> throw new IllegalArgumentException("wrong");
            case 1 -> throw new StackOverflowError("not really");
            case 2 -> throw new InterruptedException("its own");
            case 3 -> throw new CancellationException("its own");
            case 4, 5 -> "pending";
            case 6, 7 -> "bad";
            default -> "good";
        };
    }
}
