package dev.plimsoll.http.servlet;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.http.InboundCounts;
import dev.plimsoll.http.InboundEdge;
import dev.plimsoll.time.VirtualTime;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The filter in a real container, asked by the JDK's client. */
final class InboundFilterTest {

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final HttpClient client = HttpClient.newHttpClient();
    private final InboundEdge edge = InboundEdge.create("orders");
    private final InboundFilter filter = InboundFilter.of(edge);

    @AfterEach
    void close() {
        guards.close();
    }

    private HttpResponse<String> get(ServletServer server, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/orders/7;secret=1?token=2"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String relayed(GuardedHttpClient http, HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    @DisplayName("DL-1 DL-2 a deadline travels two hops, and each boundary keeps a reserve")
    void deadline_travelsTwoHops() throws Exception {
        List<Hop> hops = new CopyOnWriteArrayList<>();
        Guard toB = guards.guard("b", g -> g.attemptTimeout(ofHours(1)));
        GuardedHttpClient http = GuardedHttpClient.of(client, toB);
        ServletServer.Handler atB = (request, response) -> {
            hops.add(Hop.of(request));
            response.getWriter().write("b was here");
        };
        try (ServletServer b = new ServletServer(atB, InboundFilter.of(InboundEdge.create("b")));
                ServletServer a = new ServletServer(
                        (request, response) -> {
                            hops.add(Hop.of(request));
                            HttpRequest next =
                                    HttpRequest.newBuilder(b.uri("/")).build();
                            response.getWriter().write(relayed(http, next));
                        },
                        InboundFilter.of(InboundEdge.create("a")))) {
            Guard toA = guards.guard("a", g -> g.totalTimeout(ofSeconds(60)));
            HttpRequest first = HttpRequest.newBuilder(a.uri("/")).build();
            assertThat(relayed(GuardedHttpClient.of(client, toA), first)).isEqualTo("b was here");
        }
        Duration reserve = ofMillis(100);
        Hop atA = hops.get(0);
        Hop last = hops.get(1);
        assertThat(atA.told()).isBetween(ofSeconds(20), ofSeconds(60).minus(reserve));
        assertThat(atA.left()).isBetween(ofSeconds(20), atA.told());
        assertThat(last.told()).isBetween(ofSeconds(20), atA.left().minus(reserve));
        assertThat(last.left()).isBetween(ofSeconds(20), last.told());
    }

    /** What a service was told of the deadline, and what it finds in force. */
    private record Hop(Duration told, Duration left) {
        static Hop of(HttpServletRequest request) {
            String header = request.getHeader("X-Deadline-Remaining");
            assertThat(header).endsWith("u");
            assertThat(Instant.parse(request.getHeader("X-Deadline"))).isAfter(Instant.EPOCH);
            long micros = Long.parseLong(header.substring(0, header.length() - 1));
            return new Hop(Duration.ofNanos(1_000 * micros), Deadline.current().remaining());
        }
    }

    @Test
    @DisplayName("DL-1 a request whose time is up is answered 503 before any work")
    void request_thatIsTooLate_isRefusedWithoutWork() throws Exception {
        AtomicInteger works = new AtomicInteger();
        try (ServletServer server = new ServletServer((request, response) -> works.incrementAndGet(), filter)) {
            HttpResponse<String> answer = get(server, "X-Deadline-Remaining", "0m");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
            assertThat(answer.body())
                    .isEqualTo("{\"type\":\"urn:problem-type:plimsoll:refused\",\"title\":\"Refused, and not begun\","
                            + "\"detail\":\"orders: refused by the deadline, its sender's time was up\","
                            + "\"dependency\":\"orders\",\"gate\":\"deadline\",\"reason\":\"DEADLINE_EXPIRED\","
                            + "\"status\":503}");
            assertThat(works).hasValue(0);
            assertThat(get(server, "X-Deadline-Remaining", "-1m").statusCode()).isEqualTo(200);
            assertThat(works).hasValue(1);
            assertThat(edge.counts().unreadable()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("DL-2 of 1,000 requests that are late by the wall clock alone, 200 are refused; the others run")
    void thousandRequests_lateByTheClockAlone_oneInFiveIsRefused() throws Exception {
        AtomicInteger works = new AtomicInteger();
        AtomicInteger bounded = new AtomicInteger();
        int refused = 0;
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    works.incrementAndGet();
                    bounded.addAndGet(Deadline.current().isNone() ? 0 : 1);
                },
                filter)) {
            for (int i = 0; i < 1_000; i++) {
                refused += get(server, "X-Deadline", "2026-01-01T00:00:00Z").statusCode() == 503 ? 1 : 0;
            }
        }
        assertThat(refused).isEqualTo(200);
        assertThat(works).hasValue(800);
        assertThat(bounded).hasValue(0);
        InboundCounts counts = edge.counts();
        assertThat(List.of(counts.received(), counts.expiredByClock(), counts.excused()))
                .containsExactly(1_000L, 200L, 800L);
    }

    @Test
    @DisplayName("A refusal within is answered 503 with Retry-After, rounded up, and a problem that names who and why")
    void refusal_isAnswered503() throws Exception {
        Guard prices = guards.guard("prices", g -> g.circuitBreaker(b -> b.openFor(ofMillis(86_400_500))));
        Objects.requireNonNull(prices.circuitBreaker()).forceOpen("no \"prices\"\n – today", "ops");
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    response.setHeader("X-Request-Id", "kept");
                    response.setHeader("Cache-Control", "max-age=3600");
                    response.getWriter().write("half an answ");
                    prices.run(() -> {});
                },
                filter)) {
            HttpResponse<String> answer = get(server);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("X-Request-Id")).contains("kept");
            assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
            assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(answer.body())
                    .startsWith("{\"type\":\"urn:problem-type:plimsoll:refused\"")
                    .contains("no \\\"prices\\\"\\u000a \\u2013 today")
                    .endsWith("\"dependency\":\"prices\",\"gate\":\"circuit breaker\",\"reason\":\"CIRCUIT_OPEN\","
                            + "\"status\":503}");
        }
    }

    @Test
    @DisplayName("CB-9 an open circuit behind the service's own client is answered 503, and says when to come back")
    void openCircuit_isAnswered503WithRetryAfter() throws Exception {
        Guard prices = guards.guard(
                "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(ofHours(1))));
        GuardedHttpClient http = GuardedHttpClient.of(client, prices);
        try (ServletServer down = new ServletServer((request, response) -> response.sendError(500));
                ServletServer server = new ServletServer(
                        (request, response) -> {
                            HttpRequest price =
                                    HttpRequest.newBuilder(down.uri("/")).build();
                            response.getWriter().write(relayed(http, price));
                        },
                        filter)) {
            assertThat(get(server).statusCode()).isEqualTo(200);
            HttpResponse<String> answer = get(server);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1L, 3_600L);
            assertThat(answer.body()).contains("\"dependency\":\"prices\"", "\"reason\":\"CIRCUIT_OPEN\"");
        }
    }

    private static void waits(CountDownLatch begun) {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("DL-1 TO-1 what the deadline of a request ends within is answered 504")
    void deadline_thatEndsTheWork_isAnswered504() throws Exception {
        VirtualTime time = VirtualTime.create();
        CountDownLatch begun = new CountDownLatch(1);
        try (Guards standing = Guards.create(g -> g.time(time).logging(false));
                ServletServer server = new ServletServer(
                        (request, response) -> standing.guard("prices", g -> g).run(() -> waits(begun)),
                        InboundFilter.of(InboundEdge.create("orders", time)))) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                    .header("X-Deadline-Remaining", "1H")
                    .build();
            CompletableFuture<HttpResponse<String>> answered = client.sendAsync(request, BodyHandlers.ofString());
            Rendezvous.await(begun);
            time.advance(ofHours(1));
            HttpResponse<String> answer = Rendezvous.get(answered);
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).contains("\"dependency\":\"prices\"", "\"limit\":\"TOTAL\"");
        }
    }

    @Test
    @DisplayName("Retry-After is whole seconds, rounded up; it is absent where nobody knows")
    void retryAfter_isRoundedUp() throws Exception {
        AtomicInteger nanos = new AtomicInteger();
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    throw new Rejection("prices", "gate", Rejection.Reason.BULKHEAD_FULL, "full", nanos.get())
                            .exception(false);
                },
                filter)) {
            for (int[] each : new int[][] {{0, 0}, {1, 1}, {1_000_000_000, 1}, {1_000_000_001, 2}}) {
                nanos.set(each[0]);
                assertThat(get(server).headers().firstValue("Retry-After")).contains(String.valueOf(each[1]));
            }
            nanos.set(-1);
            assertThat(get(server).headers().firstValue("Retry-After")).isEmpty();
        }
    }

    @Test
    @DisplayName("TO-1 a timeout within is answered 504 with a problem, also inside what carries it")
    void timeout_isAnswered504() throws Exception {
        TimeoutExceededException timeout =
                new TimeoutExceededException("prices", TimeoutExceededException.Limit.TOTAL, 5_000_000, false);
        AtomicInteger number = new AtomicInteger();
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    if (number.incrementAndGet() == 1) {
                        throw timeout;
                    }
                    throw new ServletException(new ServletException("wrapped", timeout));
                },
                filter)) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = get(server);
                assertThat(answer.statusCode()).isEqualTo(504);
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(answer.body())
                        .isEqualTo("{\"type\":\"urn:problem-type:plimsoll:timeout\",\"title\":\"Not done in time\","
                                + "\"detail\":\"prices: all attempts together took longer than 5 ms; it may have taken"
                                + " effect\",\"dependency\":\"prices\",\"limit\":\"TOTAL\",\"status\":504}");
            }
        }
    }

    @Test
    @DisplayName("What is not ours passes on, and so does what comes after the answer is committed")
    void exception_ofOthers_passes() throws Exception {
        Rejection rejection = new Rejection("prices", "gate", Rejection.Reason.BULKHEAD_FULL, "full", 0);
        AtomicInteger passed = new AtomicInteger();
        try (ServletServer server = new ServletServer(
                (request, response) -> {
                    if (request.getHeader("X-Commit") == null) {
                        throw new IllegalStateException("theirs", rejection.exception(false));
                    }
                    response.setStatus(202);
                    response.flushBuffer();
                    throw rejection.exception(false);
                },
                (request, response, chain) -> {
                    try {
                        chain.doFilter(request, response);
                    } catch (RuntimeException e) {
                        passed.incrementAndGet();
                    }
                },
                filter)) {
            assertThat(get(server).statusCode()).isEqualTo(200);
            assertThat(passed).hasValue(1);
            assertThat(get(server, "X-Commit", "1").statusCode()).isEqualTo(202);
            assertThat(passed).hasValue(2);
        }
    }
}
