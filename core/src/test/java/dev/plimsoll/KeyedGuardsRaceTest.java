package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guards by key, and several threads at once. */
@Tag("both-compilers")
final class KeyedGuardsRaceTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    /** Its text is what the first thread that asks for it waits in, when it makes the key's guard. */
    private static final class SlowKey {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);

        @Override
        public String toString() {
            asked.countDown();
            Rendezvous.await(told);
            return "slow";
        }
    }

    @Test
    @DisplayName("CB-11 two threads bring the same new key into the last place: both get its own guard")
    void sameNewKey_lastPlace() {
        KeyedGuards<Object> few = guards.keyed("few", g -> g.circuitBreaker(), k -> k.maximumSize(1));
        SlowKey key = new SlowKey();
        Thread first = new Thread(() -> few.call(key, () -> 1));
        first.start();
        Rendezvous.await(key.asked);
        Thread second = new Thread(() -> few.call(key, () -> 2));
        second.start();
        Rendezvous.parked(second);
        key.told.countDown();
        Rendezvous.join(first);
        Rendezvous.join(second);
        assertThat(few.snapshot(key).orElseThrow().calls().answered()).isEqualTo(2);
        assertThat(few.snapshot().overflowed()).isZero();
    }

    @Test
    @DisplayName("CB-11 many threads, keys that come and go: never two calls of a key inside of its bulkhead of one")
    void threads_neverHaveTwoGuards() {
        KeyedGuards<String> hosts =
                guards.keyed("hosts", g -> g.bulkhead(1), k -> k.maximumSize(2).idleAfter(ofMinutes(1)));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        for (int round = 0; round < 100; round++) {
            time.advance(ofMinutes(2));
            Rendezvous.threads(3, () -> {
                String other = "other" + others.incrementAndGet();
                assertThat(hosts.get(other).<Integer, RuntimeException>call(() -> 1, refused -> 1))
                        .isEqualTo(1);
                int unused = hosts.get("a")
                        .<Integer, RuntimeException>call(
                                () -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    Thread.onSpinWait();
                                    return inside.decrementAndGet();
                                },
                                refused -> 0);
            });
        }
        assertThat(most).hasValue(1);
        assertThat(hosts.snapshot().evicted()).isPositive();
        time.advance(ofMinutes(2));
        assertThat(hosts.call("last", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot().keys()).isEqualTo(1); // nobody is counted inside for ever
    }

    @Test
    @DisplayName("CB-11 CB-12 keys that are made while the set-up changes do not stay behind")
    void change_racesWithNewKeys() {
        KeyedGuards<Integer> many = guards.keyed("many", g -> g.bulkhead(1), k -> k.maximumSize(10_000));
        AtomicInteger next = new AtomicInteger();
        for (int size = 2; size < 20; size++) {
            int target = size;
            AtomicInteger turn = new AtomicInteger();
            Rendezvous.threads(3, () -> {
                if (turn.getAndIncrement() == 0) {
                    many.reconfigure(g -> g.bulkhead(target));
                } else {
                    for (int i = 0; i < 3; i++) {
                        many.call(next.incrementAndGet(), () -> 1);
                    }
                }
            });
        }
        many.call(next.incrementAndGet(), () -> 1);
        for (int key = 1; key <= next.get(); key++) {
            many.call(key, () -> 1);
        }
        assertThat(many.snapshots())
                .hasSize(next.get())
                .allMatch(now -> now.bulkhead().orElseThrow().maxConcurrent() == 19);
    }

    /** Whether it allows hedges is asked under the lock of all guards; it does not say before it is told to. */
    private static final class SlowToSay implements Classifier {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);

        @Override
        public Judgement judge(Outcome outcome) {
            return Judgement.SUCCESS;
        }

        @Override
        public boolean allowsHedges() {
            asked.countDown();
            Rendezvous.await(told);
            return true;
        }
    }

    @Test
    @DisplayName("CB-11 virtual threads that want a key which is being retired let the one go on that retires it")
    void virtualThreads_whileAKeyIsRetired_leaveTheirCarriers() {
        Assumptions.assumeTrue(VirtualThreads.exist(), "this JDK has no virtual threads");
        KeyedGuards<String> hosts = guards.keyed("hosts", g -> g.bulkhead(10), k -> k.idleAfter(ofMinutes(1)));
        hosts.call("a", () -> 1);
        time.advance(ofMinutes(2));
        SlowToSay slow = new SlowToSay();
        Thread holder = new Thread(() -> guards.guard(
                "slow",
                g -> g.classifier(slow)
                        .hedge(Hedge.after(ofMillis(1)))
                        .bulkhead(b -> b.maxConcurrent(1).ownPool())));
        holder.start();
        Rendezvous.await(slow.asked);
        Thread retiring = VirtualThreads.unstarted("retiring", () -> hosts.call("b", () -> 1));
        retiring.start();
        Rendezvous.parked(retiring); // has begun to retire "a", and wants the lock

        AtomicInteger came = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            callers.add(VirtualThreads.unstarted("caller", () -> {
                came.incrementAndGet();
                hosts.call("a", () -> 1);
            }));
        }
        callers.forEach(Thread::start);
        Rendezvous.await(
                () -> came.get() >= Runtime.getRuntime().availableProcessors(),
                "as many want the key as there are carriers");
        slow.told.countDown();
        Rendezvous.join(retiring);
        callers.forEach(Rendezvous::join);
        Rendezvous.join(holder);
        assertThat(hosts.snapshot("a").orElseThrow().calls().answered()).isEqualTo(callers.size());
        assertThat(hosts.snapshot().evicted()).isEqualTo(1);
    }
}
