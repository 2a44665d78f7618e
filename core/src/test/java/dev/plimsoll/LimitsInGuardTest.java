package dev.plimsoll;

import static dev.plimsoll.AsyncScene.errorOf;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rate limiter, concurrency limit and throttle as gates of a guard, each by itself, in both engines. */
final class LimitsInGuardTest extends LimitScene {

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 each attempt takes a permit; who finds none is refused, and told when to come back")
    void rateLimiter_withoutPermits_refuses(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(2).per(SECOND)));

        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        RejectedException refused = refusal(engine, guard);

        assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(refused.gate()).isEqualTo("rate limiter");
        assertThat(refused.dependency()).isEqualTo("payments");
        assertThat(refused.retryAfter()).contains(ofMillis(480));
        heard.only(AttemptRefused.class);
        assertThat(guard.snapshot().refusals()).containsEntry(Reason.RATE_LIMITED, 1L);
        assertThat(limiter(guard).snapshot().refused()).isEqualTo(1);
        time.advance(ofMillis(480));
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 CB-14 who may wait begins at its turn, and the wait is not part of how long the work took")
    void rateLimiter_whoseTurnComes_begins(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.rateLimiter(r -> r.permits(1).per(SECOND).maxWait(SECOND.multipliedBy(5))));
        long begun = time.precise();
        for (int i = 0; i < 3; i++) {
            assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        }
        assertThat(time.precise() - begun).isEqualTo(ofMillis(2010).toNanos());
        assertThat(heard.of(AttemptEnded.class))
                .allSatisfy(ended ->
                        assertThat(ended.elapsedNanos()).isEqualTo(ofMillis(10).toNanos()));
        assertThat(limiter(guard).snapshot().waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RL-1 DL-1 a wait that would outlast the call's own total timeout is refused at once")
    void rateLimiter_whoseTurnIsTooLate_refusesAtOnce(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.totalTimeout(SECOND)
                .rateLimiter(r -> r.permits(1).per(SECOND.multipliedBy(2)).maxWait(SECOND.multipliedBy(60))));
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        long before = time.precise();

        assertThat(refusal(engine, guard).reason()).isEqualTo(Reason.RATE_LIMITED);

        assertThat(time.precise()).isEqualTo(before);
        assertThat(limiter(guard).snapshot().waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "CL-1 T-45 a timeout and the dependency's overload are drops, another failure is not; all slots come back")
    void concurrencyLimit_hearsHowAttemptsEnd(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.attemptTimeout(SECOND)
                .classifier(Classifier.standard().judging(Full.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER)))
                .concurrencyLimit(l -> l.aimd().within(1, 100).initial(7)));

        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(1), new IOException("lost"), "")))
                .isInstanceOf(IOException.class);
        assertThat(limit(guard).snapshot().dropped()).isZero();
        assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(1), new Full(), "")))
                .isInstanceOf(Full.class);
        assertThat(limit(guard).snapshot().dropped()).isEqualTo(1);
        assertThatThrownBy(() -> call(engine, guard, new Deed(SECOND.multipliedBy(9), null, "")))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(limit(guard).snapshot().dropped()).isEqualTo(2);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> call(engine, guard, new Deed(ofMillis(100), new Full(), "")))
                    .isInstanceOf(Full.class);
        }
        assertThat(limit(guard).limit()).as("drops do not raise it").isBetween(1, 6);
        time.advance(SECOND.multipliedBy(10)); // what timed out ends as well
    }

    @Test
    @DisplayName(
            "CL-1 T-46 asynchronous attempts are under way until their stages complete, whatever they complete with")
    void concurrencyLimit_ofStages_countsUntilTheyComplete() {
        Guard guard = guard(g -> g.concurrencyLimit(l -> l.initial(3)));
        List<CompletableFuture<Object>> stages = new ArrayList<>();
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            stages.add(stage);
            calls.add(guard.callAsync(() -> stage));
        }
        assertThat(limit(guard).snapshot().inFlight()).isEqualTo(3);
        RejectedException refused = (RejectedException) errorOf(hung(guard));
        assertThat(refused.reason()).isEqualTo(Reason.CONCURRENCY_LIMIT);

        stages.get(0).complete("good");
        stages.get(1).completeExceptionally(new StackOverflowError("not really"));
        calls.get(2).cancel(true);

        assertThat(calls.get(0).join()).isEqualTo("good");
        assertThat(errorOf(calls.get(1))).isInstanceOf(StackOverflowError.class);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        CompletableFuture<Object> failed = guard.callAsync(() -> {
            throw new OutOfMemoryError("not really");
        });
        assertThat(errorOf(failed)).isInstanceOf(OutOfMemoryError.class);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(limit(guard).snapshot().dropped()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "AT-1 a dependency that says it is full is sent less; what is held back is THROTTLED and takes no permit")
    void adaptiveThrottle_holdsBack(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.adaptiveThrottle(t -> t.minimumRequests(10))
                .rateLimiter(r -> r.permits(1_000).per(AGES))
                .classifier(Classifier.standard().judging(Full.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER))));
        int sent = 0;
        int heldBack = 0;
        for (int i = 0; i < 200; i++) {
            Throwable thrown = catchThrowable(() -> call(engine, guard, new Deed(ofMillis(1), new Full(), "")));
            if (thrown instanceof RejectedException refused) {
                assertThat(refused.reason()).isEqualTo(Reason.THROTTLED);
                heldBack++;
            } else {
                assertThat(thrown).isInstanceOf(Full.class);
                sent++;
            }
        }
        assertThat(heldBack).isGreaterThan(120);
        assertThat(sent).isGreaterThan(10);
        assertThat(limiter(guard).snapshot().admitted()).isEqualTo(sent);
        assertThat(guard.snapshot().throttle().orElseThrow().refused()).isEqualTo(heldBack);
    }
}
