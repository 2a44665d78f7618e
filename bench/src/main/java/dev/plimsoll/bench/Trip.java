package dev.plimsoll.bench;

import java.util.concurrent.Callable;

/** Opens breakers for the rows of refusals. */
final class Trip {

    /** Longer than any virtual machine measures, so that an open breaker stays open. */
    static final int OPEN_HOURS = 1;

    private static final int ENOUGH = 1_000;

    private Trip() {}

    /** Fails until the breaker refuses. */
    static void open(Callable<?> failingCall) {
        for (int i = 0; i < ENOUGH; i++) {
            try {
                failingCall.call();
            } catch (Failure expected) {
                // Counted by the breaker; on with the next.
            } catch (Exception refusal) {
                return;
            }
        }
        throw new IllegalStateException("the breaker stays closed after " + ENOUGH + " failures");
    }

    /** What a failing errand does. */
    static Object fail() {
        throw Failure.INSTANCE;
    }
}
