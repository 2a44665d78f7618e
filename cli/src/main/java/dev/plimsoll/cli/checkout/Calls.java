package dev.plimsoll.cli.checkout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.OptionalLong;

/**
 * How the checkout server calls a service behind it, on its own thread, which blocks until there is an answer. This is
 * the one thing that differs between the two runs.
 *
 * <p><b>Threading:</b> called by all threads of the checkout server at once.
 */
interface Calls extends AutoCloseable {

    /**
     * Calls a service.
     *
     * @return its status
     * @throws IOException when there was no answer
     * @throws InterruptedException when the server is being stopped
     */
    int call(Dependency dependency, URI uri) throws IOException, InterruptedException;

    /**
     * How long after an instant payment's circuit breaker first opened.
     *
     * @param since an instant of the precise clock
     * @return nanoseconds; empty when it did not open since, or when there is none
     */
    default OptionalLong openedAfter(long since) {
        return OptionalLong.empty();
    }

    /** Ends what was made for the calls; to be used when the servers have stopped. */
    @Override
    default void close() {}

    /** Without any guard: the call waits for as long as the service takes. */
    static Calls unguarded(HttpClient client) {
        return (dependency, uri) ->
                client.send(request(uri), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    /** What is sent, the same in both runs. */
    static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).build();
    }
}
