package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TO-3 and CA-1 on the caller's own thread, on threads of a bulkhead's own, and for stages. */
final class HeartbeatTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1000, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Heard heard = new Heard();

    /** Where the work runs. */
    enum Where {
        CALLER,
        POOL,
        VIRTUAL,
        STAGE;

        UnaryOperator<GuardBuilder> threads() {
            return switch (this) {
                case POOL -> g -> g.bulkhead(b -> b.maxConcurrent(3).threads(Threads.OWN_POOL));
                case VIRTUAL -> g -> g.bulkhead(b -> b.maxConcurrent(3).threads(Threads.OWN_VIRTUAL));
                default -> UnaryOperator.identity();
            };
        }
    }

    static Stream<Where> where() {
        return Stream.of(Where.values())
                .filter(each -> each != Where.VIRTUAL || Runtime.version().feature() >= 21);
    }

    @AfterEach
    void nothingIsLeft() {
        time.advance(Duration.ofDays(3)); // the stages that were let go end as well
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    private Guard guard(Where where, UnaryOperator<GuardBuilder> more) {
        return guards.guard(
                "import",
                g -> more.apply(where.threads().apply(g))
                        .heartbeatTimeout(MINUTE)
                        .observer(heard));
    }

    /** Work that beats after each of the pauses, and ends a while after the last of them. */
    private Object call(Where where, Guard guard, List<Duration> pauses, Duration rest) throws Throwable {
        if (where != Where.STAGE) {
            return guard.<Object, Exception>call(attempt -> {
                for (Duration pause : pauses) {
                    time.sleep(pause);
                    attempt.beat();
                }
                time.sleep(rest);
                return "done";
            });
        }
        return Engines.await(
                guard.<Object>callAsync(attempt -> {
                    CompletableFuture<Object> stage = new CompletableFuture<>();
                    beatAndGoOn(attempt, stage, pauses, rest);
                    return stage;
                }),
                time);
    }

    private void beatAndGoOn(Attempt attempt, CompletableFuture<Object> stage, List<Duration> pauses, Duration rest) {
        Duration wait = pauses.isEmpty() ? rest : pauses.get(0);
        Timer next = new Timer() {
            @Override
            protected void fire(long lateNanos) {
                if (pauses.isEmpty()) {
                    stage.complete("done");
                } else {
                    attempt.beat();
                    beatAndGoOn(attempt, stage, pauses.subList(1, pauses.size()), rest);
                }
            }
        };
        time.start(next, wait.toNanos());
    }

    private static List<Duration> times(int n, Duration pause) {
        return Stream.generate(() -> pause).limit(n).toList();
    }

    private static TimeoutExceededException timeout(Throwable thrown, Limit limit) {
        assertThat(thrown).isInstanceOf(TimeoutExceededException.class);
        TimeoutExceededException timeout = (TimeoutExceededException) thrown;
        assertThat(timeout.limit()).isEqualTo(limit);
        return timeout;
    }

    @ParameterizedTest
    @MethodSource("where")
    @DisplayName("TO-3 CA-1 steady beats keep work alive for hours; without them it is ended a limit after it began")
    void work_thatBeats_runsForHours(Where where) throws Throwable {
        Guard guard = guard(where, g -> g.totalTimeout(Duration.ofHours(10)));

        Duration justInTime = MINUTE.minusNanos(1);
        assertThat(call(where, guard, times(300, justInTime), justInTime)).isEqualTo("done");
        assertThat(heard.only(AttemptEnded.class).elapsedNanos()).isEqualTo(301 * justInTime.toNanos());

        heard.clear();
        TimeoutExceededException silent =
                timeout(catchThrowable(() -> call(where, guard, List.of(), Duration.ofHours(1))), Limit.HEARTBEAT);
        assertThat(silent).hasMessage("import: no sign of life for 1 min; it may have taken effect");
        assertThat(silent.after()).isEqualTo(MINUTE);
        assertThat(heard.only(AttemptEnded.class).elapsedNanos()).isEqualTo(MINUTE.toNanos());
    }

    @ParameterizedTest
    @MethodSource("where")
    @DisplayName("TO-3 silence counts from the last beat, is a failure, and is tried again as a timeout is")
    void work_thatFallsSilent_isEndedALimitAfterItsLastBeat(Where where) throws Throwable {
        Guard guard = guard(
                where, g -> g.retry(Retry.fixed(SECOND).maxAttempts(2)).circuitBreaker(b -> b.consecutiveFailures(2)));

        timeout(catchThrowable(() -> call(where, guard, times(3, SECOND), Duration.ofHours(1))), Limit.HEARTBEAT);

        List<AttemptEnded> ended = heard.of(AttemptEnded.class);
        assertThat(ended).hasSize(2).allSatisfy(each -> {
            assertThat(each.verdict()).isEqualTo(Verdict.FAILURE);
            assertThat(each.localStall()).isFalse();
            assertThat(each.elapsedNanos()).isEqualTo(63 * SECOND.toNanos());
        });
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state().name())
                .isEqualTo("OPEN");
        assertThat(guard.snapshot().calls().timedOut()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("where")
    @DisplayName("TO-3 beats do not outlive the total timeout, the attempt timeout, or a deadline around")
    void work_thatBeats_endsAtItsOtherLimits(Where where) {
        Guard total = guard(where, g -> g.totalTimeout(Duration.ofHours(1)));
        timeout(catchThrowable(() -> call(where, total, times(1_000, SECOND.multipliedBy(30)), SECOND)), Limit.TOTAL);
        assertThat(heard.only(AttemptEnded.class).elapsedNanos())
                .isEqualTo(Duration.ofHours(1).toNanos());

        Guard attempt = guards.guard(
                "attempt",
                g -> where.threads().apply(g).heartbeatTimeout(MINUTE).attemptTimeout(MINUTE.multipliedBy(2)));
        timeout(catchThrowable(() -> call(where, attempt, times(99, SECOND.multipliedBy(30)), SECOND)), Limit.ATTEMPT);

        Throwable outer =
                catchThrowable(() -> Deadline.in(time, SECOND.multipliedBy(90)).run(() -> {
                    Throwable inner =
                            catchThrowable(() -> call(where, attempt, times(99, SECOND.multipliedBy(30)), SECOND));
                    throw (TimeoutExceededException) inner;
                }));
        assertThat(timeout(outer, Limit.TOTAL)).hasMessageContaining("the outer deadline ended the attempt");
    }

    @ParameterizedTest
    @MethodSource("where")
    @DisplayName("TO-3 a beat when it is over, and one of an attempt before, changes nothing")
    void beat_thatIsLate_changesNothing(Where where) throws Throwable {
        Guard guard = guard(where, UnaryOperator.identity());
        List<Attempt> seen = new ArrayList<>();
        Object first = where == Where.STAGE
                ? Engines.await(
                        guard.<Object>callAsync(attempt -> {
                            seen.add(attempt);
                            return CompletableFuture.completedFuture("done");
                        }),
                        time)
                : guard.<Object, RuntimeException>call(attempt -> {
                    seen.add(attempt);
                    return "done";
                });
        assertThat(first).isEqualTo("done");
        seen.get(0).beat();

        Throwable thrown = catchThrowable(() -> call(where, guard, times(2, MINUTE.plusNanos(1)), SECOND));
        timeout(thrown, Limit.HEARTBEAT);
        seen.get(0).beat();
        assertThat(time.pendingTimers()).isLessThanOrEqualTo(1); // of the work that was let go
    }

    @Test
    @DisplayName("TO-3 CA-8 a guard inside is ended by the heartbeat timeout around it, and says so, whoever runs it")
    void innerGuard_whenTheOuterFallsSilent_namesIt() throws Exception {
        Guard inner =
                guards.guard("inner", g -> g.attemptTimeout(Duration.ofHours(1)).retry(Retry.immediate()));
        for (Where where : List.of(Where.CALLER, Where.POOL)) {
            Guard outer = guards.guard(
                    "outer-" + where.name(), g -> where.threads().apply(g).heartbeatTimeout(MINUTE));
            List<Throwable> seen = new ArrayList<>();
            Throwable thrown = catchThrowable(() -> outer.run(() -> {
                Throwable ended = catchThrowable(() -> inner.run(() -> time.sleep(Duration.ofDays(1))));
                seen.add(Objects.requireNonNull(ended));
                throw new IOException("by the way", ended);
            }));

            timeout(thrown, Limit.HEARTBEAT);
            time.advance(SECOND);
            assertThat(seen).hasSize(1);
            assertThat(timeout(seen.get(0), Limit.HEARTBEAT)).hasMessage(thrown.getMessage());
        }
    }

    @Test
    @DisplayName("TO-3 CA-8 an inner call that is asynchronous ends with the stage that fell silent around it")
    void innerAsyncGuard_whenTheOuterFallsSilent_namesIt() throws Throwable {
        Guard inner = guards.guard("inner", g -> g.attemptTimeout(Duration.ofHours(1)));
        Guard outer = guards.guard("outer", g -> g.heartbeatTimeout(MINUTE));
        inner.observe(heard);

        Throwable thrown = catchThrowable(() -> Engines.await(
                outer.<Object>callAsync(() -> inner.<Object>callAsync(() -> new CompletableFuture<>())), time));

        timeout(thrown, Limit.HEARTBEAT);
        assertThat(timeout(Objects.requireNonNull(heard.only(AttemptEnded.class).error()), Limit.HEARTBEAT))
                .hasMessage(thrown.getMessage());
    }

    @Test
    @DisplayName("TO-3 HL-1 what falls silent because this process stood still is no evidence")
    void silence_whenThisProcessStoodStill_isIgnored() {
        Guard guard = guard(Where.CALLER, g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));

        timeout(catchThrowable(() -> guard.run(() -> time.stall(Duration.ofMinutes(5)))), Limit.HEARTBEAT);

        assertThat(heard.only(AttemptEnded.class).localStall()).isTrue();
        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(guard.snapshot().stalls()).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("TO-3 CA-1 a beat costs no timer, however often; without a heartbeat timeout it does nothing")
    void beats_howeverMany_costNoTimer() throws Exception {
        Guard guard = guard(Where.CALLER, UnaryOperator.identity());
        guard.call(attempt -> {
            for (int i = 0; i < 10_000; i++) {
                attempt.beat();
                time.sleep(Duration.ofMillis(1));
                assertThat(time.pendingTimers()).isEqualTo(1);
            }
            return "done";
        });
        Guard plain = guards.guard("plain", g -> g);
        assertThat(plain.<String, RuntimeException>call(attempt -> {
                    attempt.beat();
                    time.advance(Duration.ofHours(1));
                    return "done";
                }))
                .isEqualTo("done");
    }

    @Test
    @DisplayName("TO-3 withoutInterrupt, and work that does not obey: the value comes late, and the flag is clean")
    void silentWork_thatDoesNotObey_isWaitedForAndDropped() {
        List<Object> late = new ArrayList<>();
        Guard deaf = guard(Where.CALLER, g -> g.onLateResult(value -> late.add(Objects.requireNonNull(value))));
        Guard quiet = guards.guard("quiet", g -> g.heartbeatTimeout(MINUTE).withoutInterrupt());

        timeout(
                catchThrowable(() -> deaf.get(() -> {
                    time.advance(Duration.ofMinutes(2));
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return "late";
                })),
                Limit.HEARTBEAT);
        timeout(
                catchThrowable(() -> quiet.call(attempt -> {
                    time.sleep(Duration.ofMinutes(2));
                    return "late";
                })),
                Limit.HEARTBEAT);
        assertThat(late).containsExactly("late");

        Guard both = guards.guard(
                "both", g -> g.heartbeatTimeout(MINUTE).attemptTimeout(SECOND)); // the earlier one has ended it
        timeout(
                catchThrowable(() -> both.get(() -> {
                    time.advance(Duration.ofMinutes(2));
                    return "late";
                })),
                Limit.ATTEMPT);
    }

    @Test
    @DisplayName("TO-3 it is in the description, and its setting is checked")
    void heartbeatTimeout_inTheSetUp_isShownAndChecked() {
        assertThat(guard(Where.CALLER, UnaryOperator.identity()).describe())
                .isEqualTo("[heartbeat timeout 60000 ms → work]");
        assertThatThrownBy(() -> guards.guard("bad", g -> g.heartbeatTimeout(Duration.ZERO)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("heartbeatTimeout must be longer than zero: PT0S");
        assertThatThrownBy(() -> guards.guard("import", g -> g.heartbeatTimeout(SECOND)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("heartbeatTimeout must be as the guard has it already, PT1M: PT1S");
    }

    @Test
    @DisplayName(
            "TO-3 CB-5 without an attempt timeout a heartbeat and a breaker are warned of, unless the lease is named")
    void warnings_ofHeartbeatAndBreaker_nameTheLease() {
        UnaryOperator<GuardBuilder> beats = g -> g.heartbeatTimeout(SECOND);
        assertThat(guards.guard("a", g -> beats.apply(g).circuitBreaker()).warnings())
                .singleElement()
                .asString()
                .startsWith("heartbeatTimeout without attemptTimeout:")
                .contains("however alive it is", "probeLease");
        assertThat(guards.guard("b", g -> beats.apply(g).circuitBreaker(b -> b.probeLease(MINUTE)))
                        .warnings())
                .isEmpty();
        assertThat(guards.guard("c", g -> beats.apply(g).circuitBreaker().attemptTimeout(MINUTE))
                        .warnings())
                .isEmpty();
        assertThat(guards.guard("d", beats).warnings()).isEmpty();
    }
}
