package dev.plimsoll.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store in memory: leases, keeping times, room, and fencing. */
final class MemoryIdempotencyStoreTest {

    private static final long LEASE = 60;
    private static final long KEEP = 1_000;

    private final VirtualTime time = VirtualTime.create();

    private MemoryIdempotencyStore<Integer> store(int maxKeys) {
        return MemoryIdempotencyStore.create(maxKeys, time);
    }

    private void pass(long nanos) {
        time.advance(java.time.Duration.ofNanos(nanos));
    }

    private static long first(Begun<Integer> begun) {
        return ((Begun.First<Integer>) begun).generation();
    }

    @Test
    @DisplayName("ID-1 one is the first, the others are told that it runs, and later what it came to")
    void begin_whileTheFirstRunsAndAfter_saysSo() {
        MemoryIdempotencyStore<Integer> store = store(10);
        long generation = first(store.begin("k", "f", LEASE));
        pass(59);
        assertThat(store.begin("k", "f", LEASE)).isEqualTo(new Begun.Running<>(1));
        assertThat(store.begin("k", "g", LEASE)).isEqualTo(new Begun.Mismatch<>("f"));
        assertThat(store.complete("k", generation, Result.returned(7), KEEP)).isTrue();
        pass(KEEP - 1);
        assertThat(store.begin("k", "f", LEASE)).isEqualTo(new Begun.Done<>(Result.returned(7)));
        assertThat(store.begin("k", "g", LEASE)).isEqualTo(new Begun.Mismatch<>("f"));
        pass(1);
        assertThat(store.begin("k", "g", LEASE)).isInstanceOf(Begun.First.class);
    }

    @Test
    @DisplayName(
            "ID-1 when the lease is over the next one is first, and the late result of the dead one changes nothing")
    void complete_ofAnOlderGeneration_changesNothing() {
        MemoryIdempotencyStore<Integer> store = store(10);
        long dead = first(store.begin("k", "", LEASE));
        pass(LEASE);
        long second = first(store.begin("k", "", LEASE));
        assertThat(second).isNotEqualTo(dead);
        store.abort("k", dead);
        assertThat(store.complete("k", dead, Result.returned(1), KEEP)).isFalse();
        assertThat(store.begin("k", "", LEASE)).isEqualTo(new Begun.Running<>(LEASE));
        assertThat(store.complete("k", second, Result.returned(2), KEEP)).isTrue();
        assertThat(store.complete("k", dead, Result.returned(1), KEEP)).isFalse();
        assertThat(store.begin("k", "", LEASE)).isEqualTo(new Begun.Done<>(Result.returned(2)));
    }

    @Test
    @DisplayName("ID-1 a result that comes late is kept as long as nobody else has begun")
    void complete_afterTheLease_whenNobodyHasBegun_isKept() {
        MemoryIdempotencyStore<Integer> store = store(10);
        long slow = first(store.begin("k", "", LEASE));
        pass(LEASE * 2);
        assertThat(store.complete("k", slow, Result.returned(1), KEEP)).isTrue();
    }

    @Test
    @DisplayName("ID-1 a full store refuses, says when there is room, and pushes out nothing that is under way or kept")
    void begin_whenFull_refuses() {
        MemoryIdempotencyStore<Integer> store = store(2);
        long a = first(store.begin("a", "", LEASE));
        pass(10);
        long b = first(store.begin("b", "", LEASE));
        assertThat(store.begin("c", "", LEASE))
                .isEqualTo(new Begun.Full<>("which holds 2 keys under way and 0 results of 2", 50));
        store.complete("a", a, Result.returned(1), 20);
        assertThat(store.begin("c", "", LEASE))
                .isEqualTo(new Begun.Full<>("which holds 1 keys under way and 1 results of 2", 20));
        assertThat(store.begin("a", "", LEASE)).isEqualTo(new Begun.Done<>(Result.returned(1)));
        pass(20);
        assertThat(store.begin("c", "", LEASE)).isInstanceOf(Begun.First.class);
        assertThat(store.begin("d", "", LEASE)).isInstanceOf(Begun.Full.class);
        pass(40);
        assertThat(store.begin("d", "", LEASE)).as("b is dead").isInstanceOf(Begun.First.class);
        assertThat(store.complete("b", b, Result.returned(1), KEEP)).isFalse();
        assertThat(store).hasToString("2 of 2 keys");
    }

    @Test
    @DisplayName("ID-1 bounds that cannot be are refused")
    void create_whenWrong_saysSo() {
        assertThatThrownBy(() -> store(0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("maxKeys must be at least 1: 0");
    }

    /** A map of everything, without a bound, looked through again and again. */
    private static final class Naive {
        private static final class Entry {
            String fingerprint = "";
            long generation;
            long leaseEnd;

            @Nullable
            Integer result;

            long end;
        }

        private final Map<String, Entry> entries = new HashMap<>();

        String begin(String key, String fingerprint, long now) {
            Entry entry = entries.get(key);
            if (entry != null && entry.result != null && entry.end - now <= 0) {
                entry = null;
            }
            if (entry != null && !entry.fingerprint.equals(fingerprint)) {
                return "mismatch " + entry.fingerprint;
            }
            if (entry != null && entry.result != null) {
                return "done " + entry.result;
            }
            if (entry != null && entry.leaseEnd - now > 0) {
                return "running " + (entry.leaseEnd - now);
            }
            return "first";
        }

        void began(String key, String fingerprint, long generation, long leaseEnd) {
            Entry entry = new Entry();
            entry.fingerprint = fingerprint;
            entry.generation = generation;
            entry.leaseEnd = leaseEnd;
            entries.put(key, entry);
        }

        boolean complete(String key, long generation, int result, long end) {
            Entry entry = entries.get(key);
            if (entry == null || entry.result != null || entry.generation != generation) {
                return false;
            }
            entry.result = result;
            entry.end = end;
            return true;
        }

        void abort(String key, long generation) {
            Entry entry = entries.get(key);
            if (entry != null && entry.result == null && entry.generation == generation) {
                entries.remove(key);
            }
        }
    }

    private static String words(Begun<Integer> begun) {
        if (begun instanceof Begun.Mismatch<Integer> mismatch) {
            return "mismatch " + mismatch.fingerprint();
        }
        if (begun instanceof Begun.Done<Integer> done) {
            return "done " + done.result().value();
        }
        return begun instanceof Begun.Running<Integer> running ? "running " + running.askAgainNanos() : "first";
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5_000, Long.MIN_VALUE})
    @DisplayName("ID-1 whatever happens in whatever order, the store says what a plain map would say")
    void script_comparedWithAMap_agrees(long origin) {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            VirtualTime own = VirtualTime.startingAt(origin, seed);
            MemoryIdempotencyStore<Integer> store = MemoryIdempotencyStore.create(100, own);
            Naive naive = new Naive();
            for (int step = 0; step < 300; step++) {
                String key = "k" + random.nextInt(4);
                long generation = random.nextInt(40);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        boolean kept = naive.complete(key, generation, step, own.precise() + KEEP);
                        assertThat(store.complete(key, generation, Result.returned(step), KEEP))
                                .isEqualTo(kept);
                    }
                    case 1 -> {
                        naive.abort(key, generation);
                        store.abort(key, generation);
                    }
                    case 2 -> own.advance(java.time.Duration.ofNanos(random.nextInt(80)));
                    default -> {
                        String fingerprint = "f" + random.nextInt(2);
                        String expected = naive.begin(key, fingerprint, own.precise());
                        Begun<Integer> begun = store.begin(key, fingerprint, LEASE);
                        assertThat(words(begun))
                                .as("seed %d step %d", seed, step)
                                .isEqualTo(expected);
                        if (begun instanceof Begun.First<Integer> first) {
                            naive.began(key, fingerprint, first.generation(), own.precise() + LEASE);
                        }
                    }
                }
            }
        }
    }
}
