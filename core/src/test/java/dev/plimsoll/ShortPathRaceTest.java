package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads on all paths at once, while observers come and go and operators step in. */
@Tag("both-compilers")
final class ShortPathRaceTest {

    private static final int CALLS = 30_000;
    private static final int OBSERVERS = 2_000;

    /** One guard under threads that call it, and what they have seen. */
    private static final class Race {

        private final Queue<Long> told = new ConcurrentLinkedQueue<>();
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong due = new AtomicLong();
        private final AtomicLong heard = new AtomicLong();
        private final Guard guard;
        private final CircuitBreaker breaker;

        Race(Guards guards, UnaryOperator<GuardBuilder> more) {
            ChangeObserver changes = event -> {
                if (event instanceof CircuitTransition transition) {
                    told.add(transition.sequence());
                }
            };
            guard = guards.guard(
                    "prices",
                    g -> more.apply(g.circuitBreaker(b -> b.consecutiveFailures(2)
                                    .slowCallRate(0.9, Duration.ofNanos(900), 4)
                                    .overLastCalls(8)
                                    .openFor(Duration.ofNanos(20_000))
                                    .successesToClose(1))
                            .observer(changes)));
            breaker = Objects.requireNonNull(guard.circuitBreaker());
        }

        void calls(int seed) {
            Random random = new Random(seed);
            for (int i = 0; i < CALLS; i++) {
                if (seed == 0 && random.nextInt(200) == 0) {
                    breaker.reset("test", "me");
                }
                call(random.nextInt(40));
            }
        }

        private void call(int what) {
            try {
                int value = guard.<Integer, IOException>call(() -> {
                    if (what < 3) {
                        throw new IOException("lost");
                    }
                    return what;
                });
                assertThat(value).isEqualTo(what);
                answered.incrementAndGet();
            } catch (IOException | RejectedException lostOrRefused) {
                assertThat(lostOrRefused).isNotNull();
            }
        }

        /** Each call between coming and going of its own observer is heard by it. */
        void observe() {
            Thread me = Thread.currentThread();
            Observer observer = event -> {
                if (event instanceof CallEnded && Thread.currentThread() == me) {
                    heard.incrementAndGet();
                }
            };
            for (int i = 0; i < OBSERVERS; i++) {
                guard.observe(observer);
                for (int call = 0; call < 3; call++) {
                    due.incrementAndGet();
                    call(7);
                }
                guard.forget(observer);
            }
        }

        void ends() {
            assertThat(heard.get()).isEqualTo(due.get());
            assertThat(guard.snapshot().calls().answered()).isEqualTo(answered.get());
            if (guard.bulkhead() != null) {
                assertThat(guard.bulkhead().snapshot().active()).isZero();
                assertThat(guard.bulkhead().snapshot().waiting()).isZero();
            }
            Rendezvous.await(() -> breaker.snapshot().sequence() == told.size(), "all is told");
            // An open circuit becomes half open by itself meanwhile, and then one more is told.
            List<Long> heardOf = List.copyOf(told);
            assertThat(heardOf)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, heardOf.size()).boxed().toList());
        }
    }

    private static UnaryOperator<GuardBuilder> kind(int kind) {
        return switch (kind) {
            case 0 -> g -> g;
            case 1 -> g -> g.bulkhead(2);
            case 2 -> g -> g.bulkhead(b -> b.maxConcurrent(2).maxWaiting(2).maxWait(Duration.ofMillis(1)));
            default -> g -> g.bulkhead(3).retry(Retry.immediate().maxAttempts(2));
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @DisplayName("EV-1 EV-3 BH-2 all transitions are told, no permit is lost, whoever observes hears of every call")
    void paths_takenByManyThreads_loseNothing(int kind) {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Race race = new Race(guards, kind(kind));
            ShortPathEdgesTest.forgetAmbient();
            AtomicInteger seeds = new AtomicInteger();
            Rendezvous.threads(5, () -> {
                int seed = seeds.getAndIncrement();
                if (seed < 4) {
                    race.calls(seed);
                } else {
                    race.observe();
                }
            });
            race.ends();
        }
    }
}
