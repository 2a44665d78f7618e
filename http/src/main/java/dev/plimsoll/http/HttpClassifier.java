package dev.plimsoll.http;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Says what the answers and errors of HTTP mean to a guard, and which requests may be sent again.
 *
 * <table>
 * <caption>Judgements</caption>
 * <tr><th>outcome</th><th>verdict</th><th>retried</th></tr>
 * <tr><td>1xx, 2xx, 3xx</td><td>SUCCESS</td><td>where {@code retryOnResult} accepts it</td></tr>
 * <tr><td>429, 503</td><td>OVERLOAD</td><td>when idempotent, not before {@code Retry-After}</td></tr>
 * <tr><td>408, 425, 500, 502, 504</td><td>FAILURE</td><td>when idempotent, not before {@code Retry-After}</td></tr>
 * <tr><td>other 4xx: the caller's mistake, the service is alive</td><td>SUCCESS</td><td>never</td></tr>
 * <tr><td>other 5xx, and numbers that HTTP does not know</td><td>FAILURE</td><td>only where the retry names it</td></tr>
 * <tr><td>no connection: refused, timed out, unknown host</td><td>FAILURE</td><td>always, nothing was sent</td></tr>
 * <tr><td>no trust: the certificate or the handshake</td><td>FAILURE</td><td>only where the retry names it</td></tr>
 * <tr><td>timeout, any other {@link java.io.IOException}</td><td>FAILURE</td><td>when idempotent</td></tr>
 * <tr><td>interrupted, cancelled, an {@link Error}</td><td>IGNORED</td><td>never</td></tr>
 * <tr><td>refused by another guard</td><td>IGNORED</td><td>always</td></tr>
 * </table>
 *
 * <p>A request is idempotent when its method is (GET, HEAD, PUT, DELETE, OPTIONS, TRACE: RFC 9110, section 9.2.2) or
 * when it has an {@code Idempotency-Key} that is not blank. One that is not is retried only where the table says
 * "always", whatever the retry names, and only when that shows that nothing was sent: another guard may also refuse what a
 * body handler does with the answer. {@link GuardedHttpClient} knows whether one has begun; who is judged by
 * {@link #of} is not retried after another guard's refusal.
 *
 * <p>{@code Retry-After} is read as seconds or as a date in any of the three formats of RFC 9110, relative to the
 * {@code Date} of the same answer; it is rounded up and passed on however long it is; what cannot be read is ignored.
 *
 * <p>{@code grpc-retry-pushback-ms} (gRPC proposal A6) has the last word, on any answer: a number of milliseconds, zero or
 * more, stands in place of {@code Retry-After} and of the retry's own pause; a negative one, or what cannot be read, means
 * that there is no other attempt. It never makes repeatable what is not. It is read in the header fields only, where a gRPC
 * answer without a body has it: the JDK's client does not show trailers.
 *
 * <p>An answer is an {@link HttpResponse}; any other value is a SUCCESS. A
 * {@link java.util.concurrent.CompletionException} and the like are judged by their cause.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class HttpClassifier implements Classifier {

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int INTERNAL_SERVER_ERROR = 500;
    private static final int BAD_GATEWAY = 502;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int DEEPEST_CAUSE = 8;

    private static final HttpClassifier STANDARD =
            new HttpClassifier(null, false, () -> Time.system().wall());

    private final @Nullable HttpRequest request;
    private final boolean followsRedirects;
    private final Supplier<Instant> wall;

    HttpClassifier(@Nullable HttpRequest request, boolean followsRedirects, Supplier<Instant> wall) {
        this.request = request;
        this.followsRedirects = followsRedirects;
        this.wall = wall;
    }

    /**
     * The classifier for requests that are not known beforehand, to be named when a guard is built. Whether a request is
     * idempotent is seen in its answer. Where there is none, because of an error, the retry's own word decides: every
     * request may be repeated unless the retry is {@code nonIdempotent()}.
     *
     * @return always the same object
     */
    public static HttpClassifier standard() {
        return STANDARD;
    }

    /**
     * The classifier for one request, to be used as {@code guard.judgedBy(HttpClassifier.of(request, client))}.
     * {@link GuardedHttpClient} does so by itself.
     *
     * @param request the request
     * @param client who sends it: where it follows redirects, a failure to connect may be that of a later hop, so it
     *     does not prove that nothing was sent
     * @return a new classifier
     */
    public static HttpClassifier of(HttpRequest request, HttpClient client) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(client, "client");
        return new HttpClassifier(request, followsRedirects(client), STANDARD.wall);
    }

    static boolean followsRedirects(HttpClient client) {
        return client.followRedirects() != HttpClient.Redirect.NEVER;
    }

    @Override
    public Judgement judge(Outcome outcome) {
        Throwable error = outcome.error();
        Judgement judgement = error == null ? judgeValue(outcome.value()) : judgeError(opened(error));
        HttpRequest asked = request != null ? request : askedFor(outcome.value());
        return asked == null || Idempotence.of(asked)
                ? judgement
                : Idempotence.limited(judgement, followsRedirects || mayBeOfTheReader(error, judgement));
    }

    /**
     * Whether what reads the answer may have failed, after the request was sent: a body handler that another guard refuses,
     * or that cannot connect to somebody else. The client passes that on as if it were its own.
     */
    private static boolean mayBeOfTheReader(@Nullable Throwable error, Judgement judgement) {
        return judgement.verdict() == Verdict.IGNORED || error instanceof UncheckedIOException;
    }

    @Override
    public boolean allowsHedges() {
        return request == null || Idempotence.of(request);
    }

    /** What was sent first: a redirect may have made a GET of a POST. */
    private static @Nullable HttpRequest askedFor(@Nullable Object value) {
        if (!(value instanceof HttpResponse<?> last)) {
            return null;
        }
        HttpResponse<?> first = last;
        Optional<? extends HttpResponse<?>> earlier = first.previousResponse();
        while (earlier.isPresent()) {
            first = earlier.get();
            earlier = first.previousResponse();
        }
        return first.request();
    }

    private Judgement judgeValue(@Nullable Object value) {
        if (!(value instanceof HttpResponse<?> response)) {
            return Judgement.SUCCESS;
        }
        Judgement judgement = judgeStatus(response.statusCode());
        Judgement hinted = judgement.verdict().isBad()
                ? RetryAfter.in(response.headers(), wall)
                        .map(judgement::withRetryAfter)
                        .orElse(judgement)
                : judgement;
        return Pushback.obeyed(hinted, response.headers());
    }

    private static Judgement judgeStatus(int status) {
        return switch (status) {
            case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> Judgement.OVERLOAD;
            case REQUEST_TIMEOUT, TOO_EARLY, INTERNAL_SERVER_ERROR, BAD_GATEWAY, GATEWAY_TIMEOUT -> Judgement.TRANSIENT;
            default -> judgeClass(status / 100);
        };
    }

    /** RFC 9110, section 15: a number outside of 100 to 599 is to be treated as a server error. */
    private static Judgement judgeClass(int hundreds) {
        return switch (hundreds) {
            case 1, 2, 3 -> Judgement.SUCCESS;
            case 4 -> Judgement.CALLERS_MISTAKE;
            default -> Judgement.FAILURE;
        };
    }

    private static Judgement judgeError(Throwable error) {
        if (error instanceof HttpRefusedException refused) {
            return Classifier.standard().judge(Outcome.threw(refused.getCause()));
        }
        if (error instanceof HttpConnectTimeoutException || error instanceof UnresolvedAddressException) {
            return Judgement.UNSENT;
        }
        return isDistrust(error) ? Judgement.FAILURE : Classifier.standard().judge(Outcome.threw(error));
    }

    /** A handshake that failed for what was said in it will fail again; one that was cut off may not. */
    private static boolean isDistrust(Throwable error) {
        boolean handshake = error instanceof SSLHandshakeException || error instanceof SSLPeerUnverifiedException;
        int depth = 0;
        for (Throwable each = error; handshake && each != null && depth < DEEPEST_CAUSE; each = each.getCause()) {
            if (each instanceof EOFException || each instanceof SocketException) {
                return false;
            }
            depth++;
        }
        return handshake;
    }

    /** The core's classifier opens the same wrappers; here it must be done to see what is inside. */
    private static Throwable opened(Throwable error) {
        boolean wrapper = error instanceof CompletionException
                || error instanceof ExecutionException
                || error instanceof UncheckedIOException;
        Throwable cause = error.getCause();
        return wrapper && cause != null ? cause : error;
    }
}
