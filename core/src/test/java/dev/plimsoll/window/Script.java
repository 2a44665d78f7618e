package dev.plimsoll.window;

import java.util.Random;

/** A seeded random script of calls: runs of one kind, pauses of all sizes, and a clock that now and then runs backwards. */
final class Script {
    /** Origins at which arithmetic on instants goes wrong if it can. */
    static final long[] ORIGINS = {
        0, -1, Long.MAX_VALUE - 10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 10, -5_000
    };

    private final Random random;
    private final int badPercent;
    private final long step;
    private long now;

    /**
     * A script that begins at an instant.
     *
     * @param step pauses are up to a few of these, mostly
     */
    Script(long seed, long origin, long step) {
        this.random = new Random(seed);
        this.badPercent = new int[] {0, 2, 30, 100}[random.nextInt(4)];
        this.step = step;
        this.now = origin;
    }

    /** One call: its kind and its instant. */
    @FunctionalInterface
    interface Step {
        void call(int kind, long now);
    }

    /** Plays so many calls. */
    void play(int calls, Step step) {
        for (int i = 0; i < calls; i++) {
            pause();
            step.call(kind(), now);
        }
    }

    private int kind() {
        return random.nextInt(100) < badPercent ? 1 + random.nextInt(3) : Kind.GOOD;
    }

    private void pause() {
        int chance = random.nextInt(100);
        if (chance < 50) {
            return;
        }
        if (chance < 90) {
            now += random.nextLong(step);
        } else if (chance < 94) {
            now += random.nextLong(20 * step);
        } else if (chance < 95) {
            now += random.nextLong(1000 * step);
        } else {
            now -= random.nextLong(5 * step);
        }
    }
}
