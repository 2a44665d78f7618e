package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardHealth;
import dev.plimsoll.Guards;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.call.InvalidAnswerException;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.health.Checksum;
import dev.plimsoll.health.Health;
import dev.plimsoll.health.HealthBuilder;
import dev.plimsoll.health.HealthChanged;
import dev.plimsoll.health.HealthPoller;
import dev.plimsoll.health.HealthPollerBuilder;
import dev.plimsoll.health.HeartbeatBuilder;
import dev.plimsoll.health.HeartbeatMonitor;
import dev.plimsoll.health.LatencyBuilder;
import dev.plimsoll.health.LatencyMonitor;
import dev.plimsoll.health.Validation;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/health.md: its examples, settings and quotes. */
final class HealthPageTest {

    /** The client of a service that tells prices. */
    private interface Client {
        boolean ping() throws IOException;

        Reply ask(String item) throws IOException;
    }

    /** What it answers. */
    @SuppressWarnings("ArrayRecordComponent") // bytes as they came; nobody compares replies
    private record Reply(byte[] body, String crc, double price) {}

    /** All that watches it. */
    private record Watched(
            Degradation shop,
            Health health,
            HealthPoller poller,
            HeartbeatMonitor heartbeats,
            LatencyMonitor latency) {}

    private static Watched watch(Guard prices, Client client, VirtualTime time) {
        Degradation shop = Degradation.create("shop", d -> d.at(Level.NORMAL, "personal prices"), time);
        // example
        HealthPoller poller =
                HealthPoller.start("prices", p -> p.check(client::ping).every(ofSeconds(5)), time);
        HeartbeatMonitor heartbeats = HeartbeatMonitor.create("prices", h -> h.every(ofSeconds(1)), time);
        LatencyMonitor latency = LatencyMonitor.create("prices", l -> l.p99(ofMillis(200)), time);
        prices.observe(latency);

        Health health = Health.start(h -> h.follower(shop::hear), time);
        health.watch(GuardHealth.of(prices), poller, heartbeats, latency);
        // end of example
        return new Watched(shop, health, poller, heartbeats, latency);
    }

    private static void message(HeartbeatMonitor heartbeats) {
        // example
        heartbeats.heartbeat(); // whatever comes from the other side is a sign of life
        // end of example
    }

    private static double price(Guard prices, Client client, String item) throws IOException {
        // example
        Validation<Reply> intact = Validation.of("prices", Reply.class)
                .checksum(Checksum.CRC32C, Reply::body, Reply::crc)
                .that("the price is above zero", reply -> reply.price() > 0);
        Reply reply = prices.call(intact.around(() -> client.ask(item)));
        // end of example
        return reply.price();
    }

    /** Well at first. */
    private static final class Service implements Client {
        private boolean well = true;

        @Override
        public boolean ping() throws IOException {
            if (!well) {
                throw new IOException("connection refused");
            }
            return true;
        }

        @Override
        public Reply ask(String item) {
            byte[] body = {'7'};
            return new Reply(body, well ? Checksum.CRC32C.of(body) : "00000000", 7);
        }
    }

    /** After a minute it neither answers the poller nor sends heartbeats, and what it answers is wrong. */
    private static List<String> quotes() throws Exception {
        VirtualTime time = VirtualTime.create();
        Service service = new Service();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)));
            Watched watched = watch(prices, service, time);
            watched.health.observe(overheard);
            for (int i = 0; i < 60; i++) {
                time.advance(ofSeconds(1));
                message(watched.heartbeats);
                assertThat(price(prices, service, "anchor")).isEqualTo(7);
            }
            assertThat(watched.health.read("prices").status()).isEqualTo(HealthStatus.HEALTHY);
            assertThat(watched.shop.level()).isEqualTo(Level.NORMAL);
            service.well = false;
            Throwable wrong = catchThrowable(() -> price(prices, service, "anchor"));
            assertThat(wrong).isInstanceOf(InvalidAnswerException.class);
            time.advance(ofSeconds(20));
            assertThat(watched.shop.level()).isEqualTo(Level.DEGRADED);
            return List.of(said(watched), overheard.last(HealthChanged.class), wrong.getMessage());
        }
    }

    private static String said(Watched watched) {
        String said =
                String.join("\n", watched.poller.toString(), watched.heartbeats.toString(), watched.latency.toString());
        watched.health.close();
        watched.poller.close();
        watched.heartbeats.close();
        watched.latency.close();
        return said;
    }

    @Test
    @DisplayName("HL-1 the page quotes what the detectors say, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("health.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(HealthPageTest.class));
    }

    @Test
    @DisplayName("HL-1 every setting of every detector is on the page, with its default")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("health.md");
        assertThat(page.settings())
                .isEqualTo(Stream.of(
                                HealthPollerBuilder.class,
                                HeartbeatBuilder.class,
                                LatencyBuilder.class,
                                HealthBuilder.class)
                        .flatMap(builder -> Page.settingsOf(builder).stream())
                        .distinct()
                        .sorted()
                        .toList());
        assertThat(page.span("every")).isEqualTo(HealthPollerBuilder.DEFAULT_EVERY);
        assertThat(page.span("timeout")).isEqualTo(HealthPollerBuilder.DEFAULT_TIMEOUT);
        assertThat(page.number("jitter")).isEqualTo(HealthPollerBuilder.DEFAULT_JITTER);
        assertThat(page.count("rise")).isEqualTo(HealthPollerBuilder.DEFAULT_RISE);
        assertThat(page.count("fall")).isEqualTo(HealthPollerBuilder.DEFAULT_FALL);
        assertThat(page.number("threshold")).isEqualTo(HeartbeatBuilder.DEFAULT_THRESHOLD);
        assertThat(page.count("samples")).isEqualTo(HeartbeatBuilder.DEFAULT_SAMPLES);
        assertThat(page.span("minDeviation")).isEqualTo(HeartbeatBuilder.DEFAULT_MIN_DEVIATION);
        assertThat(page.span("acceptablePause")).isEqualTo(HeartbeatBuilder.DEFAULT_ACCEPTABLE_PAUSE);
        assertThat(page.span("p99")).isEqualTo(LatencyBuilder.DEFAULT_P99);
        assertThat(page.span("window")).isEqualTo(LatencyBuilder.DEFAULT_WINDOW);
        assertThat(page.count("minimum")).isEqualTo(LatencyBuilder.DEFAULT_MINIMUM);
        assertThat(HeartbeatBuilder.DEFAULT_EVERY)
                .as("the other two rows of every")
                .isEqualTo(HealthBuilder.DEFAULT_EVERY)
                .isEqualTo(Duration.ofSeconds(1));
    }
}
