package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The flaky service in a process of its own, which is told to end while it works. */
final class FlakyDrainTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    @DisplayName("DR-1 after SIGTERM the work under way is finished, new work is refused, and the process ends")
    void sigterm_finishesWhatIsUnderWay_andRefusesTheRest() throws Exception {
        try (Program flaky = Program.start("flaky", "--port", "0", "--json")) {
            String server = server(flaky);
            Program.send("POST", server + "/slow?ms=10000");
            assertThat(ask(server + "/ready").statusCode()).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> slow = client.sendAsync(request(server), BodyHandlers.ofString());
            awaitArrival(server);

            flaky.terminate();
            flaky.line(1, "{\"draining\":{\"under_way\":1,\"timeout_ms\":30000}}");
            HttpResponse<String> refused = ask(server);
            HttpResponse<String> readiness = ask(server + "/ready");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("flaky: refused by the drain, the service is going down");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 30L);
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body()).isEqualTo("{\"ready\":false}\n");
            assertThat(Rendezvous.get(slow).body()).isEqualTo("{\"status\":\"ok\",\"request\":1}\n");
            assertThat(flaky.exit()).isEqualTo(143);
            assertThat(flaky.line(1, "\"drained\""))
                    .startsWith("{\"drained\":{\"finished\":1,\"cut_off\":0,\"cut_off_labels\":[],\"refused\":1,");
            assertThat(flaky.lines()).endsWith("{\"stopped\":{\"requests\":1,\"ok\":1,\"failed\":0}}");
        }
    }

    @Test
    @DisplayName("DR-1 after SIGTERM work that takes longer than the drain may is cut off, counted and named")
    void sigterm_cutsOffWhatTakesTooLong() throws Exception {
        try (Program flaky = Program.start("flaky", "--port", "0", "--drain-timeout", "500ms")) {
            String server = flaky.line(1, "http://").replaceFirst("^.*(http://[0-9.:]+).*$", "$1");
            Program.send("POST", server + "/slow?ms=3600000");
            CompletableFuture<HttpResponse<String>> slow = client.sendAsync(request(server), BodyHandlers.ofString());
            awaitArrival(server);

            assertThat(flaky.stop()).isEqualTo(143);
            assertThatThrownBy(() -> Rendezvous.get(slow))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(flaky.lines())
                    .contains("Going down: 1 under way, 500ms at most (kill -9 ends it at once).")
                    .endsWith("Stopped: 1 requests, 0 ok, 0 failed.")
                    .anyMatch(
                            line -> line.matches("Drained in \\d+(ms|s): 0 finished, 0 refused, 1 cut off: GET /\\."));
        }
    }

    private static String server(Program flaky) {
        return Parsed.of(flaky.line(1, "server")).text("server");
    }

    private static void awaitArrival(String server) {
        Rendezvous.await(() -> requests(server) == 1, "the slow request has arrived");
    }

    private static double requests(String server) {
        try {
            return Parsed.of(Program.send("GET", server + "/stats")).number("requests");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> ask(String url) throws IOException, InterruptedException {
        return client.send(request(url), BodyHandlers.ofString());
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url.matches("http://[^/]+") ? url + "/" : url))
                .build();
    }
}
