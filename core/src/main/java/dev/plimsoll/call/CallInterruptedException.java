package dev.plimsoll.call;

/**
 * The calling thread was interrupted while the library, not the work, was waiting: for a permit, or between two
 * attempts. The thread's interrupt flag is set again. Nothing was running then.
 */
public final class CallInterruptedException extends GuardException {

    private static final long serialVersionUID = 1L;

    private final String waitedFor;

    /**
     * Made by engines.
     *
     * @param dependency the guard's name
     * @param waitedFor what the library waited for, such as "a bulkhead permit"
     */
    public CallInterruptedException(String dependency, String waitedFor) {
        super(dependency, null, false);
        this.waitedFor = waitedFor;
    }

    @Override
    public String getMessage() {
        return dependency() + ": interrupted while waiting for " + waitedFor;
    }
}
