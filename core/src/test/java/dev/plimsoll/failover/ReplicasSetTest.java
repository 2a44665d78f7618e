package dev.plimsoll.failover;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.failover.ReplicaChanged.Change;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** FO-1 replicas: who comes and goes, and how they are set up. */
final class ReplicasSetTest extends ReplicasScene {

    @Test
    @DisplayName("FO-1 the set changes while in use: who stays keeps what is known of it, who joins starts slowly")
    void update_keepsThoseWhoStay() {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").fails();
        ask(shops, 100);
        Map<String, Shard> next = new LinkedHashMap<>(shards);
        next.remove("d");
        next.put("e", new Shard("e"));
        shops.update(next);
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.EJECTED);
        assertThat(of(shops, "b").succeeded()).isPositive();
        assertThat(of(shops, "e").weight()).isEqualTo(0.1);
        shops.add("b", new Shard("another"));
        assertThat(of(shops, "b").succeeded()).isZero();
        shops.remove("nobody");
        assertThat(told())
                .containsExactly(
                        "1 a EJECTED: 5 failures in a row; away for 30 s",
                        "2 d LEFT: removed",
                        "3 e JOINED: added",
                        "4 b LEFT: removed",
                        "5 b JOINED: added");
        shops.update(Shard.named("x", "y"));
        assertThat(shops.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.weight()).isEqualTo(1));
        shops.remove("x");
        assertThatThrownBy(() -> shops.remove("y"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("clients must not be empty without: y");
        assertThatThrownBy(() -> shops.update(Map.of())).isInstanceOf(ConfigurationException.class);
        assertThat(shops.snapshot().replicas()).hasSize(1);
    }

    @Test
    @DisplayName("FO-1 when those leave who are there, some of those come back who are away: never more than half")
    void remove_whenTooManyWouldBeAway_bringsThemBack() {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").fails();
        ask(shops, 100);
        time.advance(ofSeconds(1));
        shard("b").fails();
        ask(shops, 100);
        assertThat(shops.snapshot().ejected()).isEqualTo(2);
        shops.remove("c");
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.STARTING);
        assertThat(of(shops, "b").standing()).isEqualTo(Standing.EJECTED);
        shops.remove("d");
        assertThat(shops.snapshot().ejected()).isEqualTo(1);
        shops.remove("a");
        assertThat(shops.snapshot().ejected()).isZero();
        assertThat(told()).contains("4 a RETURNED: too many would be away", "7 b RETURNED: too many would be away");
    }

    @Test
    @DisplayName("FO-1 CB-12 other settings while in use keep who is away; fewer that may be away bring some back")
    void reconfigure_keepsWhatIsKnown() {
        Replicas<Shard> shops = replicas(r -> r);
        shard("a").fails();
        ask(shops, 100);
        events.clear();
        shops.reconfigure(r -> r);
        assertThat(events).isEmpty();
        shops.reconfigure(r -> r.consecutiveFailures(2).interval(ofSeconds(5)));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.EJECTED);
        assertThat(events)
                .containsExactly(new Event.Reconfigured(
                        "shops", List.of("consecutiveFailures: 5 -> 2", "interval: PT10S -> PT5S"), time.wall()));
        shops.reconfigure(r -> r.mostEjected(0));
        assertThat(of(shops, "a").standing()).isEqualTo(Standing.STARTING);
        assertThatThrownBy(() -> shops.reconfigure(r -> r.consecutiveFailures(0)))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    @DisplayName("FO-1 CA-4 what is wrong with a set-up is said at once, with field, rule and value")
    void create_whenWrong_saysAll() {
        assertThatThrownBy(() -> Replicas.<Shard>create(
                        "a b",
                        Map.of(),
                        r -> r.consecutiveFailures(0)
                                .successRate(0, 0, 1)
                                .interval(Duration.ZERO)
                                .ejectFor(ofSeconds(2), ofSeconds(1))
                                .mostEjected(0.6)
                                .slowStart(ofSeconds(-1), 0)
                                .latencyDecay(Duration.ZERO)
                                .blameAfter(Duration.ZERO)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"a b\"",
                                        "clients must not be empty: none",
                                        "consecutiveFailures must be at least 1: 0",
                                        "successRate.deviationsBelow must be above 0 and at most 100: 0",
                                        "successRate.calls must be at least 1: 0",
                                        "successRate.replicas must be at least 2: 1",
                                        "interval must be longer than zero: PT0S",
                                        "ejectFor.longest must be at least the base, PT2S: PT1S",
                                        "mostEjected must be 0 to 0.5: 0.6",
                                        "slowStart.span must not be negative: PT-1S",
                                        "slowStart.floor must be above 0 and at most 1: 0",
                                        "latencyDecay must be longer than zero: PT0S",
                                        "blameAfter must be longer than zero: PT0S"));
    }

    @Test
    @DisplayName("FO-1 observers hear of changes in their order, also of those that an observer causes")
    void observer_thatCausesAChange_hearsOfItNext() {
        Replicas<Shard> shops = Replicas.create("shops", shards, r -> r, time);
        shops.observe(event -> {
            if (event instanceof ReplicaChanged change && change.change() == Change.EJECTED) {
                shops.remove("d");
            }
            throw new IllegalStateException("broken observer");
        });
        shops.observe(events::add);
        shard("a").fails();
        ask(shops, 100);
        assertThat(told()).containsExactly("1 a EJECTED: 5 failures in a row; away for 30 s", "2 d LEFT: removed");
    }
}
