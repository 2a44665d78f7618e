package dev.plimsoll.cli.checkout;

import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP/1.1 client on two threads of its own: a thousand requests may wait for their answers on them. */
final class Client implements AutoCloseable {
    private static final int THREADS = 2;

    private final ExecutorService threads;
    private final HttpClient http;

    Client(String name) {
        threads = Executors.newFixedThreadPool(THREADS, Daemon.named(name));
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
    }

    HttpClient http() {
        return http;
    }

    /** Answers that come later are lost. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
