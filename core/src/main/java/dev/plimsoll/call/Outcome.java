package dev.plimsoll.call;

import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended: with a value (which may be null) or with an error.
 *
 * @param value what the work returned; null when it threw
 * @param error what the work threw; null when it returned
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Outcome(@Nullable Object value, @Nullable Throwable error) {

    /**
     * The outcome of work that returned.
     *
     * @param value what it returned
     * @return an outcome without an error
     */
    public static Outcome returned(@Nullable Object value) {
        return new Outcome(value, null);
    }

    /**
     * The outcome of work that threw.
     *
     * @param error what it threw
     * @return an outcome without a value
     */
    public static Outcome threw(Throwable error) {
        return new Outcome(null, Objects.requireNonNull(error, "error"));
    }

    /**
     * Whether it is an {@link Error}, an interruption or a cancellation: these say nothing about a dependency and end the
     * call, whatever a classifier says. For those who write engines.
     *
     * @return false of a {@link java.io.InterruptedIOException}, for some clients throw that when their own time is up
     */
    public boolean isBeyondJudging() {
        return error instanceof Error
                || error instanceof InterruptedException
                || error instanceof CallInterruptedException
                || error instanceof ClosedByInterruptException
                || error instanceof CancellationException;
    }
}
