package dev.plimsoll.bench.stress;

import java.util.concurrent.ThreadLocalRandom;

/** Where a mutant has torn apart what belongs together. Public, for it is called from core. */
public final class Gap {

    private static final int RARELY = 32;

    private Gap() {}

    /** Lets another thread go first, now and then. Always true, so that it may stand in a condition. */
    @SuppressWarnings("ThreadPriorityCheck") // which is all that it is for
    public static boolean open() {
        if (ThreadLocalRandom.current().nextInt(RARELY) == 0) {
            Thread.yield();
        }
        return true;
    }
}
