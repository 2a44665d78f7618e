package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.Guard;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.fallback.Rung;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.NoHedge;
import dev.plimsoll.shed.Shedder;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every meter is there, with the right number after real calls, and goes when it should. */
final class GuardMetersTest {

    /** What takes long to bring about; core's own tests do. */
    static final List<Event> RARE = List.of(
            new HedgeLaunched("prices", 1, 2, 5),
            new HedgeDenied("prices", 1, 2, NoHedge.BUDGET_USED, "no retry left"),
            new FallbackAsked("prices", Rung.STALE, List.of()),
            new FallbackAsked("prices", null, List.of()),
            new Event.AttemptEnded("prices", 1, Verdict.IGNORED, 5, null, true),
            new WorkAbandoned("prices", 1, ofSeconds(1), false));

    private final Shop shop = new Shop();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final GuardMeters meters = GuardMeters.of(shop.guards);

    @AfterEach
    void close() {
        meters.close();
        shop.close();
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double total(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private double gauge(String name, String... tags) {
        shop.time.advance(ofMillis(200)); // what was seen a moment ago is not looked at again
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    @DisplayName("EV-2 calls, attempts, retries and what was left of the deadline are those that were made")
    void meters_afterCalls_haveTheirNumbers() throws Exception {
        Guard prices = shop.prices();
        meters.bindTo(registry);
        shop.good(prices, 20);
        assertThat(Shop.bad(prices)).isTrue();

        Timer answered = timer("plimsoll.calls", "dependency", "prices", "end", "answered");
        assertThat(answered.count()).isEqualTo(1);
        assertThat(answered.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
        assertThat(timer("plimsoll.calls", "end", "failed").count()).isEqualTo(1);
        assertThat(timer("plimsoll.calls", "end", "failed").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(200);
        assertThat(timer("plimsoll.calls", "end", "refused").count()).isZero();
        assertThat(timer("plimsoll.attempts", "verdict", "success").count()).isEqualTo(1);
        assertThat(timer("plimsoll.attempts", "verdict", "failure").count()).isEqualTo(3);
        assertThat(counter("plimsoll.retries", "dependency", "prices")).isEqualTo(2);
        assertThat(counter("plimsoll.retries.denied", "why", "attempts_used")).isEqualTo(1);
        assertThat(counter("plimsoll.retries.denied", "why", "budget_used")).isZero();
        Timer left = timer("plimsoll.deadline.remaining", "dependency", "prices");
        assertThat(left.count()).isEqualTo(2);
        assertThat(left.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4_980 + 4_800);
        assertThat(gauge("plimsoll.amplification", "dependency", "prices")).isEqualTo(4 / 2.0);
        assertThat(gauge("plimsoll.budget.balance", "dependency", "prices")).isGreaterThan(0);
    }

    @Test
    @DisplayName("EV-2 CB-9 an open breaker shows in its state, its transition and the refusals")
    void meters_ofOpenBreaker_sayWhy() {
        meters.bindTo(registry);
        Guard prices = shop.prices(); // made later
        assertThat(Shop.bad(prices)).isTrue();
        assertThat(Shop.bad(prices)).isTrue(); // the second attempt is refused
        assertThat(Shop.bad(prices)).isFalse();

        assertThat(gauge("plimsoll.circuitbreaker.state", "dependency", "prices", "state", "open"))
                .isEqualTo(1);
        assertThat(gauge("plimsoll.circuitbreaker.state", "dependency", "prices", "state", "closed"))
                .isZero();
        assertThat(gauge("plimsoll.circuitbreaker.admitting", "dependency", "prices"))
                .isZero();
        assertThat(counter("plimsoll.circuitbreaker.transitions", "state", "open"))
                .isEqualTo(1);
        assertThat(counter("plimsoll.refusals", "gate", "circuit_breaker", "reason", "circuit_open"))
                .isEqualTo(2);
        assertThat(timer("plimsoll.calls", "end", "refused").count()).isEqualTo(1);
    }

    @Test
    @DisplayName("BH-2 EV-2 the bulkhead, its orphans and a timeout can be seen from inside of a call")
    void meters_insideOfACall_showTheBulkhead() throws Exception {
        Guard slow =
                shop.guards.guard("slow", g -> g.attemptTimeout(ofSeconds(1)).bulkhead(2));
        meters.bindTo(registry);
        slow.run(() -> {
            assertThat(gauge("plimsoll.bulkhead.active", "dependency", "slow")).isEqualTo(1);
            assertThat(gauge("plimsoll.bulkhead.max", "dependency", "slow")).isEqualTo(2);
            assertThat(gauge("plimsoll.bulkhead.waiting", "dependency", "slow")).isZero();
            assertThat(gauge("plimsoll.bulkhead.orphans", "dependency", "slow")).isZero();
        });
        shop.slow(slow, ofSeconds(2));
        assertThat(timer("plimsoll.calls", "dependency", "slow", "end", "timed_out")
                        .count())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("EV-2 the limits that a guard has are read, and those that it has not are not there")
    void meters_ofLimits_areThoseOfTheGuard() throws Exception {
        Guard limited = shop.guards.guard(
                "limited",
                g -> g.rateLimiter(l -> l.permits(10).per(ofSeconds(1)))
                        .concurrencyLimit(l -> l)
                        .adaptiveThrottle(t -> t));
        meters.bindTo(registry);
        shop.good(limited, 1);
        assertThat(gauge("plimsoll.ratelimiter.available", "dependency", "limited"))
                .isBetween(9.0, 10.0);
        assertThat(gauge("plimsoll.ratelimiter.waiting", "dependency", "limited"))
                .isZero();
        assertThat(gauge("plimsoll.concurrency.limit", "dependency", "limited")).isGreaterThan(0);
        assertThat(gauge("plimsoll.concurrency.active", "dependency", "limited"))
                .isZero();
        assertThat(gauge("plimsoll.throttle.share", "dependency", "limited")).isZero();
        assertThat(names()).doesNotContain("plimsoll.bulkhead.max", "plimsoll.circuitbreaker.state");
    }

    @Test
    @DisplayName("BH-4 what is reconfigured away goes, and what comes is there")
    void meters_ofReconfiguredGuard_comeAndGo() throws Exception {
        Guard prices = shop.guards.guard("prices", g -> g.bulkhead(2));
        meters.bindTo(registry);
        prices.reconfigure(g -> g.circuitBreaker());
        assertThat(names()).contains("plimsoll.circuitbreaker.state").doesNotContain("plimsoll.bulkhead.max");
    }

    @Test
    @DisplayName("CB-11 keys are no tags: guards by key are counted together, and their breakers by state")
    void meters_ofGuardsByKey_areOfTheGroup() throws Exception {
        KeyedGuards<String> hosts = shop.guards.keyed(
                "hosts", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)).bulkhead(3));
        meters.bindTo(registry);
        assertThat(Shop.bad(hosts.get("a.example"))).isTrue();
        shop.good(hosts.get("b.example"), 5);

        assertThat(timer("plimsoll.calls", "dependency", "hosts", "end", "failed")
                        .count())
                .isEqualTo(1);
        assertThat(timer("plimsoll.calls", "dependency", "hosts", "end", "answered")
                        .count())
                .isEqualTo(1);
        assertThat(gauge("plimsoll.circuitbreaker.state", "dependency", "hosts", "state", "open"))
                .isEqualTo(1);
        assertThat(gauge("plimsoll.circuitbreaker.state", "dependency", "hosts", "state", "closed"))
                .isEqualTo(2); // b.example, and the one that keys share which are too many
        assertThat(gauge("plimsoll.bulkhead.max", "dependency", "hosts")).isEqualTo(9);
        assertThat(gauge("plimsoll.keys", "dependency", "hosts")).isEqualTo(2);
        assertThat(total("plimsoll.keys.evicted", "dependency", "hosts")).isZero();
        assertThat(total("plimsoll.keys.overflowed", "dependency", "hosts")).isZero();
        assertThat(dependencies()).containsExactly("hosts");
    }

    @Test
    @DisplayName("CB-11 with a meter for each key, those of a key go with its guard, and its counts do not come back")
    void meters_ofEachKey_goWithTheKey() throws Exception {
        KeyedGuards<String> hosts = shop.guards.keyed(
                "hosts", g -> g.circuitBreaker(), keys -> keys.maximumSize(2).idleAfter(ofSeconds(60)));
        meters.eachKey().bindTo(registry);
        shop.good(hosts.get("a"), 1);
        shop.good(hosts.get("b"), 1);
        assertThat(dependencies()).containsExactly("hosts", "hosts/*", "hosts/a", "hosts/b");

        shop.time.advance(ofMinutes(2));
        shop.good(hosts.get("c"), 1); // makes room
        assertThat(gauge("plimsoll.guards")).isEqualTo(1); // as a scrape does
        assertThat(dependencies()).containsExactly("hosts", "hosts/*", "hosts/c");
        assertThat(total("plimsoll.keys.evicted", "dependency", "hosts")).isEqualTo(2);
        shop.good(hosts.get("a"), 1);
        assertThat(timer("plimsoll.calls", "dependency", "hosts/a", "end", "answered")
                        .count())
                .isEqualTo(1);
    }

    @Test
    @DisplayName(
            "DG-2 plimsoll.degradation.level is 0 at normal to 3 at emergency, its changes are counted, and it recovers when"
                    + " only a scrape asks")
    void meters_ofTheLevel_areRead() {
        Degradation service = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"), shop.time);
        meters.degradation(service).bindTo(registry);
        assertThat(gauge("plimsoll.degradation.level", "dependency", "shop")).isZero();
        int number = 0;
        for (Level level : List.of(Level.NORMAL, Level.DEGRADED, Level.MINIMAL, Level.EMERGENCY)) {
            service.hold(level, "the sale begins", "anna");
            assertThat(gauge("plimsoll.degradation.level", "dependency", "shop"))
                    .isEqualTo(number++);
        }
        assertThat(total("plimsoll.degradation.changes", "dependency", "shop")).isEqualTo(3);
        service.hold(Level.MINIMAL, "for a minute", "anna", ofMinutes(1));
        shop.time.advance(ofMinutes(1));
        assertThat(gauge("plimsoll.degradation.level", "dependency", "shop")).isZero();
        assertThat(total("plimsoll.degradation.changes", "dependency", "shop")).isEqualTo(5);
        meters.close();
        assertThat(registry.find("plimsoll.degradation.level").gauge()).isNull();
    }

    @Test
    @DisplayName("DR-1 SH-1 a drain and a shedder have their numbers, pressure among them")
    void meters_ofTheEdge_areRead() throws Exception {
        Drain drain = Drain.create("shop", ofSeconds(1), shop.time);
        Shedder door = Shedder.create("door", s -> s.inFlightLimit(() -> 2), shop.time);
        meters.drain(drain).shedder(door).bindTo(registry);
        Unit late = drain.enter("POST /orders");
        for (int i = 0; i < 6; i++) {
            door.admit("somebody");
        }
        assertThat(gauge("plimsoll.drain.ready", "dependency", "shop")).isEqualTo(1);
        assertThat(gauge("plimsoll.drain.active", "dependency", "shop")).isEqualTo(1);
        assertThat(gauge("plimsoll.shed.active", "dependency", "door")).isEqualTo(6);
        shop.time.advance(ofSeconds(2));
        door.admit("somebody");
        shop.time.advance(ofSeconds(2));
        door.enter("somebody");
        assertThat(gauge("plimsoll.pressure", "dependency", "door"))
                .isEqualTo(door.snapshot().pressure())
                .isGreaterThan(1);
        assertThat(total("plimsoll.shed", "dependency", "door", "criticality", "critical"))
                .isZero();

        drain.start();
        shop.time.advance(ofSeconds(2));
        drain.await();
        assertThat(drain.tryEnter("too late")).isNull();
        assertThat(gauge("plimsoll.drain.ready", "dependency", "shop")).isZero();
        assertThat(gauge("plimsoll.drain.cutoff", "dependency", "shop")).isEqualTo(1);
        assertThat(total("plimsoll.drain.refused", "dependency", "shop")).isEqualTo(1);
        late.close();
    }

    @Test
    @DisplayName("EV-2 closed, nothing is left in the registry, nobody listens, and late events make nothing")
    void meters_whenClosed_areGone() throws Exception {
        Guard prices = shop.prices();
        MeterRegistry second = new SimpleMeterRegistry();
        meters.bindTo(registry);
        meters.bindTo(second);
        shop.good(prices, 1);
        assertThat(registry.getMeters()).isNotEmpty();
        assertThat(second.get("plimsoll.calls").tag("end", "answered").timer().count())
                .isEqualTo(1);
        meters.close();
        assertThat(registry.getMeters()).isEmpty();
        assertThat(second.getMeters()).isEmpty();
        shop.good(prices, 1);
        assertThat(Shop.bad(prices)).isTrue();
        assertThat(registry.getMeters()).isEmpty();
        assertThat(prices.snapshot().faults()).isZero();
    }

    @Test
    @DisplayName("EV-2 an event of a guard that is gone is no fault, and leaves nothing behind")
    void numbers_ofUnknownGuard_areLeftOut() {
        Numbers numbers = Numbers.bind(
                new Numbers.Bound(shop.guards, false, List.of(), List.of(), List.of()),
                new MicrometerInstruments(registry));
        numbers.on(new Event.RetryScheduled("unknown", 2, 5));
        assertThat(dependencies()).isEmpty();
        numbers.close();
        numbers.on(new Event.RetryScheduled("unknown", 2, 5));
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    @DisplayName("HG-1 DG-1 hedges, fallbacks, stalls and abandoned work are counted when they are told")
    void meters_ofRareEvents_count() {
        shop.guards.guard("prices", g -> g);
        Numbers numbers = Numbers.bind(
                new Numbers.Bound(shop.guards, false, List.of(), List.of(), List.of()),
                new MicrometerInstruments(registry));
        for (Event event : RARE) {
            numbers.on(event);
        }
        assertThat(counter("plimsoll.hedges", "dependency", "prices")).isEqualTo(1);
        assertThat(counter("plimsoll.hedges.denied", "why", "budget_used")).isEqualTo(1);
        assertThat(counter("plimsoll.fallbacks", "rung", "stale")).isEqualTo(1);
        assertThat(counter("plimsoll.fallbacks", "rung", "none")).isEqualTo(1);
        assertThat(counter("plimsoll.stalls", "dependency", "prices")).isEqualTo(1);
        assertThat(counter("plimsoll.bulkhead.abandoned", "dependency", "prices"))
                .isEqualTo(1);
        numbers.close();
    }

    @Test
    @DisplayName("Each meter has the tags of its metric and no others, whoever it is of")
    void meters_haveFixedTags() throws Exception {
        meters_ofOpenBreaker_sayWhy();
        shop.guards.keyed("hosts", g -> g.bulkhead(1));
        gauge("plimsoll.guards");
        for (Meter meter : registry.getMeters()) {
            Metric metric = Arrays.stream(Metric.values())
                    .filter(each -> each.called.equals(meter.getId().getName()))
                    .findAny()
                    .orElseThrow();
            assertThat(meter.getId().getTags()).extracting("key").containsExactlyInAnyOrderElementsOf(metric.keys());
            assertThat(meter.getId().getDescription()).isEqualTo(metric.says);
        }
        assertThat(registry.get("plimsoll.circuitbreaker.state")
                        .tag("dependency", "prices")
                        .meters())
                .hasSize(BreakerState.values().length);
    }

    @Test
    @DisplayName("Amplification is attempts and hedges per call of the last minute")
    void amplification_isOfTheLastMinute() {
        long minute = 60_000_000_000L;
        for (long origin : new long[] {0, Long.MAX_VALUE - minute, Long.MIN_VALUE, -1}) {
            Amplification amplification = new Amplification(origin);
            assertThat(amplification.now(origin)).isNaN();
            amplification.call();
            for (int i = 0; i < 3; i++) {
                amplification.attempt();
            }
            assertThat(amplification.now(origin + minute / 2)).isEqualTo(3);
            amplification.call();
            amplification.attempt();
            assertThat(amplification.now(origin + minute)).isEqualTo(2);
            assertThat(amplification.now(origin + minute + minute / 4)).isCloseTo(1, within(1e-9));
            assertThat(amplification.now(origin + 3 * minute)).isNaN();
        }
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        registry.getMeters().forEach(meter -> names.add(meter.getId().getName()));
        return names;
    }

    private Set<String> dependencies() {
        Set<String> all = new TreeSet<>();
        registry.getMeters().forEach(meter -> {
            String dependency = meter.getId().getTag("dependency");
            if (dependency != null) {
                all.add(dependency);
            }
        });
        return all;
    }
}
