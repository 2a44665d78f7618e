package dev.plimsoll.chaos;

import dev.plimsoll.chaos.Deed.Manner;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** What a guard protects: well, slow, failing, hanging, flapping or full for a while each, and well in the end. */
final class Dependency {

    /** How it does. */
    private enum Mood {
        WELL,
        SLOW,
        FAILING,
        FULL,
        HANGING,
        FLAPPING,
        MIXED
    }

    /** Most are polite. */
    private static final List<Manner> MANNERS =
            List.of(Manner.POLITE, Manner.POLITE, Manner.POLITE, Manner.POLITE, Manner.RESTORING, Manner.DEAF);

    private static final List<Mood> SIMPLE = List.of(Mood.WELL, Mood.SLOW, Mood.FAILING, Mood.FULL, Mood.HANGING);

    /** The dependency says that it is full, and perhaps when to come again. */
    static final class Full extends IOException {
        private static final long serialVersionUID = 1L;

        final int secondsToWait;

        Full(int secondsToWait) {
            super("full, come in " + secondsToWait);
            this.secondsToWait = secondsToWait;
        }
    }

    /** An {@link Error} of somebody's code. */
    static final class Broken extends Error {
        private static final long serialVersionUID = 1L;

        Broken(String who) {
            super(who, null, false, false);
        }
    }

    private record Spell(long until, Mood mood) {}

    private static final long MILLI = 1_000_000;

    private final VirtualTime time;
    private final long begun;
    private final boolean beats;
    private final List<Spell> spells = new ArrayList<>();

    /**
     * Draws how it will do.
     *
     * @param beats whether its work gives signs of life
     */
    Dependency(VirtualTime time, SplittableRandom random, boolean beats) {
        this.time = time;
        this.begun = time.precise();
        this.beats = beats;
        long until = 0;
        while (until < Plan.FAULTS) {
            until += 200 * MILLI + random.nextLong(3_000 * MILLI);
            Mood[] moods = Mood.values();
            Mood mood = random.nextInt(4) == 0 ? Mood.MIXED : moods[random.nextInt(moods.length)];
            spells.add(new Spell(until, mood));
        }
    }

    private Mood mood(long since) {
        for (Spell spell : spells) {
            if (since < Math.min(spell.until(), Plan.FAULTS)) {
                return spell.mood();
            }
        }
        return Mood.WELL;
    }

    /** What an attempt that begins now meets. */
    Deed next(SplittableRandom random) {
        long since = time.precise() - begun;
        Mood mood = mood(since);
        if (mood == Mood.FLAPPING) {
            mood = since / (100 * MILLI) % 2 == 0 ? Mood.WELL : Mood.FAILING;
        } else if (mood == Mood.MIXED) {
            mood = SIMPLE.get(random.nextInt(SIMPLE.size()));
        }
        Manner manner = MANNERS.get(random.nextInt(MANNERS.size()));
        long beat = beats && random.nextInt(4) > 0 ? 5 * MILLI + random.nextLong(60 * MILLI) : 0;
        boolean onHand = random.nextInt(3) == 0;
        long takes = takes(mood, since, random);
        return new Deed(takes, error(mood, random), value(random), manner, beat, onHand);
    }

    private static long takes(Mood mood, long since, SplittableRandom random) {
        return switch (mood) {
            case SLOW -> 50 * MILLI + random.nextLong(900 * MILLI);
            case HANGING -> Math.max(0, Plan.FAULTS - since) + random.nextLong(2_000 * MILLI);
            default -> random.nextInt(4) == 0 ? 0 : random.nextLong(40 * MILLI);
        };
    }

    private static @Nullable Throwable error(Mood mood, SplittableRandom random) {
        int drawn = random.nextInt(100);
        int share = mood == Mood.FAILING ? 80 : 6;
        if (mood == Mood.FULL && drawn < 70) {
            return new Full(random.nextInt(3));
        }
        if (drawn >= share) {
            return null;
        }
        return switch (random.nextInt(12)) {
            case 0 -> new Broken("the work");
            case 1 -> new CancellationException("the work's own");
            case 2 -> new InterruptedException("the work's own");
            case 3, 4 -> new ConnectException("refused by them");
            case 5, 6 -> new IllegalStateException("wrong");
            default -> new IOException("lost");
        };
    }

    private static @Nullable Object value(SplittableRandom random) {
        return switch (random.nextInt(30)) {
            case 0, 1 -> "pending";
            case 2, 3 -> "bad";
            case 4 -> null;
            default -> "value " + random.nextInt(100);
        };
    }
}
