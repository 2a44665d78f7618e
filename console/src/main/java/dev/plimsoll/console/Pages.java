package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The open pages of one feed, and the server that they come to.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Each open page takes one of the server's.
 */
final class Pages {

    private static final int REQUEST_THREADS = 8;

    private final HttpServer server;
    private final Requests requests;
    private final Feed feed;
    private final int most;
    private final List<Stream> streams = new CopyOnWriteArrayList<>();

    /**
     * Listens already, and answers nobody yet.
     *
     * @param most how many pages may be open at once
     * @throws IOException when it cannot listen there
     */
    Pages(InetSocketAddress where, int most, Feed feed) throws IOException {
        this.server = HttpServer.create(where, 0);
        this.requests = new Requests(most + REQUEST_THREADS);
        this.feed = feed;
        this.most = most;
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    /** Begins to answer. */
    void open(HttpHandler site) {
        server.createContext("/", site);
        server.setExecutor(requests);
        server.start();
    }

    /** Whether anybody looks. */
    boolean areOpen() {
        return !streams.isEmpty();
    }

    /**
     * Serves one page until it goes.
     *
     * @param run identifies who feeds it
     * @param hello what it is told first, JSON
     * @param before what to do when there is room for it, before anything is sent
     */
    void stream(HttpExchange exchange, String run, Supplier<String> hello, Runnable before)
            throws IOException, InterruptedException {
        Stream stream = new Stream(exchange, feed, run, hello.get());
        streams.add(stream);
        requests.takesItsTime();
        try {
            if (streams.size() > most) {
                Answers.problem(exchange, 503, "Too many pages", List.of("at most " + most + " pages may be open"));
                return;
            }
            before.run();
            stream.run();
        } finally {
            streams.remove(stream);
        }
    }

    /** Cuts off who does not read, or does not say what it wants; called once per second. */
    void cutSlow() {
        streams.stream().filter(Stream::isStuck).forEach(Stream::cut);
        requests.cutSlow();
    }

    /** Ends all pages, also those that do not read, and stops listening. */
    void close() {
        server.stop(0);
        requests.shutdownNow();
    }
}
