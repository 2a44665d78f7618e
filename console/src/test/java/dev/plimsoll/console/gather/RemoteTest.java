package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Rendezvous;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A console that answers otherwise than consoles do. */
final class RemoteTest {

    private static final int LARGEST = 4 << 20;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Remote remote;

    RemoteTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/dependencies/stalls", this::stall);
        server.createContext("/api/dependencies/all", exchange -> answer(exchange, LARGEST));
        server.createContext("/api/dependencies/more", exchange -> answer(exchange, LARGEST + 1));
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        remote = new Remote(Remote.newClient(), Address.of(address), null);
    }

    @AfterEach
    void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void stall(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
        begun.countDown();
        Rendezvous.await(closed);
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int bytes) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(new byte[bytes]);
        exchange.close();
    }

    @Test
    @DisplayName("Whoever waits for an answer that stops in its midst can be interrupted")
    void stalledBody_canBeLeft() {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread asking = new Thread(() -> {
            try {
                Forwarded unused = remote.detail("stalls");
            } catch (IOException | InterruptedException e) {
                thrown.add(e);
            }
        });
        asking.start();
        Rendezvous.await(begun);
        asking.interrupt();
        Rendezvous.join(asking);
        assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
    }

    @Test
    @DisplayName("An answer of four megabytes is handed on, and a larger one is none")
    void largeBody_isNone() throws Exception {
        assertThat(remote.detail("all").body()).hasSize(LARGEST);
        assertThatThrownBy(() -> remote.detail("more"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it answers with more than 4194304 bytes");
    }
}
