package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class OverviewTest {

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Counters counters = new Counters(guards);
    private final Overview overview = new Overview(
            guards,
            counters,
            new Listening(guards, counters, Time.system()),
            new Watches(new Watchman(Time.system(), "run", new Feed(100))),
            Time.system());

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName(
            "CB-11 keys have places of their own, so a group has none; the guard that they share counts among the troubled")
    void keys_haveNoPlacesTogether() {
        KeyedGuards<String> hosts = guards.keyed(
                "hosts", g -> g.bulkhead(3).circuitBreaker(b -> b.consecutiveFailures(1)), keys -> keys.maximumSize(1));
        assertThat(hosts.get("a").<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        assertThatThrownBy(() -> hosts.get("b").call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        assertThat(overview.json()).contains("\"keys\":1", "\"troubledKeys\":1").doesNotContain("\"bulkhead\"");
        assertThat(new Detail(null, null).json(hosts))
                .contains(
                        "\"allKeys\":1",
                        "\"name\":\"hosts/*\"",
                        "\"answered\":1",
                        "\"failed\":1",
                        "\"refusals\":{}",
                        "\"triesAgain\":false");
    }

    @Test
    @DisplayName(
            "A page gets the three hundred most harmful, and how many there are; whatever else there is it finds by"
                    + " name")
    void dependencies_thatAreTooManyForAPage_areFoundByName() {
        for (int i = 0; i < 350; i++) {
            guards.guard("a-service-" + i, g -> g.circuitBreaker());
        }
        guards.guard("The-Needle", g -> g.circuitBreaker()); // in the order of the names it is among the first
        guards.keyed("z-hosts", g -> g.bulkhead(3), keys -> keys.maximumSize(1));
        guards.guard("z-needle", g -> g.circuitBreaker());
        String all = overview.json();
        assertThat(all).contains("\"all\":353").doesNotContain("z-needle", "z-hosts");
        assertThat(all.split("\"name\":", -1)).hasSize(301);
        assertThat(overview.matching("needle"))
                .matches("\\{\"all\":353,\"matching\":2,\"at\":[0-9]+,\"dependencies\":\\[.*")
                .containsSubsequence("\"name\":\"The-Needle\"", "\"name\":\"z-needle\"");
        assertThat(overview.matching("Z-H")).contains("\"matching\":1", "\"name\":\"z-hosts\"");
        assertThat(overview.matching("nobody"))
                .matches("\\{\"all\":353,\"matching\":0,\"at\":[0-9]+,\"dependencies\":\\[]}");
        String many = overview.matching("a-service");
        assertThat(many).contains("\"matching\":350");
        assertThat(many.split("\"name\":", -1)).hasSize(301);
    }

    @Test
    @DisplayName("An error with a whole page in it is told as far as anybody reads")
    void lastError_isCut() {
        Guard open = guards.guard("open", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
        assertThatThrownBy(() -> open.call(() -> {
                    throw new IOException("<html>" + "x".repeat(100_000));
                }))
                .isInstanceOf(IOException.class);
        assertThat(overview.json().length()).isLessThan(3_000);
    }

    @Test
    @DisplayName(
            "A circuit that is open tells how many probes there will be and how many must go well, a closed one does not")
    void circuit_thatIsOpen_tellsWhatIsTried() {
        guards.guard("closed", g -> g.circuitBreaker(b -> b.maxConcurrentProbes(2)));
        assertThat(overview.json()).doesNotContain("Probes\"");
        Guard open = guards.guard(
                "open",
                g -> g.circuitBreaker(
                        b -> b.consecutiveFailures(1).maxConcurrentProbes(2).successesToClose(4)));
        assertThatThrownBy(() -> open.call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        assertThat(overview.json()).containsOnlyOnce("\"mostProbes\":2,\"goodProbes\":4,\"slowOpens\":false");
        Guard slow = guards.guard(
                "slow",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1).slowCallRate(0.5, Duration.ofSeconds(1), 10)));
        assertThatThrownBy(() -> slow.call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        assertThat(overview.json()).containsOnlyOnce("\"slowOpens\":true");
    }

    @Test
    @DisplayName(
            "Of those that do no harm now what is in trouble stands before what an operator holds, and that before the rest")
    void order_isOfHarm() {
        guards.guard("a-well", g -> g.circuitBreaker());
        Guard held = guards.guard("b-held", g -> g.circuitBreaker());
        Objects.requireNonNull(held.circuitBreaker()).forceOpen("they move house", "ops", Duration.ofMinutes(10));
        Guard open = guards.guard("c-open", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
        assertThatThrownBy(() -> open.call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        counters.begin(); // what was before is long ago
        assertThat(overview.json())
                .containsSubsequence("\"name\":\"c-open\"", "\"name\":\"b-held\"", "\"name\":\"a-well\"");
    }
}
