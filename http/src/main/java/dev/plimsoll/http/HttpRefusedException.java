package dev.plimsoll.http;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * The guard refused: the request was not sent. An {@link IOException}, so that code written for
 * {@link java.net.http.HttpClient} handles it; its cause is the guard's own exception.
 *
 * <p>The message names the request without user, query and fragment. There is no stack trace: whoever wants one lets the
 * guard make its refusals with it, and finds it in the cause.
 */
public final class HttpRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final RejectedException refusal;

    HttpRefusedException(HttpRequest request, RejectedException refusal) {
        super(RequestLine.of(request) + " was not sent; " + refusal.getMessage(), refusal);
        this.refusal = refusal;
    }

    /**
     * Who refused.
     *
     * @return the name of the guard
     */
    public String dependency() {
        return refusal.dependency();
    }

    /**
     * Why, for programs.
     *
     * @return the reason of the gate that refused
     */
    public Rejection.Reason reason() {
        return refusal.reason();
    }

    /**
     * When asking again makes sense, counted from the refusal.
     *
     * @return empty when nobody knows
     */
    public Optional<Duration> retryAfter() {
        return refusal.retryAfter();
    }

    /**
     * The guard's own exception, with the gate and its numbers.
     *
     * @return never null
     */
    @Override
    public synchronized RejectedException getCause() {
        return refusal;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
