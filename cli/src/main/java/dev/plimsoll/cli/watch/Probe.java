package dev.plimsoll.cli.watch;

import dev.plimsoll.Guard;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.http.HttpRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a URL once, through a guard. Whoever watches a URL wants its answer, so every status but 2xx is a failure here,
 * that of the caller's own mistake included: a wrong path is no healthy service.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Probe {
    private static final int MOST_CAUSES = 10;
    private static final int TOO_MANY_REQUESTS = 429;

    private final URI uri;
    private final GuardedHttpClient http;
    private final HttpRequest request;

    Probe(Guard guard, URI uri) {
        this.uri = uri;
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        this.http = GuardedHttpClient.of(client, guard).judgedBy(Probe::demanding);
        this.request = HttpRequest.newBuilder(uri).GET().build();
    }

    private static Classifier demanding(Classifier own) {
        return own.judgingResults(HttpResponse.class, Probe::isTakenForGood, Judgement.FAILURE);
    }

    /** The statuses that say nothing against a service but are no answer either: redirects, the caller's mistakes. */
    private static boolean isTakenForGood(HttpResponse<?> answer) {
        int status = answer.statusCode();
        return !isGood(status) && status < 500 && status != TOO_MANY_REQUESTS;
    }

    private static boolean isGood(int status) {
        return status >= 200 && status < 300;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    Tried ask() throws InterruptedException {
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            return isGood(status) ? new Tried(Result.OK, null) : new Tried(Result.FAILED, "HTTP " + status);
        } catch (HttpRefusedException e) {
            return new Tried(Result.REFUSED, e.getCause().detail());
        } catch (IOException e) {
            return new Tried(Result.FAILED, reason(e));
        }
    }

    private String reason(IOException error) {
        if (error instanceof HttpTimeoutException && error.getCause() instanceof TimeoutExceededException limit) {
            return "timeout " + limit.after().toMillis() + " ms";
        }
        if (hasCause(error, UnresolvedAddressException.class)) {
            return "unknown host " + uri.getHost();
        }
        String message = message(error);
        if (error instanceof ConnectException && (message == null || message.contains("refused"))) {
            return "connection refused";
        }
        return message == null ? error.getClass().getSimpleName() : message;
    }

    private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
        Throwable cause = error;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The message of the error, or else the first among its causes; on one line. */
    private static @Nullable String message(Throwable error) {
        Throwable cause = error;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                return message.replaceAll("\\s+", " ").trim();
            }
            cause = cause.getCause();
        }
        return null;
    }
}
