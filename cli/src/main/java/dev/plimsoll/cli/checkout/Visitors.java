package dev.plimsoll.cli.checkout;

import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The HTTP client of everybody who visits the shop. A thousand may wait for an answer at once on two threads. */
final class Visitors implements AutoCloseable {
    private static final int THREADS = 2;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Daemon.named("visitors"));
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .build();

    HttpClient client() {
        return client;
    }

    /** Answers that come later are lost. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
