package dev.plimsoll.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** FO-1 replicas under many threads that ask, fail, add and remove at once. */
@Tag("both-compilers")
final class ReplicasRaceTest {

    @Test
    @DisplayName(
            "FO-1 EV-3 whatever happens at once: never more than half away, at rest nothing under way, changes in order")
    void replicas_underManyThreads_keepTheirBounds() {
        Map<String, Shard> shards = Shard.named("a", "b", "c", "d", "e");
        Replicas<Shard> shops = Replicas.create(
                "shops",
                shards,
                r -> r.consecutiveFailures(2)
                        .ejectFor(Duration.ofNanos(200_000), Duration.ofNanos(400_000))
                        .interval(Duration.ofMillis(1))
                        .slowStart(Duration.ofNanos(100_000), 0.1),
                Time.system());
        List<Long> sequence = Collections.synchronizedList(new ArrayList<>());
        shops.observe(event -> sequence.add(((ReplicaChanged) event).sequence()));
        AtomicInteger numbers = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            int number = numbers.getAndIncrement();
            ThreadLocalRandom random = ThreadLocalRandom.current();
            for (int i = 0; i < 4000; i++) {
                if (number == 0 && i % 50 == 0) {
                    shops.remove("e");
                    shops.add("e", new Shard("e"));
                }
                ReplicasSnapshot seen = i % 20 == 0 ? shops.snapshot() : null;
                if (seen != null) {
                    assertThat(2 * seen.ejected())
                            .isLessThanOrEqualTo(seen.replicas().size());
                }
                ask(shops, random.nextInt(3) > 0);
            }
        });
        assertThat(shops.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.inFlight()).isZero());
        assertThat(sequence).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(160);
        assertThat(sequence.get(sequence.size() - 1)).isEqualTo(sequence.size());
    }

    private static void ask(Replicas<Shard> shops, boolean down) {
        Throwable thrown = catchThrowable(() -> shops.call(shard -> {
            if (down) {
                throw new IOException("down");
            }
            return shard;
        }));
        assertThat(thrown == null || thrown instanceof IOException || thrown instanceof RejectedException)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    @DisplayName("FO-1 who finds a rest or a slow start over does not delete the one that has just begun")
    void replica_whenAnotherRestBegins_keepsIt() {
        Replica<String> replica = new Replica<>("a", "a");
        ReplicasConfig config = ReplicasConfig.DEFAULTS;
        long late = Duration.ofHours(1).toNanos();
        AtomicLong round = new AtomicLong();
        AtomicInteger numbers = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        Rendezvous.threads(2, () -> {
            if (numbers.getAndIncrement() > 0) {
                while (!done.get()) {
                    boolean unusedRest = replica.isResting(round.get());
                    double unused = replica.weight(late, config);
                }
                return;
            }
            try {
                for (int i = 0; i < 200_000; i++) {
                    long now = round.incrementAndGet(); // the rest of the last round is over
                    replica.rest(now + 1);
                    replica.startSlowly(0);
                    replica.startSlowly(late);
                    boolean kept = replica.isResting(now) && replica.weight(late, config) < 1;
                    lost.addAndGet(kept ? 0 : 1);
                }
            } finally {
                done.set(true);
            }
        });
        assertThat(lost).hasValue(0);
    }
}
