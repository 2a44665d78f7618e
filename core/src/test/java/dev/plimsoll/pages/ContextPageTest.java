package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/**
 * docs/context.md: its example, SLF4J's MDC, wherever a call goes. Timers fire on the test's own thread, so who calls where
 * they matter has another.
 */
final class ContextPageTest {

    // example
    /** Takes the logging context of the caller's thread to the other threads of a call. */
    static final class LoggingContext {

        static ContextCarrier.Snapshot take() {
            Map<String, String> callers = MDC.getCopyOfContextMap();
            return () -> {
                Map<String, String> before = MDC.getCopyOfContextMap();
                put(callers);
                return () -> put(before);
            };
        }

        private static void put(@Nullable Map<String, String> context) {
            if (context == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(context);
            }
        }
    }
    // end of example

    private static Guards guards() {
        // example
        Guards guards = Guards.create(g -> g.contextCarrier(LoggingContext::take));
        // end of example
        return guards;
    }

    /** What a thread of ours had in its context when a call came to it. */
    private final List<@Nullable String> found = new CopyOnWriteArrayList<>();

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private final VirtualTime time = turns();

    /** The same carrier, watched: nothing may be left on a thread by the call before. */
    private final Guards guards = Guards.create(g -> g.time(time).logging(false).contextCarrier(this::watched));

    private static VirtualTime turns() {
        VirtualTime time = VirtualTime.create();
        time.takeTurns();
        return time;
    }

    private ContextCarrier.Snapshot watched() {
        ContextCarrier.Snapshot snapshot = LoggingContext.take();
        Thread caller = Thread.currentThread();
        return () -> {
            if (Thread.currentThread() != caller) {
                found.add(Objects.requireNonNullElse(MDC.get("request"), "nothing"));
            }
            return snapshot.open();
        };
    }

    @AfterEach
    void close() {
        MDC.clear();
        guards.close();
    }

    /** Does not let itself be cancelled, as work that cannot be stopped. */
    private static final class Stubborn extends CompletableFuture<String> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    private void see(String where) {
        seen.add(where + " sees " + MDC.get("request"));
    }

    @Test
    @DisplayName(
            "CA-6 T-98 the MDC of the caller, as on the page: in attempts on a pool, and taken from its worker again")
    void mdc_reachesThePool_andIsCleared() {
        Guard pooled = guards.guard(
                "pooled",
                g -> g.retry(Retry.fixed(ofMillis(1)))
                        .bulkhead(b -> b.maxConcurrent(1).ownPool()));
        for (String request : List.of("7", "8")) {
            MDC.put("request", request);
            assertThatThrownBy(() -> pooled.run(() -> {
                        see(Thread.currentThread().getName());
                        MDC.put("request", "spoiled");
                        throw new IOException("lost");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(MDC.get("request")).isEqualTo(request);
        }
        MDC.clear();
        pooled.run(() -> see("without"));

        assertThat(seen)
                .containsExactly(
                        "plimsoll-pooled-1 sees 7",
                        "plimsoll-pooled-1 sees 7",
                        "plimsoll-pooled-1 sees 7",
                        "plimsoll-pooled-1 sees 8",
                        "plimsoll-pooled-1 sees 8",
                        "plimsoll-pooled-1 sees 8",
                        "without sees null");
        assertThat(found).hasSize(7).containsOnly("nothing");
    }

    @Test
    @DisplayName("CA-6 the MDC reaches the attempt after a timeout, and who takes a late result, on a pool")
    void mdc_reachesWhatComesAfterATimeout() throws Exception {
        Guard pooled = guards.guard(
                "pooled",
                g -> g.attemptTimeout(ofMillis(300))
                        .withoutInterrupt()
                        .retry(Retry.fixed(ofMillis(1)).maxAttempts(2))
                        .onLateResult(late -> see("who takes " + late))
                        .bulkhead(b -> b.maxConcurrent(2).ownPool()));
        MDC.put("request", "7");
        String answer = pooled.call(attempt -> {
            see("attempt " + attempt.number());
            if (attempt.number() == 1) {
                time.sleep(ofSeconds(1));
            }
            return "the result of " + attempt.number();
        });
        MDC.put("request", "8");
        time.sleep(ofSeconds(1)); // the late result has come

        assertThat(answer).isEqualTo("the result of 2");
        assertThat(seen).containsExactly("attempt 1 sees 7", "attempt 2 sees 7", "who takes the result of 1 sees 7");
        assertThat(found).containsOnly("nothing");
    }

    private Guard asynchronous() {
        return guards.guard(
                "async",
                g -> g.attemptTimeout(ofMillis(200))
                        .retry(Retry.fixed(ofMillis(1)).maxAttempts(2))
                        .observer(event -> {
                            if (event instanceof Event.AttemptEnded) {
                                see("observer");
                            }
                        })
                        .onLateResult(late -> see("who takes " + late))
                        .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).maxWait(ofMillis(20))));
    }

    @Test
    @DisplayName("CA-6 T-98 the MDC reaches asynchronous attempts, timeouts, observers and the answer to a refusal")
    void mdc_reachesAsynchronousCalls() throws Exception {
        time.join(time.start("caller", this::callAsynchronously));

        assertThat(seen)
                .containsExactly(
                        "attempt 1 sees 7",
                        "observer sees 7",
                        "attempt 2 sees 7",
                        "observer sees 7",
                        "who answers sees 8",
                        "who takes it sees 7",
                        "who takes it sees 7");
        assertThat(MDC.get("request")).isNull();
        assertThat(found).containsOnly("nothing");
    }

    private void callAsynchronously() {
        List<CompletableFuture<String>> stages = new CopyOnWriteArrayList<>();
        Guard guard = asynchronous();
        MDC.put("request", "7");
        CompletableFuture<String> late = guard.callAsync(attempt -> {
            see("attempt " + attempt.number());
            CompletableFuture<String> stage = new Stubborn();
            stages.add(stage);
            attempt.endsWith(stage);
            return stage;
        });
        MDC.clear();
        awaitEnd(late);
        assertThatThrownBy(late::join).hasCauseInstanceOf(TimeoutExceededException.class);
        MDC.put("request", "8");
        CompletableFuture<String> refused = guard.callAsync(Stubborn::new, refusal -> {
            see("who answers");
            return "refused";
        });
        MDC.clear();
        awaitEnd(refused);
        assertThat(refused.join()).isEqualTo("refused");
        stages.forEach(stage -> stage.complete("it"));
        assertThat(MDC.get("request")).isNull();
    }

    private void awaitEnd(CompletableFuture<?> call) {
        Thread me = Thread.currentThread();
        CompletableFuture<?> unused = call.whenComplete((value, error) -> time.unpark(me));
        while (!call.isDone()) {
            time.park(call);
        }
    }

    @Test
    @DisplayName(
            "CA-6 an attempt begun on the thread that failed the one before sees the caller's MDC, then that thread its own")
    void mdc_onAForeignThread_isPutBack() throws Exception {
        Guard guard = guards.guard("async", g -> g.retry(Retry.immediate().maxAttempts(2)));
        List<CompletableFuture<String>> stages = new ArrayList<>();
        MDC.put("request", "7");
        CompletableFuture<String> result = guard.callAsync(() -> {
            see(Thread.currentThread().getName());
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
        String here = Thread.currentThread().getName();
        Thread foreign = new Thread(
                () -> {
                    MDC.put("request", "of another");
                    stages.get(0).completeExceptionally(new IOException("lost"));
                    see("afterwards the thread");
                    stages.get(1).complete("good");
                },
                "foreign");
        foreign.start();
        Rendezvous.join(foreign);

        assertThat(result.join()).isEqualTo("good");
        assertThat(seen).containsExactly(here + " sees 7", "foreign sees 7", "afterwards the thread sees of another");
    }

    @Test
    @DisplayName("CA-6 the examples of the page are those that were compiled")
    void page_showsTheExamples() throws Exception {
        try (Guards made = guards()) {
            MDC.put("request", "7");
            assertThat(made.guard("plain", g -> g.attemptTimeout(ofSeconds(1))).get(() -> MDC.get("request")))
                    .isEqualTo("7");
        }
        assertThat(Page.of("context.md").examples()).isEqualTo(Page.examplesOf(ContextPageTest.class));
    }
}
