package dev.plimsoll.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.data.Offset.offset;

import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** FO-1 replicas against their naive twins, on clocks that start anywhere. */
final class ReplicasPropertiesTest {

    private static final Duration BASE = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(7);
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private static Set<String> away(Replicas<String> replicas) {
        return replicas.snapshot().replicas().stream()
                .filter(each -> each.standing() == Standing.EJECTED)
                .map(ReplicaSnapshot::name)
                .collect(Collectors.toSet());
    }

    /** One random step on both; who was asked is who the replicas have chosen. */
    private static void step(Replicas<String> real, NaiveReplicas naive, VirtualTime time, long origin, Random random) {
        int what = random.nextInt(20);
        String name = "r" + random.nextInt(6);
        if (what == 0) {
            naive.join(name);
            if (real.snapshot().replicas().stream()
                    .noneMatch(each -> each.name().equals(name))) {
                real.add(name, name);
            }
        } else if (what == 1) {
            naive.leave(name);
            Throwable unused = catchThrowable(() -> real.remove(name));
        } else if (what < 6) {
            time.advance(Duration.ofMillis(random.nextInt(1500)));
            naive.passed(time.precise() - origin);
        } else {
            boolean good = random.nextInt(3) == 0;
            String[] asked = new String[1];
            Throwable unused = catchThrowable(() -> real.call(client -> {
                asked[0] = client;
                if (!good) {
                    throw new IOException("down");
                }
                return client;
            }));
            assertThat(naive.away()).as("nobody who is away is asked").doesNotContain(asked[0]);
            naive.ended(asked[0], good, time.precise() - origin);
        }
    }

    @Property(tries = 60)
    @Label(
            "FO-1 who is away is as the naive twin has it: never more than half, never asked, back in time, whatever the clock")
    void replicas_followTheNaiveTwin(
            @ForAll long origin, @ForAll @IntRange(min = 1, max = 6) int size, @ForAll long seed) {
        VirtualTime time = VirtualTime.startingAt(origin, seed);
        Map<String, String> clients = new java.util.LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            clients.put("r" + i, "r" + i);
        }
        Replicas<String> real = Replicas.create(
                "r",
                clients,
                r -> r.consecutiveFailures(3)
                        .successRate(1, 1_000_000, 2)
                        .ejectFor(BASE, LONGEST)
                        .interval(INTERVAL)
                        .slowStart(Duration.ofSeconds(1), 0.3),
                time);
        NaiveReplicas naive =
                new NaiveReplicas(clients.keySet(), 3, BASE.toNanos(), LONGEST.toNanos(), INTERVAL.toNanos());
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            step(real, naive, time, origin, random);
            assertThat(away(real)).isEqualTo(naive.away());
            assertThat(2 * away(real).size()).isLessThanOrEqualTo(naive.names().size());
        }
    }

    @Property(tries = 200)
    @Label("FO-1 slow start: the weight begins at the floor, never falls, and is whole when the span is over")
    void weight_onlyGrows(
            @ForAll long origin,
            @ForAll @LongRange(min = 1, max = 1L << 50) long span,
            @ForAll @DoubleRange(min = 0.01, max = 1) double floor,
            @ForAll @Size(min = 1, max = 20) List<@LongRange(min = 0, max = 1L << 46) Long> steps) {
        ReplicasConfig config = ReplicasConfig.DEFAULTS.slowStart(Duration.ofNanos(span), floor);
        Replica<String> replica = new Replica<>("r", "r");
        replica.startSlowly(origin);
        double before = replica.weight(origin - 5, config); // a clock that runs backwards
        assertThat(before).isEqualTo(floor);
        long passed = 0;
        for (long step : steps) {
            passed += step;
            double now = replica.weight(origin + passed, config);
            assertThat(now).isBetween(before, 1.0);
            if (passed >= span) {
                assertThat(now).isEqualTo(1);
            }
            before = now;
        }
    }

    @Property(tries = 100)
    @Label(
            "FO-1 the latency is as the naive twin has it: up at once, down by an exponential average, whatever the clock")
    void latency_followsTheNaiveTwin(
            @ForAll long origin,
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 0, max = 1L << 33) Long> samples,
            @ForAll @Size(min = 60, max = 60) List<@LongRange(min = 0, max = 1L << 34) Long> pauses) {
        long decay = Duration.ofSeconds(10).toNanos();
        PeakLatency real = new PeakLatency();
        double naive = 0;
        long unit = 1 << 20;
        long now = origin;
        long last = 0;
        for (int i = 0; i < samples.size(); i++) {
            now += pauses.get(i);
            double taken = Math.max(1, samples.get(i));
            long units = ((now >> 20) - (last >> 20)) << 20 >> 20; // also where the clock has wrapped
            double kept = Math.exp(-(double) units * unit / decay);
            naive = taken >= naive ? taken : naive * kept + taken * (1 - kept);
            last = now;
            real.answered(samples.get(i), now, decay);
            assertThat(real.nanos(false, now, decay))
                    .isCloseTo(naive, org.assertj.core.data.Percentage.withPercentage(0.01));
            assertThat(real.nanos(true, now + decay, decay) / naive).isBetween(0.36, 0.38);
        }
        real.tookAtLeast(1, now, decay);
        assertThat(real.nanos(false, now, decay))
                .isCloseTo(naive, org.assertj.core.data.Percentage.withPercentage(0.01));
        real.tookAtLeast(1L << 40, now, decay);
        assertThat(real.nanos(false, now, decay)).isEqualTo(1L << 40);
    }

    @Property(tries = 300)
    @Label("FO-1 of equal shares none stands out, however small the deviation that is to")
    void threshold_ofEqualShares_isNotAboveThem(
            @ForAll @IntRange(min = 2, max = 100) int replicas,
            @ForAll @IntRange(min = 1, max = 1000) int calls,
            @ForAll @IntRange(max = 1000) int good,
            @ForAll @DoubleRange(min = 0.01, max = 2) double deviations) {
        double share = Math.min(good, calls) / (double) calls;
        assertThat(share).isGreaterThanOrEqualTo(Outliers.threshold(Collections.nCopies(replicas, share), deviations));
    }

    @Property(tries = 100)
    @Label("FO-1 with the default deviations one of five stands out, and the mean never does")
    void threshold_isBelowTheMean(@ForAll @Size(min = 2, max = 20) List<@DoubleRange(min = 0, max = 1) Double> shares) {
        double mean = shares.stream().mapToDouble(each -> each).average().orElseThrow();
        double least = Outliers.threshold(shares, 1.9);
        assertThat(least).isLessThanOrEqualTo(mean + 1e-9);
        assertThat(Outliers.threshold(List.of(0.7, 0.7, 0.7), 1.9)).isCloseTo(0.7, offset(1e-9));
        assertThat(Outliers.threshold(List.of(1.0, 1.0, 1.0, 1.0, 0.5), 1.9)).isBetween(0.5, 0.53);
        assertThat(shares.stream().filter(each -> each < least).count()).isLessThan(shares.size() / 2 + 1L);
    }

    /** The longest queue among servers that end one call each per step, with as many calls as they can end on the whole. */
    private static int longestQueue(boolean twoChoices, long seed) {
        VirtualTime time = VirtualTime.create(seed);
        List<Replica<Integer>> servers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            servers.add(new Replica<>("s" + i, i));
        }
        int longest = 0;
        for (int step = 0; step < 300; step++) {
            for (int call = 0; call < 19; call++) {
                Replica<Integer> one = twoChoices
                        ? Choice.among(servers, time.precise(), ReplicasConfig.DEFAULTS, time)
                        : servers.get((int) (time.random() * servers.size()));
                longest = Math.max(longest, one.inFlight.incrementAndGet());
            }
            servers.forEach(each -> each.inFlight.updateAndGet(n -> Math.max(0, n - 1)));
        }
        return longest;
    }

    @Property(tries = 20)
    @Label("FO-1 the better of two keeps the longest queue short, where chance alone lets it grow")
    void choice_keepsQueuesShort(@ForAll long seed) {
        int two = longestQueue(true, seed);
        assertThat(two).isLessThanOrEqualTo(6);
        assertThat(longestQueue(false, seed)).isGreaterThan(two);
    }

    private static int shareOf(double weight, long seed) {
        VirtualTime time = VirtualTime.create(seed);
        ReplicasConfig config = ReplicasConfig.DEFAULTS.slowStart(Duration.ofSeconds(100), weight);
        List<Replica<Integer>> servers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            servers.add(new Replica<>("s" + i, i));
        }
        servers.get(3).startSlowly(time.precise());
        int asked = 0;
        for (int i = 0; i < 4000; i++) {
            asked += Choice.among(servers, time.precise(), config, time) == servers.get(3) ? 1 : 0;
        }
        return asked;
    }

    @Property(tries = 5)
    @Label("FO-1 slow start: more weight, more calls, from a small share to an equal one")
    void choice_followsTheWeight(@ForAll long seed) {
        int least = shareOf(0.1, seed);
        int some = shareOf(0.4, seed);
        int all = shareOf(1, seed);
        assertThat(least).isBetween(50, 4000 * 2 / 33);
        assertThat(some).isBetween(least, all);
        assertThat(all).isBetween(850, 1150);
    }

    @Property(tries = 5)
    @Label("FO-1 a slow replica gets fewer calls than quick ones, although no two are ever under way at once")
    void choice_prefersTheQuick(@ForAll long seed) {
        VirtualTime time = VirtualTime.create(seed);
        Replicas<Integer> replicas = Replicas.create("r", Map.of("quick", 10, "slow", 50), r -> r, time);
        int[] asked = new int[2];
        for (int i = 0; i < 500; i++) {
            int took = replicas.call(client -> {
                time.advance(Duration.ofMillis(client));
                return client;
            });
            asked[took == 10 ? 0 : 1]++;
        }
        assertThat(asked[1]).isBetween(1, 100);
    }
}
