package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RefusalAnswered;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An observer that is around each call: when it is told, and where what it has put there is in force. */
final class CallObserverTest {

    private static final ThreadLocal<@Nullable String> AROUND = new ThreadLocal<>();

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** Puts a name around each call, inside of the names around that. */
    private class Spans implements CallObserver {

        private final @Nullable Throwable thrown;

        Spans(@Nullable Throwable thrown) {
            this.thrown = thrown;
        }

        private void mayThrow() {
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
        }

        private Scope in(@Nullable String inside) {
            String before = AROUND.get();
            AROUND.set(inside);
            return () -> AROUND.set(before);
        }

        @Override
        public Scope begins(String dependency) {
            mayThrow();
            String outer = AROUND.get();
            Scope scope = in(outer == null ? dependency : outer + ">" + dependency);
            told.add("begins in " + AROUND.get());
            return () -> {
                told.add("closed in " + AROUND.get());
                scope.close();
            };
        }

        @Override
        public Snapshot capture() {
            mayThrow();
            String mine = AROUND.get();
            return () -> in(mine);
        }

        @Override
        public void on(Event event) {
            boolean kept = event instanceof CallEnded || event instanceof AttemptEnded || event instanceof LegEnded;
            if (kept || event instanceof FallbackAsked || event instanceof RefusalAnswered) {
                told.add(event.getClass().getSimpleName() + " in " + AROUND.get());
            }
        }
    }

    private final Spans spans = new Spans(null);

    @AfterEach
    void close() {
        guards.close();
        assertThat(AROUND.get()).isNull();
    }

    @Test
    @DisplayName("EV-2 it is told before everything else of a call, and stays around until all of it has been told")
    void blockingCall_isSurrounded() throws Exception {
        Guard prices = guards.guard("prices", g -> g.observer(spans).bulkhead(1));
        Guard shop = guards.guard("shop", g -> g.observer(spans).retry(Retry.fixed(ofMillis(100))));
        int[] attempts = new int[1];
        shop.run(() -> {
            if (attempts[0]++ == 0) {
                throw new IOException("connection reset");
            }
            prices.run(() -> told.add("work in " + AROUND.get()));
        });
        assertThat(told)
                .containsExactly(
                        "begins in shop",
                        "AttemptEnded in shop",
                        "begins in shop>prices",
                        "work in shop>prices",
                        "AttemptEnded in shop>prices",
                        "CallEnded in shop>prices",
                        "closed in shop>prices",
                        "AttemptEnded in shop",
                        "CallEnded in shop",
                        "closed in shop");
    }

    @Test
    @DisplayName("EV-2 DG-1 a call that fails and its fallback are inside")
    void fallback_isInside() throws IOException {
        Guard prices = guards.guard("prices", g -> g.observer(spans));
        Fallback<String> fallback = Fallback.<String>onFailed().orElse("default");
        assertThat(prices.<String, IOException>call(
                        () -> {
                            throw new IOException("connection reset");
                        },
                        fallback))
                .isEqualTo("default");
        assertThat(told)
                .containsExactly(
                        "begins in prices",
                        "AttemptEnded in prices",
                        "CallEnded in prices",
                        "FallbackAsked in prices",
                        "closed in prices");
    }

    @Test
    @DisplayName(
            "EV-2 CA-3 a function that answers a refusal is told of inside, once, after the call; one that throws is not")
    void refusal_thatIsAnswered_isToldInside() {
        Guard prices = guards.guard("prices", g -> g.observer(spans).rateLimiter(r -> r.permits(1)));
        assertThat(prices.<String, RuntimeException>call(() -> "good", refused -> "none"))
                .isEqualTo("good");
        told.clear();
        assertThat(prices.<String, RuntimeException>call(() -> "good", refused -> "none"))
                .isEqualTo("none");
        CompletableFuture<String> later =
                prices.callAsync(() -> CompletableFuture.completedFuture("good"), refused -> "none");
        assertThat(later.join()).isEqualTo("none");
        assertThatThrownBy(() -> prices.<String, RuntimeException>call(() -> "good", refused -> {
                    throw refused;
                }))
                .isInstanceOf(RejectedException.class);
        assertThat(told)
                .containsExactly(
                        "begins in prices",
                        "CallEnded in prices",
                        "RefusalAnswered in prices",
                        "closed in prices",
                        "begins in prices",
                        "CallEnded in prices",
                        "RefusalAnswered in prices",
                        "closed in prices",
                        "begins in prices",
                        "CallEnded in prices",
                        "closed in prices");
    }

    @Test
    @DisplayName("EV-2 CA-6 an asynchronous call takes it along to whatever thread it goes on, without a carrier")
    void asyncCall_takesItAlong() {
        Guard prices = guards.guard("prices", g -> g.observer(spans).retry(Retry.fixed(ofMillis(100))));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> answer = prices.callAsync(() -> {
            told.add("work in " + AROUND.get());
            return first.isDone() ? second : first;
        });
        assertThat(AROUND.get()).isNull();
        first.completeExceptionally(new IOException("connection reset"));
        time.advance(ofMillis(100));
        second.complete("good");
        assertThat(answer.join()).isEqualTo("good");
        assertThat(told)
                .containsExactly(
                        "begins in prices",
                        "work in prices",
                        "closed in prices",
                        "AttemptEnded in prices",
                        "work in prices",
                        "AttemptEnded in prices",
                        "CallEnded in prices");
    }

    @Test
    @DisplayName("EV-2 CA-6 a call that is cancelled, or whose time is up, ends inside of it")
    void asyncCall_thatIsGivenUp_endsInside() {
        Guard prices = guards.guard("prices", g -> g.observer(spans).totalTimeout(ofSeconds(1)));
        assertThat(prices.callAsync(CompletableFuture<String>::new).cancel(true))
                .isTrue();
        CompletableFuture<String> late = prices.callAsync(CompletableFuture::new);
        time.advance(ofSeconds(2));
        assertThatThrownBy(late::join).isNotNull();
        assertThat(told).filteredOn(line -> line.startsWith("CallEnded")).containsOnly("CallEnded in prices");
        assertThat(told).filteredOn(line -> line.startsWith("CallEnded")).hasSize(2);
    }

    @Test
    @DisplayName("EV-2 CA-6 the threads of a pool, and the legs of a hedged attempt, are inside of it")
    void poolAndLegs_areInside() throws Exception {
        try (Guards real = Guards.create(g -> g.logging(false))) {
            Guard prices = real.guard(
                    "prices",
                    g -> g.observer(spans)
                            .hedge(Hedge.after(ofMillis(1)))
                            .bulkhead(b -> b.maxConcurrent(2).ownPool()));
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch hedged = new CountDownLatch(1);
            assertThat(prices.<String, Exception>call(attempt -> {
                        told.add("leg " + attempt.leg() + " in " + AROUND.get());
                        if (attempt.leg() == 1) {
                            begun.countDown();
                            Rendezvous.await(hedged);
                        } else {
                            Rendezvous.await(begun); // else it may win before the other one has a thread
                            hedged.countDown();
                        }
                        return "good";
                    }))
                    .isEqualTo("good");
        }
        assertThat(told).contains("leg 1 in prices", "leg 2 in prices", "LegEnded in prices", "CallEnded in prices");
        assertThat(told).allMatch(line -> line.endsWith(" in prices"));
    }

    @Test
    @DisplayName("EV-2 its exceptions are counted and change nothing, in both kinds of calls")
    void exception_changesNothing() {
        Guard prices = guards.guard("prices", g -> g.observer(spans).observer(new Spans(new IllegalStateException())));
        assertThat(prices.get(() -> 7)).isEqualTo(7);
        assertThat(prices.callAsync(() -> CompletableFuture.completedFuture(7)).join())
                .isEqualTo(7);
        assertThat(prices.snapshot().faults()).isEqualTo(4); // begins twice; captures twice, before the one and in it
        assertThat(told).filteredOn(line -> line.startsWith("closed")).hasSize(2);
    }

    @Test
    @DisplayName("EV-2 whoever calls gets an Error of the beginning, and the call has not begun")
    void error_atTheBeginning_isThrown() {
        Error planted = new AssertionError("planted");
        Spans broken = new Spans(planted) {
            @Override
            public Snapshot capture() {
                return () -> () -> {};
            }
        };
        Guard prices = guards.guard("prices", g -> g.observer(spans).observer(broken));
        assertThatThrownBy(() -> prices.get(() -> 7)).isSameAs(planted);
        CompletableFuture<Integer> answer = prices.callAsync(() -> CompletableFuture.completedFuture(7));
        assertThat(AsyncScene.errorOf(answer)).isSameAs(planted);
        assertThat(told)
                .containsExactly("begins in prices", "closed in prices", "begins in prices", "closed in prices");
        assertThat(prices.snapshot().faults()).isZero();
    }

    @Test
    @DisplayName(
            "EV-2 an Error of what it takes along before an asynchronous call is that of the future, and none has begun")
    void error_beforeTheBeginning_isOfTheFuture() {
        Error planted = new AssertionError("planted");
        Guard prices = guards.guard("prices", g -> g.observer(spans).observer(new Spans(planted)));
        CompletableFuture<Integer> answer = prices.callAsync(() -> CompletableFuture.completedFuture(7));
        assertThat(AsyncScene.errorOf(answer)).isSameAs(planted);
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("EV-2 CA-6 what depends on an asynchronous call is not inside of it, however it ends")
    void dependent_isOutside() {
        Guard prices = guards.guard("prices", g -> g.observer(spans));
        Guard stock = guards.guard("stock", g -> g.observer(spans));
        Fallback<String> fallback = Fallback.<String>onFailed().orElse("default");
        CompletableFuture<String> good = new CompletableFuture<>();
        CompletableFuture<String> bad = new CompletableFuture<>();
        CompletableFuture<String> saved = new CompletableFuture<>();
        List<CompletableFuture<String>> calls = List.of(
                prices.callAsync(() -> good), prices.callAsync(() -> bad), prices.callAsync(() -> saved, fallback));
        List<CompletableFuture<String>> after = calls.stream()
                .map(call -> call.handle((value, error) -> value)
                        .thenCompose(any -> stock.callAsync(() -> CompletableFuture.completedFuture("7"))))
                .toList();
        told.clear();
        good.complete("good");
        bad.completeExceptionally(new IOException("connection reset"));
        saved.completeExceptionally(new IOException("connection reset"));
        assertThat(after).allSatisfy(each -> assertThat(each.join()).isEqualTo("7"));
        assertThat(told)
                .filteredOn(line -> line.startsWith("begins"))
                .containsExactly("begins in stock", "begins in stock", "begins in stock");
    }

    @Test
    @DisplayName("EV-2 CA-6 what depends on an asynchronous call is inside of what that was inside of")
    void dependent_isWhereTheCallWas() {
        Guard shop = guards.guard("shop", g -> g.observer(spans));
        Guard prices = guards.guard("prices", g -> g.observer(spans));
        Guard stock = guards.guard("stock", g -> g.observer(spans));
        CompletableFuture<String> later = new CompletableFuture<>();
        CompletableFuture<String> answer = shop.callAsync(() -> prices.callAsync(() -> later)
                .thenCompose(price -> stock.callAsync(() -> CompletableFuture.completedFuture("7"))));
        later.complete("good");
        assertThat(answer.join()).isEqualTo("7");
        assertThat(told).contains("begins in shop>prices", "begins in shop>stock");
    }

    @Test
    @DisplayName(
            "EV-2 one that comes is told of the next call, also where it is judged otherwise; one that goes is not")
    void observer_comesAndGoes() {
        Guard prices = guards.guard("prices", g -> g.circuitBreaker());
        Guard view = prices.judgedBy(Classifier.standard());
        assertThat(view.get(() -> 7)).isEqualTo(7);
        prices.observe(spans);
        assertThat(prices.get(() -> 7)).isEqualTo(7);
        assertThat(view.get(() -> 7)).isEqualTo(7);
        prices.forget(spans);
        assertThat(prices.get(() -> 7)).isEqualTo(7);
        assertThat(told).filteredOn(line -> line.startsWith("begins")).hasSize(2);
    }
}
