package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong around a call: permits, probes, timers, charges and frames are back, and the error is told. */
final class SettlingTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    /** What user code of any kind throws that nothing may swallow. */
    private static final class Hostile extends Error {
        private static final long serialVersionUID = 1L;
    }

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Ambient.isInsideAny(around -> true)).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    private Guard full(UnaryOperator<GuardBuilder> more) {
        return guards.guard(
                "prices",
                g -> more.apply(g.retry(Retry.fixed(Duration.ofMillis(10)))
                        .attemptTimeout(Duration.ofSeconds(1))
                        .totalTimeout(Duration.ofSeconds(9))
                        .circuitBreaker(b -> b.consecutiveFailures(50).maxConcurrentProbes(1))
                        .bulkhead(b -> b.maxConcurrent(2).maxWaiting(1))));
    }

    private static Bulkhead bulkhead(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead());
    }

    private static CircuitBreaker breaker(Guard guard) {
        return Objects.requireNonNull(guard.circuitBreaker());
    }

    private void assertBack(Guard guard) {
        assertThat(bulkhead(guard).snapshot().available()).isEqualTo(2);
        assertThat(time.pendingTimers()).isZero();
        assertThat(Ambient.isInsideAny(around -> true)).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
        assertThat(guard.get(() -> "next")).isEqualTo("next");
    }

    private static void hostileAt(Event event, Class<?> kind) {
        if (kind.isInstance(event)) {
            throw new Hostile();
        }
    }

    @Test
    @DisplayName("EV-2 T-36 T-52 an Error of an observer of the end of an attempt is rethrown, and all is settled")
    void errorOfObserver_atAttemptEnded_leaksNothing() {
        Heard heard = new Heard();
        Guard guard =
                full(g -> g.observer(e -> hostileAt(e, AttemptEnded.class)).observer(heard));

        assertThatThrownBy(() -> guard.get(() -> "good")).isInstanceOf(Hostile.class);

        assertThat(heard.of(AttemptEnded.class)).hasSize(1);
        CallEnded ended = heard.only(CallEnded.class);
        assertThat(ended.end()).isEqualTo(Event.End.CANCELLED);
        assertThat(ended.attempts()).isEqualTo(1);
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(0, 0, 0, 0, 1));
        assertThat(bulkhead(guard).snapshot().available()).isEqualTo(2);
    }

    @Test
    @DisplayName("EV-2 an Error of an observer of the end of a call is rethrown after the call is counted")
    void errorOfObserver_atCallEnded_leaksNothing() {
        Heard heard = new Heard();
        Guard guard = full(g -> g.observer(e -> hostileAt(e, CallEnded.class)).observer(heard));

        assertThatThrownBy(() -> guard.get(() -> "good")).isInstanceOf(Hostile.class);
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(Hostile.class);

        assertThat(heard.of(CallEnded.class)).hasSize(2);
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(1, 1, 0, 0, 0));
        assertThat(bulkhead(guard).snapshot().available()).isEqualTo(2);
    }

    @Test
    @DisplayName("EV-2 RB-1 an Error of an observer of a scheduled retry ends the call and gives the charge back")
    void errorOfObserver_atRetryScheduled_givesTheChargeBack() {
        Heard heard = new Heard();
        Guard guard =
                full(g -> g.observer(e -> hostileAt(e, RetryScheduled.class)).observer(heard));

        Throwable thrown = catchThrowable(() -> guard.call(() -> {
            throw new IOException("lost");
        }));

        assertThat(thrown).isInstanceOf(Hostile.class);
        assertThat(heard.only(CallEnded.class).error()).isSameAs(thrown);
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
        assertBack(guard);
    }

    @Test
    @DisplayName("EV-2 an Error of an observer of a denied retry ends the call")
    void errorOfObserver_atRetryDenied_leaksNothing() {
        Heard heard = new Heard();
        Guard guard = full(g -> g.observer(e -> hostileAt(e, RetryDenied.class)).observer(heard));

        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(Hostile.class);

        assertThat(heard.of(CallEnded.class)).hasSize(1);
        assertBack(guard);
    }

    @Test
    @DisplayName("EV-2 an Error of an observer of a refusal ends the call, which is told all the same")
    void errorOfObserver_atAttemptRefused_leaksNothing() {
        Heard heard = new Heard();
        Guard guard =
                full(g -> g.observer(e -> hostileAt(e, AttemptRefused.class)).observer(heard));
        breaker(guard).forceOpen("test", "me");

        assertThatThrownBy(() -> guard.get(() -> "good")).isInstanceOf(Hostile.class);

        assertThat(heard.only(CallEnded.class).attempts()).isZero();
        breaker(guard).reset("test", "me");
        assertBack(guard);
    }

    @Test
    @DisplayName("EV-2 an Error of an observer of a transition is rethrown once attempt and call are counted")
    void errorOfObserver_atTransition_isRethrownWhenAllIsCounted() {
        Heard heard = new Heard();
        Guard guard = guards.guard(
                "prices",
                g -> g.bulkhead(2)
                        .circuitBreaker(b -> b.consecutiveFailures(1))
                        .observer(e -> hostileAt(e, CircuitTransition.class))
                        .observer(heard));

        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(Hostile.class);

        assertThat(heard.of(AttemptEnded.class)).hasSize(1);
        assertThat(heard.of(CallEnded.class)).hasSize(1);
        assertThat(bulkhead(guard).snapshot().available()).isEqualTo(2);
        assertThat(breaker(guard).state()).isEqualTo(BreakerState.OPEN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("CB-8 T-36 an Error of the classifier reaches the caller and leaks no permit")
    void errorOfClassifier_reachesTheCaller(boolean returns) {
        Guard guard = full(g -> g.classifier(outcome -> {
            if ("next".equals(outcome.value())) {
                return Judgement.SUCCESS;
            }
            throw new Hostile();
        }));

        assertThatThrownBy(() -> guard.call(() -> {
                    if (!returns) {
                        throw new IOException("lost");
                    }
                    return "good";
                }))
                .isInstanceOf(Hostile.class);

        assertBack(guard);
    }

    @Test
    @DisplayName("CB-8 an exception of the classifier changes nothing and is counted")
    void exceptionOfClassifier_isJudgedByTheStandard() {
        Guard guard = full(g -> g.classifier(outcome -> {
            throw new IllegalStateException("broken");
        }));

        assertThat(guard.get(() -> "good")).isEqualTo("good");
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);

        assertThat(guard.snapshot().faults()).isEqualTo(4);
        assertBack(guard);
    }

    @Test
    @DisplayName("CB-8 RT-7 an exception whose methods throw is passed on as it is")
    void errorWithBrokenMethods_passes() {
        final class Broken extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no cause for you");
            }

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message for you");
            }
        }
        Heard heard = new Heard();
        Guard guard = full(g -> g.retry(Retry.immediate().retryOn(Broken.class)).observer(heard));

        assertThatThrownBy(() -> guard.run(() -> {
                    throw new Broken();
                }))
                .satisfies(thrown -> assertThat(thrown.getClass()).isEqualTo(Broken.class));

        assertThat(heard.only(CallEnded.class).earlier()).hasSize(2);
        assertBack(guard);
    }

    @Test
    @DisplayName("EV-2 an Error of a retryOnResult predicate reaches the caller and leaks nothing")
    void errorOfPredicate_reachesTheCaller() {
        Heard heard = new Heard();
        Guard guard = full(g -> g.observer(heard).retry(Retry.immediate().retryOnResult(value -> {
            if ("next".equals(value)) {
                return false;
            }
            throw new Hostile();
        })));

        assertThatThrownBy(() -> guard.get(() -> "good")).isInstanceOf(Hostile.class);

        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
        assertThat(guard.snapshot().calls().answered()).isZero();
        assertBack(guard);
    }

    @Test
    @DisplayName("EV-2 an Error of a retryOn predicate reaches the caller and leaks nothing")
    void errorOfErrorPredicate_reachesTheCaller() {
        Heard heard = new Heard();
        Guard guard = full(g -> g.observer(heard).retry(Retry.immediate().retryOn(error -> {
            throw new Hostile();
        })));

        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(Hostile.class);

        assertThat(heard.of(CallEnded.class)).hasSize(1);
        assertBack(guard);
    }

    @Test
    @DisplayName("TO-1 an Error of who takes late results reaches the caller and leaks nothing")
    void errorOfLateTaker_reachesTheCaller() {
        Guard guard = full(g -> g.onLateResult(value -> {
            throw new Hostile();
        }));

        assertThatThrownBy(() -> guard.get(() -> {
                    time.advance(Duration.ofSeconds(2));
                    return "late";
                }))
                .isInstanceOf(Hostile.class);

        assertBack(guard);
    }

    @Test
    @DisplayName("T-39 T-58 an Error of the work passes as it is, is not retried, and releases everything")
    void errorOfWork_passes() {
        Guard guard = full(g -> g.retry(Retry.immediate().retryOn(Throwable.class)));
        int[] runs = new int[1];

        assertThatThrownBy(() -> guard.run(() -> {
                    runs[0]++;
                    throw new OutOfMemoryError("not really");
                }))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(runs[0]).isEqualTo(1);
        assertThat(breaker(guard).snapshot().judged().totalBad()).isZero();
        assertBack(guard);
    }

    @Test
    @DisplayName("T-39 work that overflows the stack releases everything")
    void stackOverflowOfWork_releasesEverything() {
        Guard guard = full(UnaryOperator.identity());
        errorOfWork(guard); // so that no class has to be loaded without a stack

        assertThatThrownBy(() -> guard.get(this::endless)).isInstanceOf(StackOverflowError.class);

        assertBack(guard);
    }

    private static void errorOfWork(Guard guard) {
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new Hostile();
                }))
                .isInstanceOf(Hostile.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private String endless() {
        return endless() + endless();
    }

    @Test
    @DisplayName("T-39 a guard nested in itself until the stack overflows leaves this thread's frames as they were")
    void stackOverflowOfNestedCalls_restoresTheFrames() {
        Guard guard = guards.guard("deep", g -> g.retry(Retry.immediate()).circuitBreaker());
        errorOfWork(guard);

        assertThatThrownBy(() -> nest(guard)).isInstanceOf(StackOverflowError.class);

        assertThat(Ambient.isInsideAny(around -> true)).isFalse();
        assertThat(guard.get(() -> "next")).isEqualTo("next");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int nest(Guard guard) {
        return guard.get(() -> nest(guard)) + 1;
    }

    @Test
    @DisplayName("CB-5 T-15 a probe whose attempt a later gate refuses gets its place back")
    void probe_refusedByTheBulkhead_isGivenBack() throws Exception {
        Guard guard = guards.guard(
                "half",
                g -> g.bulkhead(1)
                        .circuitBreaker(b -> b.consecutiveFailures(1)
                                .openFor(Duration.ofSeconds(1))
                                .maxConcurrentProbes(1)
                                .successesToClose(1)));
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);
        time.advance(Duration.ofSeconds(1));

        try (var taken = bulkhead(guard).tryEnter()) {
            assertThat(taken).isNotNull();
            assertThatThrownBy(() -> guard.get(() -> "refused")).isInstanceOf(RejectedException.class);
            assertThat(breaker(guard).state()).isEqualTo(BreakerState.HALF_OPEN);
        }

        assertThat(guard.get(() -> "probe")).isEqualTo("probe");
        assertThat(breaker(guard).state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("CA-7 EV-2 exceptions of observers are counted and change nothing")
    void exceptionsOfObservers_changeNothing() {
        Guard guard = full(g -> g.observer(event -> {
            throw new IllegalStateException("broken");
        }));

        assertThat(guard.get(() -> "good")).isEqualTo("good");

        assertThat(guard.snapshot().faults()).isEqualTo(2);
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(1, 0, 0, 0, 0));
    }
}
