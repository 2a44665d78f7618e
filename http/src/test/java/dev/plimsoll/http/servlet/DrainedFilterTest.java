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

/** The filter with a drain, and asynchronous requests, in a real container. */
final class DrainedFilterTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Drain drain = Drain.create("orders", ofSeconds(3_599));
    private final InboundEdge edge = InboundEdge.create("orders");
    private final InboundFilter filter = InboundFilter.of(edge).drainedBy(drain);
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

    @Test
    @DisplayName("DR-1 whatever way a request ends, its unit ends")
    void unit_endsWithItsRequest() throws Exception {
        List<Long> again = new CopyOnWriteArrayList<>();
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    switch (request.getRequestURI()) {
                        case "/sent" -> response.sendError(418);
                        case "/async" -> request.startAsync().complete();
                        case "/again" -> {
                            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                                again.add(drain.inFlight());
                                request.startAsync().complete();
                            } else {
                                request.startAsync().dispatch();
                            }
                        }
                        default -> throw new IllegalStateException("as asked");
                    }
                },
                (request, response, chain) -> {
                    try {
                        chain.doFilter(request, response);
                    } catch (IllegalStateException asked) {
                        response.getWriter().write("outside");
                    }
                },
                filter)) {
            for (String path : List.of("/sent", "/async", "/again", "/thrown")) {
                HttpResponse<String> answer = Rendezvous.get(ask(server, path));
                assertThat(answer.statusCode()).as(path).isEqualTo(path.equals("/sent") ? 418 : 200);
                Rendezvous.await(() -> drain.inFlight() == 0, "the unit of " + path + " has ended");
            }
            assertThat(edge.counts().received()).isEqualTo(4);
            assertThat(again).containsExactly(1L);
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
