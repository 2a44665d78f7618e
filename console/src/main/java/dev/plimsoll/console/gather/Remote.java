package dev.plimsoll.console.gather;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The console of another process, over HTTP. Follows no redirection, so the token is seen by nobody else.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Remote {

    private static final Duration TO_CONNECT = Duration.ofSeconds(3);
    private static final Duration TO_ANSWER = Duration.ofSeconds(5);
    private static final int LARGEST = 4 << 20;
    private static final int MOST_CAUSES = 5;
    private static final String ENDED = "the connection has ended";

    private final HttpClient client;
    private final Address address;
    private final @Nullable String token;

    Remote(HttpClient client, Address address, @Nullable String token) {
        this.client = client;
        this.address = address;
        this.token = token;
    }

    /** A client that several may share. */
    static HttpClient newClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TO_CONNECT)
                .build();
    }

    /** Whether a token is shown. */
    boolean showsToken() {
        return token != null;
    }

    /**
     * Opens the stream. Has no time limit of its own, for some JDKs would apply it to the stream as well: whoever waits is
     * interrupted.
     *
     * @param lastId of the last entry that is known; empty for none
     */
    HttpResponse<InputStream> open(String lastId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(address.at("events")).header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** Asks for a dependency from near. */
    Forwarded detail(String dependency) throws IOException, InterruptedException {
        return send(request(pathOf(dependency)));
    }

    /** Orders something to be done. */
    Forwarded steer(String dependency, String deed, String order) throws IOException, InterruptedException {
        URI path = URI.create(pathOf(dependency) + "/" + encoded(deed));
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(order, StandardCharsets.UTF_8)));
    }

    private URI pathOf(String dependency) {
        return address.at("api/dependencies/" + encoded(dependency));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    /** The time limit is for the beginning of the answer; whoever waits for a body that does not come is interrupted. */
    private Forwarded send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            HttpResponse<byte[]> answer =
                    client.send(request.timeout(TO_ANSWER).build(), head -> new BoundedBody(LARGEST));
            return new Forwarded(answer.statusCode(), type(answer), answer.body());
        } catch (IOException e) {
            throw new IOException(words(e), e);
        }
    }

    /** The media type of an answer; empty when it does not say. */
    static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    /** Why nothing came, in a few words. */
    static String words(IOException error) {
        if (error instanceof HttpConnectTimeoutException) {
            return "no connection within " + TO_CONNECT.toSeconds() + " s";
        }
        if (error instanceof HttpTimeoutException) {
            return "no answer within " + TO_ANSWER.toSeconds() + " s";
        }
        Throwable cause = error;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof UnresolvedAddressException) {
                return "unknown host";
            }
            if (cause instanceof EOFException) {
                return ENDED;
            }
            cause = cause.getCause();
        }
        String message = error.getMessage();
        if (error instanceof ConnectException && (message == null || message.contains("refused"))) {
            return "connection refused";
        }
        return message == null || message.isBlank()
                ? ENDED
                : message.lines().findFirst().orElse(ENDED);
    }
}
