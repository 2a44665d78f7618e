package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * What the library itself throws at a caller, in contrast to what the caller's own work throws, which passes unchanged.
 *
 * <p>Holds strings and numbers only, so that it can be serialized, and has no stack trace unless that was asked for.
 */
public abstract sealed class GuardException extends RuntimeException
        permits RejectedException, TimeoutExceededException, CallInterruptedException, InvalidAnswerException {

    private static final long serialVersionUID = 1L;

    private final String dependency;

    GuardException(String dependency, @Nullable String message, boolean withStack) {
        super(message, null, true, withStack);
        this.dependency = dependency;
    }

    /**
     * The name of the guard or mechanism that threw this.
     *
     * @return a dependency's name
     */
    public final String dependency() {
        return dependency;
    }
}
