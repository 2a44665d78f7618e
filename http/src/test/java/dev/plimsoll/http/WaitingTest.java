package dev.plimsoll.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Timeouts and interruptions, against servers that say nothing. */
final class WaitingTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private static Throwable failure(Guard guard, HttpRequest request) {
        return failure(GuardedHttpClient.of(CLIENT, guard), request, BodyHandlers.ofString());
    }

    private static Throwable failure(GuardedHttpClient http, HttpRequest request, BodyHandler<String> handler) {
        return catchThrowable(() -> http.send(request, handler));
    }

    private static HttpRequest get(RawServer server) {
        return HttpRequest.newBuilder(server.uri()).build();
    }

    /** By a clock that stands still until then: the request's own limit is a real hour later, and never the first. */
    @Test
    @DisplayName("TO-1 CA-2 the guard's timeout is an HttpTimeoutException with the guard's own as its cause")
    void timeout_ofTheGuard_isAnHttpTimeout() throws Exception {
        VirtualTime time = VirtualTime.create();
        try (Guards standing = Guards.create(g -> g.time(time).logging(false));
                RawServer server = RawServer.silent()) {
            Caller caller = new Caller(
                    standing.guard("prices", g -> g.attemptTimeout(ofHours(1))), get(server), BodyHandlers.ofString());
            Rendezvous.await(() -> server.requests.get() == 1, "the request has arrived");
            time.advance(ofHours(1));
            Throwable thrown = caller.thrown();
            assertThat(thrown)
                    .isExactlyInstanceOf(HttpTimeoutException.class)
                    .hasMessageStartingWith("GET http://")
                    .hasMessageNotContaining("secret")
                    .hasCauseInstanceOf(TimeoutExceededException.class);
            assertThat(thrown.getCause()).extracting("limit").isEqualTo(TimeoutExceededException.Limit.ATTEMPT);
            assertThat(caller.flag).isFalse();
        }
    }

    /** By a clock that stands still until a request has arrived: however slow the machine is, the timeout comes after it. */
    @Test
    @DisplayName("RT-2 a GET that is not answered is sent again, and the total time ends it all")
    void timeout_ofTheGuard_isRetried() throws Exception {
        VirtualTime time = VirtualTime.create();
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        try (Guards slow = Guards.create(g -> g.time(time).logging(false));
                RawServer server = RawServer.silent()) {
            Guard guard = slow.guard(
                    "prices",
                    g -> g.attemptTimeout(ofHours(1))
                            .totalTimeout(ofMinutes(150))
                            .retry(Retry.immediate().maxAttempts(9))
                            .observer(events::add));
            Thread caller = new Thread(() -> thrown.set(failure(guard, get(server))));
            caller.setDaemon(true);
            caller.start();
            for (int sent = 1; sent <= 3; sent++) {
                int so = sent;
                Rendezvous.await(() -> server.requests.get() == so, "the server has seen request " + so);
                time.advance(ofMinutes(sent < 3 ? 60 : 30));
            }
            Rendezvous.join(caller);
            assertThat(server.requests).hasValue(3);
        }
        assertThat(thrown.get()).isInstanceOf(HttpTimeoutException.class);
        assertThat(Objects.requireNonNull(thrown.get()).getCause())
                .extracting("limit")
                .isEqualTo(TimeoutExceededException.Limit.TOTAL);
        assertThat(events)
                .filteredOn(Event.AttemptEnded.class::isInstance)
                .extracting(event -> ((Event.AttemptEnded) event).elapsedNanos())
                .containsExactly(
                        ofHours(1).toNanos(),
                        ofHours(1).toNanos(),
                        ofMinutes(30).toNanos());
    }

    @Test
    @DisplayName("TO-1 a body that stalls is ended too")
    void timeout_duringTheBody_endsTheCall() throws Exception {
        VirtualTime time = VirtualTime.create();
        CountDownLatch head = new CountDownLatch(1);
        try (Guards standing = Guards.create(g -> g.time(time).logging(false));
                RawServer server = RawServer.stalling()) {
            Caller caller =
                    new Caller(standing.guard("prices", g -> g.attemptTimeout(ofHours(1))), get(server), answer -> {
                        head.countDown();
                        return BodySubscribers.ofString(StandardCharsets.UTF_8);
                    });
            Rendezvous.await(head);
            time.advance(ofHours(1));
            assertThat(caller.thrown())
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasCauseInstanceOf(TimeoutExceededException.class);
        }
    }

    @Test
    @DisplayName("The request's own shorter timeout is the client's own exception")
    void timeout_ofTheRequest_isTheClientsOwn() throws Exception {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(20)));
        try (RawServer server = RawServer.silent()) {
            HttpRequest quick =
                    HttpRequest.newBuilder(server.uri()).timeout(ofMillis(100)).build();
            assertThat(failure(
                            guard, quick)) // of a subclass, and with a cause, where the machine was too slow to connect
                    .isInstanceOf(HttpTimeoutException.class)
                    .matches(thrown -> !(thrown.getCause() instanceof TimeoutExceededException), "not the guard's");
        }
    }

    @Test
    @DisplayName("TO-1 without interrupts the request's own timeout ends the wait for an answer")
    void timeout_withoutInterrupt_endsTheRequest() throws Exception {
        VirtualTime time = VirtualTime.create();
        HttpClient late = new ScriptedClient(request -> {
            time.advance(ofMillis(200)); // the guard's time is up before the request's own begins
            return CLIENT.send(request, BodyHandlers.ofString());
        });
        try (Guards standing = Guards.create(g -> g.time(time).logging(false));
                RawServer server = RawServer.silent()) {
            Guard guard = standing.guard(
                    "prices", g -> g.attemptTimeout(ofMillis(200)).withoutInterrupt());
            assertThat(failure(GuardedHttpClient.of(late, guard), get(server), BodyHandlers.ofString()))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasCauseInstanceOf(TimeoutExceededException.class);
        }
    }

    @Test
    @DisplayName("CB-13 an interrupt while sending is an InterruptedException with a clear flag, and no evidence")
    void interrupt_whileSending_isThrown() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1))
                        .retry(Retry.immediate().maxAttempts(3)));
        try (RawServer server = RawServer.silent()) {
            Caller it = new Caller(guard, get(server), BodyHandlers.ofString());
            Rendezvous.await(() -> server.requests.get() == 1, "the request has arrived");
            assertThat(it.thrownAfterInterrupt()).isExactlyInstanceOf(InterruptedException.class);
            assertThat(it.flag).isFalse();
            assertThat(server.requests).hasValue(1);
            assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName(
            "CA-2 an interrupt between two attempts is an InterruptedException with a clear flag, as in the client")
    void interrupt_betweenAttempts_isThrown() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.retry(Retry.fixed(ofSeconds(60)).cap(ofSeconds(60))).observer(events::add));
        try (LoopbackServer server = LoopbackServer.answering(500)) {
            Caller it = new Caller(
                    guard, HttpRequest.newBuilder(server.uri("/?secret")).build(), BodyHandlers.ofString());
            Rendezvous.await(() -> events.stream().anyMatch(Event.RetryScheduled.class::isInstance), "a retry is due");
            Throwable thrown = it.thrownAfterInterrupt();
            assertThat(thrown)
                    .isExactlyInstanceOf(InterruptedException.class)
                    .hasCauseInstanceOf(CallInterruptedException.class)
                    .hasMessageNotContaining("secret");
            assertThat(it.flag).isFalse();
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    /** A call on a thread of its own. */
    private static final class Caller {

        final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        final AtomicBoolean flag = new AtomicBoolean();
        final Thread thread;

        Caller(Guard guard, HttpRequest request, BodyHandler<String> handler) {
            thread = new Thread(() -> {
                thrown.set(failure(GuardedHttpClient.of(CLIENT, guard), request, handler));
                flag.set(Thread.currentThread().isInterrupted());
            });
            thread.setDaemon(true);
            thread.start();
        }

        Throwable thrownAfterInterrupt() {
            Rendezvous.parked(thread);
            thread.interrupt();
            return thrown();
        }

        Throwable thrown() {
            Rendezvous.join(thread);
            return Objects.requireNonNull(thrown.get(), "it returned");
        }
    }
}
