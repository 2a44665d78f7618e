package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.retry.Retry;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events in a recording, and that they cost nothing while there is none. */
@SuppressWarnings("try") // what listens is there to be closed
final class GuardFlightTest {

    private final List<RecordedEvent> recorded = new CopyOnWriteArrayList<>();

    private RecordedEvent only(String name) {
        List<RecordedEvent> all = recorded.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        assertThat(all).as(name).hasSize(1);
        return all.get(0);
    }

    @Test
    @DisplayName("EV-1 refusals, transitions, retries and orphans are in the recording, with their fields")
    void recording_hasTheEvents() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        try (Shop shop = new Shop();
                GuardFlight flight = GuardFlight.start(shop.guards);
                RecordingStream stream = new RecordingStream()) {
            Guard prices = shop.guards.guard(
                    "prices",
                    g -> g.retry(Retry.fixed(ofMillis(100)).maxAttempts(2))
                            .circuitBreaker(b -> b.consecutiveFailures(2).openFor(ofSeconds(30))));
            FlightEvents.ALL.forEach(type -> {
                stream.enable(type);
                stream.onEvent(EventType.getEventType(type).getName(), recorded::add);
            });
            stream.onEvent("plimsoll.Orphan", event -> last.countDown());
            stream.startAsync();
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isFalse();
            new FlightObserver().on(new WorkAbandoned("prices", 3, ofSeconds(10), true)); // takes ten timeouts to come
            Rendezvous.await(last);
        }
        assertThat(only("plimsoll.Retry").getInt("attempt")).isEqualTo(2);
        assertThat(only("plimsoll.Retry").getDuration("pause")).isEqualTo(ofMillis(100));
        assertThat(only("plimsoll.RetryDenied").getString("why")).isEqualTo("attempts_used");
        RecordedEvent opened = only("plimsoll.Transition");
        assertThat(opened.getString("dependency")).isEqualTo("prices");
        assertThat(opened.getString("from")).isEqualTo("closed");
        assertThat(opened.getString("to")).isEqualTo("open");
        assertThat(opened.getString("reason")).contains("2");
        RecordedEvent refused = only("plimsoll.CallRefused");
        assertThat(refused.getString("gate")).isEqualTo("circuit_breaker");
        assertThat(refused.getString("reason")).isEqualTo("circuit_open");
        assertThat(refused.getInt("attempt")).isEqualTo(1);
        assertThat(refused.getDuration("retryAfter")).isEqualTo(ofSeconds(30));
        assertThat(only("plimsoll.Orphan").getBoolean("released")).isTrue();
    }

    @Test
    @DisplayName("EV-2 without a recording nobody listens: a good call allocates what it did before, nothing")
    void flight_withoutRecording_allocatesNothing() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard prices = guards.guard("prices", g -> g.circuitBreaker());
            try (GuardFlight flight = GuardFlight.start(guards)) {
                try (RecordingStream stream = new RecordingStream()) {
                    stream.enable("plimsoll.Retry");
                    stream.startAsync(); // listens, and stops to
                }
                long me = Thread.currentThread().getId();
                long least = Long.MAX_VALUE; // until it is compiled, a call may make what is not needed
                for (int batch = 0; batch < 60 && least > 0; batch++) {
                    long before = threads.getThreadAllocatedBytes(me);
                    for (int i = 0; i < 1_000; i++) {
                        prices.call(() -> 7);
                    }
                    least = Math.min(least, (threads.getThreadAllocatedBytes(me) - before) / 1_000);
                }
                assertThat(least).isZero();
            }
        }
    }

    @Test
    @DisplayName("EV-2 closed, nothing is recorded any more")
    void flight_whenClosed_recordsNothing() throws Exception {
        CountDownLatch last = new CountDownLatch(2);
        try (Shop shop = new Shop();
                RecordingStream stream = new RecordingStream()) {
            FlightEvents.ALL.forEach(type -> {
                stream.enable(type);
                stream.onEvent(EventType.getEventType(type).getName(), recorded::add);
            });
            stream.onEvent("plimsoll.Orphan", event -> last.countDown());
            GuardFlight flight = GuardFlight.start(shop.guards);
            stream.startAsync();
            Guard prices = shop.prices();
            assertThat(Shop.bad(prices)).isTrue();
            FlightObserver marker = new FlightObserver(); // what is told later comes later
            marker.on(new WorkAbandoned("open", 1, ofSeconds(10), true));
            flight.close();
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isFalse();
            marker.on(new WorkAbandoned("closed", 1, ofSeconds(10), true));
            Rendezvous.await(last);
        }
        List<String> inOrder = recorded.stream()
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .map(event -> event.getEventType().getName() + " of " + event.getString("dependency"))
                .toList();
        assertThat(inOrder)
                .containsExactly(
                        "plimsoll.Retry of prices",
                        "plimsoll.Retry of prices",
                        "plimsoll.RetryDenied of prices",
                        "plimsoll.Orphan of open",
                        "plimsoll.Orphan of closed");
    }
}
