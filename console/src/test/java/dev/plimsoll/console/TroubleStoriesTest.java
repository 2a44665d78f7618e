package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the timeline says of dependencies that refuse and fail, and when. */
final class TroubleStoriesTest {

    private final VirtualTime time = VirtualTime.create();
    private final Instant start = time.wall();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Counters counters = new Counters(guards);
    private final Feed feed = new Feed(1_000);
    private final TroubleStories stories =
            new TroubleStories(guards, counters, new Watchman(time, "00000000000000aa", feed));

    @AfterEach
    void close() {
        guards.close();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advance(Duration.ofSeconds(1));
            counters.tick();
            stories.tick();
        }
    }

    private static void answered(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(guard.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        }
    }

    private static void failed(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> guard.call(() -> {
                        throw new IOException("reset");
                    }))
                    .isInstanceOf(IOException.class);
        }
    }

    private static void refused(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> guard.call(() -> 7)).isInstanceOf(RejectedException.class);
        }
    }

    private List<String> told() throws InterruptedException {
        if (feed.last() == 0) {
            return List.of();
        }
        return Objects.requireNonNull(feed.await(0, 1)).entries().stream()
                .map(Feed.Entry::json)
                .toList();
    }

    private String at(int seconds) {
        return "\"at\":" + start.plusSeconds(seconds).toEpochMilli() + ",";
    }

    @Test
    @DisplayName(
            "That calls are refused is told once, at the time that the page gives for it, and so is that it is over")
    void refusals_areToldFromTheirBeginningToTheirEnd() throws Exception {
        Guard maps = guards.guard("maps", g -> g.rateLimiter(r -> r.permits(2).per(Duration.ofHours(1))));
        counters.begin();
        answered(maps, 2);
        pass(3);
        assertThat(told()).isEmpty();
        refused(maps, 3);
        pass(1);
        assertThat(told()).hasSize(1);
        assertThat(told().get(0))
                .contains(at(3), "\"dependency\":\"maps\"", "\"kind\":\"TROUBLE\"", "\"tone\":\"IMPAIRED\"")
                .contains("\"title\":\"rate limited\"", "The limit is 2 ");
        assertThat(Troubles.of(maps.snapshot(), counters.of("maps")).get(0).since())
                .isEqualTo(start.plusSeconds(3).toEpochMilli());
        pass(4);
        refused(maps, 1);
        pass(10);
        assertThat(told()).hasSize(1);
        pass(1);
        assertThat(told()).hasSize(2);
        assertThat(told().get(1))
                .contains(at(19), "\"tone\":\"GOOD\"", "over: rate limited", "4 were refused; none for 10 s");
        refused(maps, 1);
        pass(1);
        assertThat(told().get(2)).contains(at(19), "\"title\":\"rate limited\"");
        pass(10);
        assertThat(told().get(3)).contains("1 was refused; none for 10 s");
    }

    @Test
    @DisplayName("That more than one call in twenty fails is told once, however it comes and goes, and that it is over")
    void failures_areToldFromTheirBeginningToTheirEnd() throws Exception {
        Guard prices = guards.guard("prices", g -> g);
        counters.begin();
        answered(prices, 19);
        failed(prices, 1);
        pass(1);
        assertThat(told()).isEmpty();
        failed(prices, 1);
        pass(1);
        assertThat(told()).hasSize(1);
        assertThat(told().get(0)).contains(at(1), "\"title\":\"failing\"", "2 of the last 21 calls failed");
        assertThat(counters.of("prices").failsSince())
                .isEqualTo(start.plusSeconds(1).toEpochMilli());
        answered(prices, 40); // few enough for a moment
        pass(1);
        assertThat(counters.of("prices").tooManyFail()).isFalse();
        failed(prices, 5);
        pass(1);
        assertThat(told()).hasSize(1);
        pass(18);
        assertThat(told()).hasSize(1);
        pass(1);
        assertThat(told()).hasSize(2);
        assertThat(told().get(1))
                .contains(at(23), "\"tone\":\"GOOD\"", "over: failing")
                .contains("6 failed; for 10 s it was no more than one in twenty");
    }

    @Test
    @DisplayName(
            "A circuit that opens says itself what is wrong; when it closes, what failed before does not count again")
    void circuit_thatOpens_speaksForItself() throws Exception {
        Guard prices = guards.guard(
                "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(4).openFor(Duration.ofHours(1))));
        counters.begin();
        failed(prices, 2);
        pass(1);
        assertThat(told()).hasSize(1);
        failed(prices, 2);
        refused(prices, 3);
        pass(1);
        assertThat(counters.of("prices").failsSince()).isZero();
        Objects.requireNonNull(prices.circuitBreaker()).reset("healed", "ops");
        answered(prices, 1);
        pass(3);
        assertThat(told()).hasSize(1);
        failed(prices, 1);
        pass(1);
        assertThat(told()).hasSize(2);
        assertThat(told().get(1)).contains(at(5), "\"title\":\"failing\"");
    }

    @Test
    @DisplayName("Guards by key are told of together")
    void keys_areToldTogether() throws Exception {
        KeyedGuards<String> tenants = guards.keyed("tenants", g -> g.rateLimiter(r -> r.permits(1)));
        counters.begin();
        for (String tenant : List.of("acme", "wayne")) {
            answered(tenants.get(tenant), 1);
            refused(tenants.get(tenant), 1);
        }
        pass(1);
        assertThat(told()).hasSize(1);
        assertThat(told().get(0))
                .contains(
                        "\"dependency\":\"tenants\"", "rate limited", "More is asked for than the limit has permits.");
    }

    @Test
    @DisplayName("That all calls are refused, for the guards are closed, is told as something that is shut off")
    void shutDown_isShutOff() throws Exception {
        Guard maps = guards.guard("maps", g -> g.attemptTimeout(Duration.ofSeconds(1)));
        guards.close();
        refused(maps, 3);
        pass(2);
        assertThat(told()).hasSize(1).first().asString().contains("\"title\":\"shut down\"", "\"tone\":\"BAD\"");
    }
}
