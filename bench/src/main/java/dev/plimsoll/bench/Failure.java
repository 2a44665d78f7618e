package dev.plimsoll.bench;

/** The one way in which the guarded work fails: made once, without a stack, so that only the guards are measured. */
final class Failure extends RuntimeException {

    // It has neither a stack nor suppressed exceptions, so sharing it shares nothing.
    @SuppressWarnings("StaticAssignmentOfThrowable")
    static final Failure INSTANCE = new Failure();

    private static final long serialVersionUID = 1L;

    private Failure() {
        super("the work failed", null, false, false);
    }
}
