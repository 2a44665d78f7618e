package dev.plimsoll.http;

import dev.plimsoll.Guard;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The JDK's {@link HttpClient} behind a guard, to be used as the client itself is.
 *
 * <pre>{@code
 * GuardedHttpClient http = GuardedHttpClient.of(HttpClient.newHttpClient(), prices);
 * HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <p>Each request is judged by {@link HttpClassifier}, which also decides whether it may be repeated: a POST without an
 * {@code Idempotency-Key} is not, unless nothing was sent. Once an answer has begun to come it was sent, whatever the body's
 * handler throws then. The classifier that the guard was built with is not asked; {@link #judgedBy(UnaryOperator)} is the
 * place for other opinions.
 *
 * <p>A bad answer after which there is no further attempt, such as a 503, is returned: it is an answer. Answers that are
 * dropped, because another attempt follows or because they came too late, are closed where their body is an
 * {@link AutoCloseable} (a stream) or a publisher. Of a body that is a stream the guard sees the beginning only; what
 * happens while the caller reads it is not counted and not retried.
 *
 * <p>Where an attempt has a deadline, the request is sent with a timeout a little after it, unless its own is shorter;
 * {@link HttpResponse#request()} then shows that one.
 *
 * <p>Such a request also says by when its answer is wanted: the deadline of the attempt less
 * {@linkplain dev.plimsoll.call.Deadline#lessReserve() the reserve}, in {@code X-Deadline-Remaining} and in
 * {@code X-Deadline}, written anew for each attempt. Where the request has one of these fields or {@code grpc-timeout}
 * itself, neither is added; {@link #withoutDeadlineHeaders()} never adds them.
 *
 * <p>Where a guard around retries, this one or another, each request says in {@code X-Attempt} which attempt it is, and
 * whether the retries are {@linkplain dev.plimsoll.retry.Retry#retryAtEdge() at the edge} only; {@link Inbound} puts that
 * in force on the other side. {@link HttpResponse#request()} shows that header, too.
 *
 * <p>Where somebody has said how much the work matters ({@link dev.plimsoll.call.Criticality}), each request says it on in
 * {@code X-Criticality}, unless it has that field itself.
 *
 * <p>The body of a request that is repeated is published again. That its publisher can do so is up to whoever built it:
 * those of {@link HttpRequest.BodyPublishers} can, except one of a stream that is always the same.
 *
 * <p><b>Threading:</b> immutable, and as safe for use by many threads as the client and the guard are, which is
 * entirely. {@code send} blocks.
 */
public final class GuardedHttpClient {

    private final HttpClient client;
    private final Function<? super HttpRequest, Guard> guards;
    private final Classifier meaning;
    private final boolean deadlineIsSent;

    private GuardedHttpClient(
            HttpClient client,
            Function<? super HttpRequest, Guard> guards,
            Classifier meaning,
            boolean deadlineIsSent) {
        this.client = Objects.requireNonNull(client, "client");
        this.guards = Objects.requireNonNull(guards, "guards");
        this.meaning = Objects.requireNonNull(meaning, "the classifier");
        this.deadlineIsSent = deadlineIsSent;
    }

    /**
     * A client for one dependency.
     *
     * @param client sends the requests
     * @param guard protects all of them
     * @return a new client
     */
    public static GuardedHttpClient of(HttpClient client, Guard guard) {
        Objects.requireNonNull(guard, "guard");
        return of(client, request -> guard);
    }

    /**
     * A client for several dependencies.
     *
     * @param client sends the requests
     * @param guards says which guard protects a request, for instance by its host; asked once per call, by any number
     *     of threads, so it should look a guard up rather than build one
     * @return a new client
     */
    public static GuardedHttpClient of(HttpClient client, Function<? super HttpRequest, Guard> guards) {
        return new GuardedHttpClient(client, guards, HttpClassifier.standard(), true);
    }

    /**
     * The same client with another opinion of answers and errors.
     *
     * <pre>{@code
     * http.judgedBy(own -> own.judgingResults(HttpResponse.class, r -> r.statusCode() == 404, Judgement.FAILURE))
     * }</pre>
     *
     * <p>Whatever it says, a request that is not idempotent is repeated only after {@link dev.plimsoll.call.Repeat#ALWAYS},
     * and only while no answer has begun to come.
     *
     * @param opinion makes a classifier from the one in use so far; called once, now
     * @return a new client
     */
    public GuardedHttpClient judgedBy(UnaryOperator<Classifier> opinion) {
        Objects.requireNonNull(opinion, "opinion");
        return new GuardedHttpClient(client, guards, opinion.apply(meaning), deadlineIsSent);
    }

    /**
     * The same client, which does not say on the wire by when an answer is wanted.
     *
     * @return a new client
     */
    public GuardedHttpClient withoutDeadlineHeaders() {
        return new GuardedHttpClient(client, guards, meaning, false);
    }

    /**
     * Sends a request as {@link HttpClient#send(HttpRequest, BodyHandler)} does, through the guard: at once, later,
     * several times, or not at all.
     *
     * @param request what to send
     * @param handler what to do with the body; asked anew for each attempt
     * @param <T> the type of the body
     * @return the answer to the last attempt, whatever its status; when that one was refused, the one before
     * @throws HttpRefusedException when the guard refused and nothing was sent
     * @throws HttpTimeoutException when the time of the guard was up (its cause is then a
     *     {@link TimeoutExceededException}, which knows whether it was that of an attempt or the total) or that of the
     *     request; the request may have taken effect
     * @throws IOException as the client throws it
     * @throws InterruptedException when the thread was interrupted while sending or while waiting to send; its flag is
     *     then clear
     * @throws RuntimeException as the client throws it, for instance for a request that it does not support
     */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(handler, "handler");
        Exchange<T> exchange = new Exchange<>(client, request, handler, deadlineIsSent);
        HttpResponse<T> answer = null;
        try {
            answer = through(guardOf(request, exchange), exchange);
            return answer;
        } catch (RejectedException refusal) {
            throw new HttpRefusedException(request, refusal);
        } catch (TimeoutExceededException timeout) {
            throw timedOut(request, timeout);
        } catch (CallInterruptedException interruption) {
            throw interrupted(request, interruption);
        } finally {
            exchange.end(answer);
        }
    }

    private Guard guardOf(HttpRequest request, Exchange<?> exchange) {
        Guard guard = guards.apply(request);
        if (guard == null) {
            throw new NullPointerException("no guard for " + RequestLine.of(request));
        }
        boolean redirected = HttpClassifier.followsRedirects(client);
        return guard.judgedBy(Idempotence.limit(meaning, request, () -> redirected || exchange.hasBegunToAnswer()));
    }

    /** The guard keeps one type of checked exception, and sending throws two. */
    private static <T> HttpResponse<T> through(Guard guard, Exchange<T> exchange)
            throws IOException, InterruptedException {
        try {
            return guard.<HttpResponse<T>, Exception>call(attempt -> exchange.send(attempt));
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new UndeclaredThrowableException(e);
        }
    }

    private static HttpTimeoutException timedOut(HttpRequest request, TimeoutExceededException timeout) {
        HttpTimeoutException mapped = new HttpTimeoutException(RequestLine.of(request) + ": " + timeout.getMessage());
        mapped.initCause(timeout);
        return mapped;
    }

    /** The client clears the flag when it throws, so the flag that the guard has set is taken back. */
    private static InterruptedException interrupted(HttpRequest request, CallInterruptedException interruption) {
        Thread.interrupted();
        InterruptedException mapped =
                new InterruptedException(RequestLine.of(request) + ": " + interruption.getMessage());
        mapped.initCause(interruption);
        return mapped;
    }
}
