package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-5: what close() waits for of a call that is tried again, and that it is not for ever. */
final class ClosingRetriesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    private final AtomicReference<@Nullable Thread> closer = new AtomicReference<>();

    /** The first who is judged sees the guards be closed by somebody, who then waits for him. */
    private Judgement closedWhileJudged(Outcome outcome) {
        if (closer.get() == null) {
            Thread closing = time.start("closer", guards::close);
            closer.set(closing);
            Rendezvous.parked(closing);
        }
        return outcome.error() == null && !"again".equals(outcome.value()) ? Judgement.SUCCESS : Judgement.UNSENT;
    }

    private void closedWhileLate(@Nullable Object value) {
        assertThat(closedWhileJudged(Outcome.returned(value))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "long", "value", "pool", "hedged", "silent"})
    @DisplayName("CA-5 close waits for a call whose attempt has given its place back and is about to be tried again")
    void callBetweenTwoAttempts_isWaitedFor(String kind) {
        UnaryOperator<BulkheadConfig.Builder> place = b ->
                List.of("pool", "hedged").contains(kind) ? b.maxConcurrent(1).ownPool() : b.maxConcurrent(1);
        Guard guard = guards.guard("again", g -> {
            GuardBuilder setUp = g.bulkhead(place).retry(Retry.immediate());
            return switch (kind) {
                case "silent" ->
                    setUp.heartbeatTimeout(SECOND).withoutInterrupt().onLateResult(this::closedWhileLate);
                case "long" -> setUp.classifier(this::closedWhileJudged).attemptTimeout(SECOND);
                case "hedged" -> setUp.classifier(this::closedWhileJudged).hedge(Hedge.after(SECOND));
                default -> setUp.classifier(this::closedWhileJudged);
            };
        });
        List<String> answers = new CopyOnWriteArrayList<>();
        Thread caller = time.start(
                "caller",
                () -> answers.add(guard.call(() -> {
                    if (closer.get() == null && kind.equals("silent")) {
                        time.advance(SECOND.multipliedBy(2));
                        return "too late";
                    }
                    if (closer.get() == null && !kind.equals("value")) {
                        throw new IllegalStateException("at first");
                    }
                    return closer.get() == null ? "again" : "good";
                })));
        if (kind.equals("silent")) {
            time.advance(SECOND.multipliedBy(3));
        }
        Rendezvous.join(caller);
        Rendezvous.join(Objects.requireNonNull(closer.get()));
        assertThat(answers).containsExactly("good");
        assertThat(time.precise()).isLessThan(30 * SECOND.toNanos());
    }

    @Test
    @DisplayName("CA-5 close waits for a call that pauses between two attempts and holds nothing")
    void close_letsACallBeTriedAgain() throws InterruptedException {
        Guard guard = guards.guard(
                "retried", g -> g.bulkhead(1).retry(Retry.fixed(SECOND).retryOn(IllegalStateException.class)));
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Thread caller = time.start(
                "caller",
                () -> guard.run(() -> {
                    attempts.add(attempts.size() + 1);
                    if (attempts.size() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                }));
        time.advance(Duration.ofMillis(1));

        guards.close();
        time.join(caller);

        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(time.precise()).isEqualTo(2 * SECOND.toNanos());
        assertThat(catchThrowable(() -> guard.get(() -> 1))).isInstanceOf(RejectedException.class);
    }

    @Test
    @DisplayName("CA-5 when the waiting is over a call that pauses is not tried again, and leaves nothing")
    void callThatPauses_isNotTriedAgainAfterwards() throws InterruptedException {
        Guard guard = guards.guard(
                "retried",
                g -> g.attemptTimeout(SECOND)
                        .retry(Retry.fixed(SECOND.multipliedBy(20)).maxAttempts(1_000)));
        List<Long> attempts = new CopyOnWriteArrayList<>();
        List<Throwable> ends = new CopyOnWriteArrayList<>();
        Thread caller = time.start(
                "caller",
                () -> ends.add(catchThrowable(() -> guard.run(() -> {
                    attempts.add(Duration.ofNanos(time.precise()).toSeconds());
                    throw new IOException("down");
                }))));
        time.advance(Duration.ofMillis(1));

        guards.close();
        time.join(caller);

        assertThat(attempts).containsExactly(0L, 20L);
        assertThat(ends).singleElement().isInstanceOf(IOException.class);
        assertThat(guard.snapshot().refusals()).containsEntry(Rejection.Reason.SHUT_DOWN, 1L);
        assertThat(time.pendingTimers()).isZero();
    }
}
