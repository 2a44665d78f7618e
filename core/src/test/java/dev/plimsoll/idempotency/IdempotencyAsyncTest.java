package dev.plimsoll.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The same key returns the first result, and no thread waits for it. */
@NullUnmarked // nulls are values here
final class IdempotencyAsyncTest {

    private final VirtualTime time = VirtualTime.create();
    private final AtomicInteger runs = new AtomicInteger();
    private final Idempotency<String> payments = Idempotency.create("payments", c -> c, time);
    private final CompletableFuture<String> charge = new CompletableFuture<>();

    /** Passes everything on to another store. */
    private static class PassingStore implements IdempotencyStore<String> {

        private final IdempotencyStore<String> other;

        PassingStore(IdempotencyStore<String> other) {
            this.other = other;
        }

        @Override
        public Begun<String> begin(String key, String fingerprint, long leaseNanos) {
            return other.begin(key, fingerprint, leaseNanos);
        }

        @Override
        public boolean complete(String key, long generation, Result<String> result, long keepNanos) {
            return other.complete(key, generation, result, keepNanos);
        }

        @Override
        public void abort(String key, long generation) {
            other.abort(key, generation);
        }
    }

    private CompletableFuture<String> charging() {
        runs.incrementAndGet();
        return charge;
    }

    @Test
    @DisplayName("ID-1 asynchronous: who comes while the first runs gets its result, and so does who comes later")
    void onceAsync_withTheSameKey_runsOnce() throws Exception {
        CompletableFuture<String> first = payments.onceAsync("k", this::charging);
        CompletableFuture<String> second = payments.onceAsync("k", this::charging);
        assertThat(second).isNotDone();
        assertThat(payments.waiting("k")).isEqualTo(1);
        charge.complete("receipt");
        assertThat(first).isCompletedWithValue("receipt");
        assertThat(Rendezvous.get(second)).isEqualTo("receipt");
        assertThat(payments.onceAsync("k", this::charging)).isCompletedWithValue("receipt");
        assertThat(payments.once("k", () -> "other")).isEqualTo("receipt");
        assertThat(runs).hasValue(1);
        assertThat(payments.waiting("k")).isZero();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("ID-1 asynchronous: when the first fails, one of those who wait is the next first")
    void onceAsync_whenTheFirstFails_theNextRuns() throws Exception {
        CompletableFuture<String> first = payments.onceAsync("k", this::charging);
        CompletableFuture<String> second =
                payments.onceAsync("k", () -> CompletableFuture.completedFuture("second " + runs.incrementAndGet()));
        charge.completeExceptionally(new IOException("down"));
        assertThatThrownBy(() -> Rendezvous.get(first)).hasCauseInstanceOf(IOException.class);
        assertThat(Rendezvous.get(second)).isEqualTo("second 2");
    }

    @Test
    @DisplayName("ID-1 asynchronous: who waits is refused when its deadline is over, and takes over when the lease is")
    void onceAsync_atTheDeadlineAndTheLease_ends() throws Exception {
        CompletableFuture<String> dead = payments.onceAsync("k", this::charging);
        CompletableFuture<String> bounded =
                Deadline.in(time, Duration.ofSeconds(3)).call(() -> payments.onceAsync("k", this::charging));
        CompletableFuture<String> patient = payments.onceAsync("k", () -> CompletableFuture.completedFuture("patient"));
        time.advance(Duration.ofSeconds(3));
        assertThatThrownBy(() -> Rendezvous.get(bounded)).hasCauseInstanceOf(RejectedException.class);
        assertThat(patient).isNotDone();
        time.advance(Duration.ofSeconds(57));
        assertThat(Rendezvous.get(patient)).isEqualTo("patient");
        charge.complete("late");
        assertThat(dead).isCompletedWithValue("late");
        assertThat(payments.once("k", () -> "other")).isEqualTo("patient");
    }

    @Test
    @DisplayName("ID-1 asynchronous: to cancel the first cancels its work; to cancel one who waits stops nothing else")
    void cancel_reachesWhatItShould() throws Exception {
        CompletableFuture<String> first = payments.onceAsync("k", this::charging);
        CompletableFuture<String> second = payments.onceAsync("k", this::charging);
        CompletableFuture<String> third = payments.onceAsync("k", () -> CompletableFuture.completedFuture("third"));
        second.cancel(true);
        assertThat(payments.waiting("k")).isEqualTo(1);
        assertThat(charge).isNotDone();
        first.cancel(true);
        assertThat(charge).isCancelled();
        assertThat(Rendezvous.get(third)).isEqualTo("third");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("ID-1 asynchronous: what is refused, thrown or null is in the future")
    void onceAsync_whatGoesWrong_isInTheFuture() {
        assertThatThrownBy(() -> Rendezvous.get(payments.onceAsync("a", () -> {
                    throw new IOException("at once");
                })))
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> Rendezvous.get(payments.onceAsync("b", () -> null)))
                .hasCauseInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Rendezvous.get(payments.onceAsync("c", () -> payments.onceAsync("c", this::charging))))
                .hasCauseInstanceOf(RejectedException.class);
        CompletableFuture<String> unused = payments.onceAsync("d", "one", this::charging);
        assertThatThrownBy(() -> Rendezvous.get(payments.onceAsync("d", "two", this::charging)))
                .hasCauseInstanceOf(KeyReusedException.class);
    }

    @Test
    @DisplayName("ID-1 asynchronous: who is woken while it asks the store asks again itself: two would go on otherwise")
    void waking_whileTheStoreIsAsked_startsNoSecondPath() {
        List<Runnable> elsewhere = new ArrayList<>();
        List<Runnable> whileAsked = new ArrayList<>();
        MemoryIdempotencyStore<String> memory = MemoryIdempotencyStore.create(10, time);
        IdempotencyStore<String> slow = new PassingStore(memory) {
            @Override
            public Begun<String> begin(String key, String fingerprint, long leaseNanos) {
                Begun<String> begun = super.begin(key, fingerprint, leaseNanos);
                List.copyOf(whileAsked).forEach(Runnable::run);
                return begun;
            }
        };
        Desk<String> desk = new Desk<>("slow", slow, IdempotencyConfig.DEFAULTS, time, elsewhere::add);
        AsyncOnce<String> first = new AsyncOnce<>(desk, "k", "", this::charging);
        first.begin();
        whileAsked.add(() -> {
            if (desk.waiting.count("k") > 0) { // the second now asks for the second time
                whileAsked.clear();
                charge.complete("receipt");
            }
        });
        AsyncOnce<String> second = new AsyncOnce<>(desk, "k", "", this::charging);
        second.begin();
        assertThat(second).isCompletedWithValue("receipt");
        assertThat(elsewhere).isEmpty();
        assertThat(desk.snapshot().repeated()).isEqualTo(1);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("ID-1 asynchronous: an Error of the predicate ends the first as that Error, and the next begins")
    void keepFailures_thatIsBroken_endsTheFirst() throws Exception {
        AssertionError broken = new AssertionError("broken predicate");
        Idempotency<String> strict = Idempotency.create(
                "strict",
                c -> c.keepFailures(error -> {
                    throw broken;
                }),
                time);
        CompletableFuture<String> first = strict.onceAsync("k", this::charging);
        CompletableFuture<String> second = strict.onceAsync("k", () -> CompletableFuture.completedFuture("second"));
        charge.completeExceptionally(new IOException("down"));
        assertThatThrownBy(() -> Rendezvous.get(first)).hasCause(broken);
        time.advance(Duration.ofMinutes(1));
        assertThat(Rendezvous.get(second)).isEqualTo("second");
    }

    @Test
    @DisplayName("ID-1 asynchronous: a stage that cannot be followed fails the first, and the key is free")
    void stage_thatCannotBeFollowed_endsTheFirst() {
        IllegalStateException deaf = new IllegalStateException("deaf");
        CompletableFuture<String> odd = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                throw deaf;
            }
        };
        assertThatThrownBy(() -> Rendezvous.get(payments.onceAsync("k", () -> odd)))
                .hasCause(deaf);
        assertThat(payments.onceAsync("k", () -> CompletableFuture.completedFuture("next")))
                .isCompletedWithValue("next");
    }

    @Test
    @DisplayName("ID-1 asynchronous: a store that says to ask again at once is asked again, and no deadline is blamed")
    void storeThatSaysAtOnce_isAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        MemoryIdempotencyStore<String> memory = MemoryIdempotencyStore.create(10, time);
        IdempotencyStore<String> hasty = new PassingStore(memory) {
            @Override
            public Begun<String> begin(String key, String fingerprint, long leaseNanos) {
                return asked.incrementAndGet() < 4 ? new Begun.Running<>(0) : super.begin(key, fingerprint, leaseNanos);
            }
        };
        Idempotency<String> remote = Idempotency.create("remote", c -> c, hasty, time);
        CompletableFuture<String> mine = remote.onceAsync("k", () -> CompletableFuture.completedFuture("mine"));
        time.advance(Duration.ofSeconds(1));
        assertThat(Rendezvous.get(mine)).isEqualTo("mine");
        asked.set(0);
        assertThat(remote.once("other", () -> "blocking")).isEqualTo("blocking");
    }

    @Test
    @DisplayName("ID-1 asynchronous: under many threads each key is done once, in either way")
    void mixed_underManyThreads_runsOnce() {
        Idempotency<Integer> real = Idempotency.create("real", c -> c, Time.system());
        AtomicInteger done = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String key = "k" + i;
                if (i % 2 == 0) {
                    all.add(real.onceAsync(key, () -> CompletableFuture.supplyAsync(done::incrementAndGet)));
                } else {
                    all.add(CompletableFuture.completedFuture(real.once(key, done::incrementAndGet)));
                }
            }
            for (CompletableFuture<Integer> each : all) {
                Integer unused = get(each);
            }
        });
        assertThat(done).hasValue(300);
        assertThat(real.snapshot().done()).isEqualTo(300);
        assertThat(real.snapshot().repeated()).isEqualTo(900);
    }

    private static Integer get(CompletableFuture<Integer> future) {
        try {
            return Rendezvous.get(future);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("ID-1 a store that says nothing of a key is an error, and nobody waits for ever")
    void storeThatSaysNothing_isAnError() {
        IdempotencyStore<String> silent = new PassingStore(MemoryIdempotencyStore.create(9, time)) {
            @Override
            public Begun<String> begin(String key, String fingerprint, long leaseNanos) {
                return null;
            }
        };
        Idempotency<String> broken = Idempotency.create("broken", c -> c, silent, time);
        assertThat(broken.onceAsync("k", this::charging)).isCompletedExceptionally();
        assertThatThrownBy(() -> broken.once("k", () -> "x")).isInstanceOf(NullPointerException.class);
        assertThat(runs).hasValue(0);
    }
}
