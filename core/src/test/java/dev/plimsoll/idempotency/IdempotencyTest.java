package dev.plimsoll.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The same key returns the first result. */
@NullUnmarked // nulls are values here
final class IdempotencyTest {

    private static final Duration LEASE = Duration.ofSeconds(60);

    private final VirtualTime time = VirtualTime.create();
    private final AtomicInteger runs = new AtomicInteger();
    private final Idempotency<@Nullable String> payments = payments(time);

    private static Idempotency<@Nullable String> payments(Time time) {
        return Idempotency.create(
                "payments",
                c -> c.keepFor(Duration.ofHours(1)).lease(LEASE).keepFailures(e -> e instanceof IllegalStateException),
                time);
    }

    private String charge() {
        return "receipt " + runs.incrementAndGet();
    }

    @Test
    @DisplayName("ID-1 the same key returns the first result, until that is too old; another key its own")
    void once_withTheSameKey_runsOnce() {
        assertThat(payments.once("k", this::charge)).isEqualTo("receipt 1");
        assertThat(payments.once("k", this::charge)).isEqualTo("receipt 1");
        assertThat(payments.once("other", this::charge)).isEqualTo("receipt 2");
        time.advance(Duration.ofHours(1));
        assertThat(payments.once("k", this::charge)).isEqualTo("receipt 3");
        assertThat(payments.snapshot()).isEqualTo(new IdempotencySnapshot("payments", 3, 1, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("ID-1 a null result is a result")
    void once_whenTheResultIsNull_runsOnce() {
        assertThat(payments.<RuntimeException>once("k", () -> {
                    charge();
                    return null;
                }))
                .isNull();
        assertThat(payments.once("k", this::charge)).isNull();
        assertThat(runs).hasValue(1);
    }

    @Test
    @DisplayName("ID-1 the same key with another fingerprint is an error that names both, and runs nothing")
    void once_withAnotherFingerprint_isAnError() {
        payments.once("k", "100 EUR to anna", this::charge);
        assertThatThrownBy(() -> payments.once("k", "900 EUR to ben", this::charge))
                .isInstanceOfSatisfying(KeyReusedException.class, e -> {
                    assertThat(e.key()).isEqualTo("k");
                    assertThat(e.firstFingerprint()).isEqualTo("100 EUR to anna");
                    assertThat(e.fingerprint()).isEqualTo("900 EUR to ben");
                })
                .hasMessage("payments: the key k was used before for \"100 EUR to anna\", now for \"900 EUR to ben\"");
        assertThatThrownBy(() -> payments.once("k", this::charge)).hasMessageEndingWith("now for no fingerprint");
        assertThat(runs).hasValue(1);
        assertThat(payments.snapshot().reused()).isEqualTo(2);
    }

    @Test
    @DisplayName("ID-1 failures are not kept, unless asked; an Error never")
    void once_whenItFails_isKeptOnlyIfAsked() {
        assertThatThrownBy(() -> payments.once("k", () -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> payments.once("k", () -> {
                    throw new AssertionError("broken");
                }))
                .isInstanceOf(AssertionError.class);
        assertThat(payments.once("k", this::charge)).isEqualTo("receipt 1");

        IllegalStateException wrong = new IllegalStateException("no such card");
        assertThatThrownBy(() -> payments.once("w", () -> {
                    throw wrong;
                }))
                .isSameAs(wrong);
        assertThatThrownBy(() -> payments.once("w", this::charge)).isSameAs(wrong);
    }

    @Test
    @DisplayName("ID-1 who comes while the first runs waits for its result")
    void once_whileTheFirstRuns_waits() {
        Idempotency<@Nullable String> real = payments(Time.system());
        CountDownLatch go = new CountDownLatch(1);
        List<String> results = new CopyOnWriteArrayList<>();
        Rendezvous.threads(5, () -> {
            results.add(""
                    + real.once("k", () -> {
                        Rendezvous.await(() -> real.waiting("k") == 4, "four wait");
                        return charge();
                    }));
            go.countDown();
        });
        assertThat(results).hasSize(5).containsOnly("receipt 1");
        assertThat(real.waiting("k")).isZero();
        assertThat(real.snapshot().repeated()).isEqualTo(4);
    }

    @Test
    @DisplayName("ID-1 when the first fails while others wait, exactly one of them is the next first")
    void once_whenTheFirstFails_theNextRuns() {
        Idempotency<@Nullable String> real = payments(Time.system());
        AtomicInteger failures = new AtomicInteger();
        List<String> results = new CopyOnWriteArrayList<>();
        Rendezvous.threads(4, () -> {
            try {
                results.add(""
                        + real.once("k", () -> {
                            if (runs.get() == 0) {
                                Rendezvous.await(() -> real.waiting("k") == 3, "three wait");
                                runs.incrementAndGet();
                                throw new IOException("down");
                            }
                            return charge();
                        }));
            } catch (IOException e) {
                failures.incrementAndGet();
            }
        });
        assertThat(failures).hasValue(1);
        assertThat(results).hasSize(3).containsOnly("receipt 2");
    }

    @Test
    @DisplayName("ID-1 who waits does so no longer than its deadline, and is refused then")
    void once_whenTheDeadlineIsOver_isRefused() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread first = time.start(
                "first",
                () -> payments.<RuntimeException>once("k", () -> {
                    begun.countDown();
                    sleep(Duration.ofSeconds(10));
                    return charge();
                }));
        Thread waiting = time.start("waiting", () -> {
            try {
                sleep(Duration.ofSeconds(1));
                String unused = Deadline.in(time, Duration.ofSeconds(3)).call(() -> payments.once("k", this::charge));
            } catch (RejectedException e) {
                thrown.set(e);
            }
        });
        time.join(waiting);
        time.join(first);
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEADLINE_EXPIRED))
                .hasMessage("payments: refused by the idempotency, the first with the key k still runs");
        assertThat(payments.snapshot()).isEqualTo(new IdempotencySnapshot("payments", 1, 0, 0, 1, 0, 0));
    }

    private void sleep(Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("ID-1 a first runner that died is released by its lease; its late result changes nothing")
    void once_whenTheFirstHasDied_theNextRunsAfterTheLease() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        Thread dead = time.start(
                "dead",
                () -> got.add("dead "
                        + payments.<RuntimeException>once("k", () -> {
                            sleep(Duration.ofHours(2).minusMinutes(90));
                            return "late";
                        })));
        AtomicReference<Long> at = new AtomicReference<>();
        long start = time.precise();
        Thread next = time.start("next", () -> {
            sleep(Duration.ofSeconds(1));
            got.add("next " + payments.once("k", this::charge));
            at.set(time.precise() - start);
        });
        time.join(next);
        assertThat(at.get()).isEqualTo(LEASE.toNanos());
        time.join(dead);
        assertThat(got).containsExactly("next receipt 1", "dead late");
        assertThat(payments.once("k", this::charge)).isEqualTo("receipt 1");
        assertThat(payments.snapshot().late()).isEqualTo(1);
    }

    @Test
    @DisplayName("ID-1 whoever waits can be interrupted; the flag stays set")
    void once_whenInterrupted_ends() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread first = time.start(
                "first",
                () -> payments.<RuntimeException>once("k", () -> {
                    begun.countDown();
                    sleep(Duration.ofSeconds(10));
                    return charge();
                }));
        Rendezvous.await(begun);
        Thread waiting = time.start("waiting", () -> {
            Thread.currentThread().interrupt();
            try {
                payments.once("k", this::charge);
            } catch (CallInterruptedException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                thrown.set(e);
            }
        });
        time.join(waiting);
        time.join(first);
        assertThat(thrown.get()).hasMessage("payments: interrupted while waiting for the first with the key k");
    }

    @Test
    @DisplayName("ID-1 a body that asks for its own key would wait for itself: refused; another key is another matter")
    void once_withinItself_isRefused() {
        assertThatThrownBy(() -> payments.once("k", () -> payments.once("k", this::charge)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REENTRANT));
        assertThat(payments.<RuntimeException>once("k", () -> payments.once("other", this::charge)))
                .isEqualTo("receipt 1");
        assertThat(payments.waiting("k")).isZero();
    }

    @Test
    @DisplayName("ID-1 a full store refuses and says how full it is and when to come back")
    void once_whenFull_isRefused() {
        Idempotency<String> small = Idempotency.create("small", c -> c.maxKeys(1), time);
        small.once("a", this::charge);
        assertThatThrownBy(() -> small.once("b", this::charge))
                .isInstanceOfSatisfying(RejectedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.STORE_FULL);
                    assertThat(e.retryAfter()).contains(Duration.ofHours(24));
                })
                .hasMessageContaining("0 keys under way and 1 results of 1");
        assertThat(small.once("a", this::charge)).isEqualTo("receipt 1");
    }

    @Test
    @DisplayName(
            "ID-1 a store that fails to take a result, or a predicate that throws, changes nothing for who did the work")
    void once_whenTheStoreFails_returnsAllTheSame() {
        IdempotencyStore<String> broken = new IdempotencyStore<>() {
            @Override
            public Begun<String> begin(String key, String fingerprint, long leaseNanos) {
                return new Begun.First<>(1);
            }

            @Override
            public boolean complete(String key, long generation, Result<String> result, long keepNanos) {
                throw new IllegalStateException("no connection");
            }

            @Override
            public void abort(String key, long generation) {
                throw new IllegalStateException("no connection");
            }
        };
        Idempotency<String> own = Idempotency.create(
                "own",
                c -> c.keepFailures(e -> {
                    throw new IllegalArgumentException("predicate");
                }),
                broken,
                time);
        assertThat(own.once("k", this::charge)).isEqualTo("receipt 1");
        assertThatThrownBy(() -> own.once("k", () -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
        assertThat(own.snapshot().faults()).isEqualTo(3);
    }

    @Test
    @DisplayName("ID-1 what cannot be a key or a set-up is refused, with all that is wrong")
    void badInput_saysWhy() {
        assertThatThrownBy(() -> payments.once("", this::charge)).hasMessage("key must have 1 … 256 characters: 0");
        assertThatThrownBy(() -> payments.once("k".repeat(257), this::charge)).hasMessageEndingWith(": 257");
        assertThatThrownBy(() -> Idempotency.create(
                        "no good",
                        c -> c.keepFor(Duration.ZERO).lease(Duration.ZERO).maxKeys(0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match")
                .hasMessageContaining("keepFor must be longer than zero")
                .hasMessageContaining("lease must be longer than zero")
                .hasMessageContaining("maxKeys must be at least 1: 0");
    }
}
