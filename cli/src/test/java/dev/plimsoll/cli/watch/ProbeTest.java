package dev.plimsoll.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CB-13: a watch says of an answer what it means to the breaker. */
final class ProbeTest {
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard guard = guards.guard("watched", g -> g.circuitBreaker(b -> b.consecutiveFailures(3)));
    private @Nullable HttpServer server;
    private volatile int status;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            if (status == 401) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"planted\"");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        running().stop(0);
        guards.close();
    }

    private HttpServer running() {
        return Objects.requireNonNull(server);
    }

    private Tried asked(int answer) throws InterruptedException {
        status = answer;
        InetSocketAddress where = running().getAddress();
        return asking(where.getAddress(), where.getPort()).ask();
    }

    private Probe asking(InetAddress host, int port) {
        return new Probe(guard, URI.create("http://" + host.getHostAddress() + ":" + port));
    }

    private BreakerState state() {
        return Objects.requireNonNull(guard.circuitBreaker()).state();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 410, 418, 422, 451})
    @DisplayName("CB-13 the caller's mistake is ok, with a reason, and never opens the circuit")
    void callersMistake_isOkAndSaysSo(int answer) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            assertThat(asked(answer)).isEqualTo(new Tried(Result.OK, "HTTP " + answer + " (the caller's mistake)"));
        }
        assertThat(state()).isEqualTo(BreakerState.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504})
    @DisplayName("CB-13 what speaks against the service fails, and opens the circuit")
    void failure_opens(int answer) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertThat(asked(answer)).isEqualTo(new Tried(Result.FAILED, "HTTP " + answer));
        }
        assertThat(state()).isEqualTo(BreakerState.OPEN);
        assertThat(asked(200).result()).isEqualTo(Result.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"200,", "204,", "304,HTTP 304", "300,HTTP 300"})
    @DisplayName("CB-13 a good answer needs no reason, one that leads elsewhere has its number")
    void goodAnswer_isOk(int answer, @Nullable String reason) throws InterruptedException {
        assertThat(asked(answer)).isEqualTo(new Tried(Result.OK, reason));
    }

    /** Answers one request with this, whatever it asks for. */
    private static void answer(ServerSocket raw, String text) {
        try (Socket client = raw.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("CB-13 what a service answers that speaks no HTTP is a reason that does nothing to the terminal")
    void failure_withControlCharacters_isPlain() throws Exception {
        try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread service =
                    new Thread(() -> answer(raw, "\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\r\n"), "raw-server");
            service.setDaemon(true);
            service.start();
            Tried tried = asking(raw.getInetAddress(), raw.getLocalPort()).ask();
            assertThat(tried.result()).isEqualTo(Result.FAILED);
            assertThat(tried.reason()).contains("owned").doesNotContainPattern("\\p{Cntrl}|\\p{Cc}");
        }
    }

    @Test
    @DisplayName("CB-13 the caller's mistake ends a row of failures, as the word ok says")
    void callersMistake_endsARowOfFailures() throws InterruptedException {
        for (int answer : new int[] {500, 500, 404, 500, 500}) {
            assertThat(asked(answer).result()).isEqualTo(answer == 404 ? Result.OK : Result.FAILED);
        }
        assertThat(state()).isEqualTo(BreakerState.CLOSED);
    }
}
