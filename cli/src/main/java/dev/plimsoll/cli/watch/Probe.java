package dev.plimsoll.cli.watch;

import dev.plimsoll.Guard;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.cli.terminal.Line;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.http.HttpClassifier;
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
 * Asks a URL once, through a guard, and says of the answer what it means to the circuit breaker: what the breaker takes
 * for good is ok, with its status as the reason where that is not 2xx.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Probe {
    private static final int MOST_CAUSES = 10;

    private final URI uri;
    private final GuardedHttpClient http;
    private final HttpRequest request;

    Probe(Guard guard, URI uri) {
        this.uri = uri;
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        this.http = GuardedHttpClient.of(client, guard);
        this.request = HttpRequest.newBuilder(uri).GET().build();
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    Tried ask() throws InterruptedException {
        try {
            return tried(http.send(request, BodyHandlers.discarding()));
        } catch (HttpRefusedException e) {
            return new Tried(Result.REFUSED, e.getCause().detail());
        } catch (IOException e) {
            return new Tried(Result.FAILED, reason(e));
        }
    }

    /** By the classifier that the guarded client has, so that word and breaker never contradict each other. */
    private static Tried tried(HttpResponse<?> answer) {
        Judgement judgement = HttpClassifier.standard().judge(Outcome.returned(answer));
        int status = answer.statusCode();
        if (judgement.verdict().isBad()) {
            return new Tried(Result.FAILED, "HTTP " + status);
        }
        if (judgement.equals(Judgement.CALLERS_MISTAKE)) {
            return new Tried(Result.OK, "HTTP " + status + " (the caller's mistake)");
        }
        return new Tried(Result.OK, status / 100 == 2 ? null : "HTTP " + status);
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

    /** The message of the error, or else the first among its causes; on one line, for it may have what the other side said. */
    private static @Nullable String message(Throwable error) {
        Throwable cause = error;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                return Line.plain(message);
            }
            cause = cause.getCause();
        }
        return null;
    }
}
