package dev.plimsoll.http.servlet;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.http.Inbound;
import dev.plimsoll.http.InboundEdge;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter with a drain, and asynchronous requests, in a real container. */
final class DrainedFilterTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Drain drain = Drain.create("orders", ofSeconds(3_599));
    private final InboundEdge edge = InboundEdge.create("orders");
    private final InboundFilter filter = InboundFilter.of(edge).drainedBy(drain);
    private final List<Long> inFlightAgain = new CopyOnWriteArrayList<>();
    private final CountDownLatch within = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private CompletableFuture<HttpResponse<String>> ask(ServletServer server, String path) {
        HttpRequest request = HttpRequest.newBuilder(server.uri(path))
                .header("X-Deadline-Remaining", "1H")
                .header("X-Attempt", "1;edge")
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    @Test
    @DisplayName("DR-1 while draining, what is under way ends well and what comes is answered 503 with Retry-After")
    void drainingService_refusesAndWaits() throws Exception {
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    within.countDown();
                    Rendezvous.await(goOn);
                    response.getWriter().write("done");
                },
                filter)) {
            CompletableFuture<HttpResponse<String>> underWay = ask(server, "/first");
            Rendezvous.await(within);
            drain.start();
            HttpResponse<String> refused = Rendezvous.get(ask(server, "/second"));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(Long.parseLong(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1L, 3_599L);
            assertThat(refused.body()).contains("\"gate\":\"drain\"", "\"reason\":\"DRAINING\"");
            assertThat(drain.inFlight()).isEqualTo(1);
            goOn.countDown();
            assertThat(Rendezvous.get(underWay).body()).isEqualTo("done");
            assertThat(drain.await().drained()).isEqualTo(1);
            assertThat(edge.counts().received()).isEqualTo(1);
        }
    }

    /** Ends a request in the way that its path names. */
    private void end(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getRequestURI()) {
            case "/sent" -> response.sendError(418);
            case "/async" -> request.startAsync().complete();
            case "/again" -> {
                AsyncContext context = request.startAsync();
                if (request.getDispatcherType() == DispatcherType.ASYNC) {
                    inFlightAgain.add(drain.inFlight());
                    context.complete();
                } else {
                    context.dispatch();
                }
            }
            case "/async-thrown" -> {
                AsyncContext unused = request.startAsync();
                throw new IllegalStateException("as asked");
            }
            // Long enough for the container to have let go of the request by then.
            case "/async-late" -> request.startAsync().setTimeout(100);
            case "/error" -> throw new AssertionError("as asked");
            default -> throw new IllegalStateException("as asked");
        }
    }

    /** Keeps what is thrown from the container, where that does not have to end the request. */
    private static void outside(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (IllegalStateException | AssertionError asked) {
            if (request.isAsyncStarted()) {
                throw asked;
            }
            response.getWriter().write("outside");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/sent, 418",
        "/async, 200",
        "/again, 200",
        "/async-thrown, 500",
        "/async-late, 500",
        "/error, 200",
        "/thrown, 200",
    })
    @DisplayName("T-46 DR-1 whatever way a request ends, its unit ends, and not before")
    void unit_endsWithItsRequest(String path, int status) throws Exception {
        try (ServletServer server = new ServletServer(this::end, DrainedFilterTest::outside, filter)) {
            assertThat(Rendezvous.get(ask(server, path)).statusCode()).isEqualTo(status);
            Rendezvous.await(() -> drain.inFlight() == 0, "the unit of " + path + " has ended");
            assertThat(edge.counts().received()).isEqualTo(1);
            assertThat(inFlightAgain).isEqualTo(path.equals("/again") ? List.of(1L) : List.of());
            drain.start();
            assertThat(drain.isStopped()).isTrue();
        }
    }

    @Test
    @DisplayName("T-46 DR-1 a request that the edge refuses is no unit any more")
    void unit_ofARefusedRequest_ends() throws Exception {
        try (ServletServer server = new ServletServer(this::end, filter)) {
            HttpRequest late = HttpRequest.newBuilder(server.uri("/"))
                    .header("grpc-timeout", "0n")
                    .build();
            assertThat(Rendezvous.get(client.sendAsync(late, BodyHandlers.ofString()))
                            .statusCode())
                    .isEqualTo(503);
            Rendezvous.await(() -> drain.inFlight() == 0, "the unit has ended");
        }
    }

    @Test
    @DisplayName("DR-1 DL-1 an asynchronous request is a unit until it is complete; its deadline can be taken along")
    void asynchronousRequest_isAUnitUntilItIsComplete() throws Exception {
        List<AsyncContext> contexts = new CopyOnWriteArrayList<>();
        List<Inbound> taken = new CopyOnWriteArrayList<>();
        List<Duration> left = new CopyOnWriteArrayList<>();
        List<Boolean> marks = new CopyOnWriteArrayList<>();
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    left.add(Deadline.current().remaining());
                    marks.add(RetryMark.isAtEdge());
                    if (request.getDispatcherType() == DispatcherType.ASYNC) {
                        response.getWriter().write("dispatched");
                        return;
                    }
                    taken.add(InboundFilter.inbound(request).orElseThrow());
                    contexts.add(request.startAsync());
                    contexts.get(0).setTimeout(0);
                    within.countDown();
                },
                filter)) {
            CompletableFuture<HttpResponse<String>> answer = ask(server, "/");
            Rendezvous.await(within);
            taken.get(0).run(() -> left.add(Deadline.current().remaining()));
            drain.start();
            assertThat(drain.isStopped()).isFalse();
            assertThat(drain.inFlight()).isEqualTo(1);
            contexts.get(0).dispatch();
            assertThat(Rendezvous.get(answer).body()).isEqualTo("dispatched");
            assertThat(drain.await().drained()).isEqualTo(1);
        }
        assertThat(left).hasSize(3).allSatisfy(each -> assertThat(each).isBetween(ofMinutes(30), ofHours(1)));
        assertThat(marks).containsExactly(true, true);
    }
}
