package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ladder by itself: which rung answers, and what becomes of those that do not. */
@NullUnmarked // nulls are values here
final class FallbackTest {

    private final IOException down = new IOException("down");
    private final Outcome outcome = Outcome.threw(down);

    private final VirtualTime time = VirtualTime.create();
    private final StaleValues<String, String> stale = StaleValues.create(Duration.ofSeconds(60), 10, time);
    private final MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 1, 1_000);

    private Descent<String> descent(Fallback<String> fallback) {
        return fallback.descend("prices", outcome, time);
    }

    private static String failing(String what) throws IOException {
        throw new IOException(what);
    }

    private Fallback<String> all() {
        return Fallback.<String>onFailed()
                .slower(() -> failing("replica"))
                .stale(stale, "anchor")
                .later(queue, () -> Later.of("k", "anchor"), "queued")
                .orElse("list");
    }

    @Test
    @DisplayName("DG-1 one rung after the other is asked, in the order of the ladder, until one answers")
    void here_asksInOrder_untilOneAnswers() {
        stale.remember("anchor", "old");
        Descent<String> first = descent(all());
        assertThat(first.here()).isEqualTo(new RungAnswer<>("old", Rung.STALE));
        assertThat(first.failures()).extracting(Throwable::getMessage).containsExactly("replica");

        time.advance(Duration.ofSeconds(61));
        assertThat(descent(all()).here()).isEqualTo(new RungAnswer<>("queued", Rung.LATER));
        Descent<String> last = descent(all());
        assertThat(last.here()).isEqualTo(new RungAnswer<>("list", Rung.DEFAULT));
        assertThat(last.failures()).hasSize(2);
        assertThat(last.failures().get(1)).isInstanceOf(RejectedException.class).hasMessageContaining("1 of 1 items");
        assertThat(all()).hasToString("on failed → slower → stale → later → default");
    }

    @Test
    @DisplayName("DG-1 a slower path is told why it is asked; when no rung answers, none has")
    void here_whenNoRungAnswers_givesNull() {
        AtomicReference<Outcome> seen = new AtomicReference<>();
        Descent<String> descent = descent(Fallback.<String>onRefusedOrFailed().slower(why -> {
            seen.set(why);
            return failing("replica");
        }));

        assertThat(descent.here()).isNull();
        assertThat(seen.get()).isSameAs(outcome);
        assertThat(descent.failures()).hasSize(1);
    }

    @Test
    @DisplayName("DG-1 when the time is up, what waits for another is left out; a stale value and a default answer")
    void here_whenExpired_leavesOutOnlyWhatWaits() {
        List<String> asked = new ArrayList<>();
        Fallback<String> fallback = Fallback.<String>onFailed()
                .slower(() -> asked.isEmpty() && asked.add("slower") ? "slower" : "again")
                .slowerAsync(() -> CompletableFuture.completedFuture("staged"))
                .orElseGet(why -> "made of " + why.error());
        Descent<String> late = descent(fallback);
        assertThat(Deadline.in(time, Duration.ZERO).call(late::here))
                .isEqualTo(new RungAnswer<>("made of " + down, Rung.DEFAULT));
        assertThat(asked).isEmpty();

        assertThat(Deadline.in(time, Duration.ofNanos(1)).call(descent(fallback)::here))
                .isEqualTo(new RungAnswer<>("slower", Rung.SLOWER));
    }

    @Test
    @DisplayName("DG-1 an Error of a rung passes; an interruption ends the ladder and is kept")
    void here_whenErrorOrInterruption_passes() {
        AssertionError broken = new AssertionError("broken");
        assertThatThrownBy(() -> descent(Fallback.<String>onFailed()
                                .slower(() -> {
                                    throw broken;
                                })
                                .orElse("list"))
                        .here())
                .isSameAs(broken);

        Descent<String> interrupted = descent(Fallback.<String>onFailed()
                .slower(() -> {
                    throw new InterruptedException("stop");
                })
                .orElse("list"));
        assertThatThrownBy(interrupted::here).isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("DG-1 a staged rung is waited for until the deadline, cancelled then, and the next one asked")
    void here_whenTheStageIsTooSlow_goesOnAtTheDeadline() throws Exception {
        CompletableFuture<String> never = new CompletableFuture<>();
        AtomicReference<@Nullable RungAnswer<String>> got = new AtomicReference<>();
        Descent<String> descent =
                descent(Fallback.<String>onFailed().slowerAsync(() -> never).orElse("list"));
        Thread caller = time.start(
                "caller", () -> got.set(Deadline.in(time, Duration.ofSeconds(3)).call(descent::here)));
        time.join(caller);

        assertThat(got.get()).isEqualTo(new RungAnswer<>("list", Rung.DEFAULT));
        Rendezvous.await(never::isCancelled, "the stage is cancelled");
        assertThat(descent.failures()).hasSize(1).first().isInstanceOf(TimeoutExceededException.class);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("DG-1 whoever waits for a staged rung can be interrupted; its stage is cancelled")
    void here_whenInterruptedInAWait_ends() throws Exception {
        CompletableFuture<String> never = new CompletableFuture<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = time.start("caller", () -> {
            Thread.currentThread().interrupt();
            try {
                descent(Fallback.<String>onFailed().slowerAsync(() -> never).orElse("list"))
                        .here();
            } catch (CallInterruptedException e) {
                thrown.set(e);
            }
        });
        time.join(caller);
        assertThat(thrown.get()).hasMessage("prices: interrupted while waiting for a rung of its fallback");
        assertThat(never).isCancelled();
    }

    @Test
    @DisplayName("DG-1 without a thread that waits, the same rungs are asked in the same order")
    void elsewhere_asksTheSameRungs() {
        Descent<String> descent = descent(all());
        assertThat(descent.elsewhere(Runnable::run).join()).isEqualTo(new RungAnswer<>("queued", Rung.LATER));
        assertThat(descent.failures()).extracting(Throwable::getMessage).containsExactly("replica");

        CompletableFuture<String> first = new CompletableFuture<>();
        Descent<String> staged = descent(Fallback.<String>onFailed()
                .slowerAsync(() -> first)
                .slowerAsync(() -> CompletableFuture.failedFuture(new IOException("second")))
                .slowerAsync(() -> {
                    throw new IOException("third");
                })
                .slowerAsync(() -> CompletableFuture.completedFuture("fourth")));
        CompletableFuture<@Nullable RungAnswer<String>> answer = staged.elsewhere(Runnable::run);
        assertThat(answer).isNotDone();
        first.completeExceptionally(new IOException("first"));
        assertThat(answer.join()).isEqualTo(new RungAnswer<>("fourth", Rung.SLOWER));
        assertThat(staged.failures()).extracting(Throwable::getMessage).containsExactly("first", "second", "third");
    }

    @Test
    @DisplayName("DG-1 whoever completes the future of a ladder stops it, and cancels the stage that is waited for")
    void elsewhere_whenCompleted_stops() {
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<@Nullable RungAnswer<String>> answer = descent(
                        Fallback.<String>onFailed().slowerAsync(() -> never).orElse("list"))
                .elsewhere(Runnable::run);
        answer.cancel(false);
        assertThat(never).isCancelled();
        assertThat(descent(Fallback.<String>onFailed()).elsewhere(Runnable::run).join())
                .isNull();
    }

    @Test
    @DisplayName("DG-1 an Error of a rung is in the future, whichever way it came")
    void elsewhere_whenError_isInTheFuture() {
        AssertionError broken = new AssertionError("broken");
        List<Ladder<String>> ladders = List.of(
                Fallback.<String>onFailed().slower(() -> {
                    throw broken;
                }),
                Fallback.<String>onFailed().slowerAsync(() -> {
                    throw broken;
                }),
                Fallback.<String>onFailed().slowerAsync(() -> CompletableFuture.failedFuture(broken)));
        for (Ladder<String> ladder : ladders) {
            assertThatThrownBy(descent(ladder.orElse("list")).elsewhere(Runnable::run)::join)
                    .hasCause(broken);
        }
    }

    @Test
    @DisplayName("DG-1 the fallback says what it catches: refused, failed or both; never a cancellation or a mistake")
    void catches_whatItsFirstWordSays() {
        Fallback<String> refused = Fallback.onRefused();
        Fallback<String> failed = Fallback.onFailed();
        Fallback<String> both = Fallback.onRefusedOrFailed();

        assertThat(caught(End.REFUSED, true, Verdict.NOT_RUN, refused, failed, both))
                .isEqualTo("yes no yes");
        assertThat(caught(End.FAILED, false, Verdict.FAILURE, refused, failed, both))
                .isEqualTo("no yes yes");
        assertThat(caught(End.FAILED, true, Verdict.FAILURE, refused, failed, both))
                .isEqualTo("yes yes yes");
        assertThat(caught(End.FAILED, false, Verdict.OVERLOAD, refused, failed, both))
                .isEqualTo("no yes yes");
        assertThat(caught(End.FAILED, false, Verdict.SUCCESS, refused, failed, both))
                .isEqualTo("no no no");
        assertThat(caught(End.TIMED_OUT, false, Verdict.IGNORED, refused, failed, both))
                .isEqualTo("no yes yes");
        assertThat(caught(End.CANCELLED, true, Verdict.IGNORED, refused, failed, both))
                .isEqualTo("no no no");
        assertThat(caught(End.ANSWERED, false, Verdict.SUCCESS, refused, failed, both))
                .isEqualTo("no no no");
    }

    private static String caught(
            End end, boolean refusal, Verdict verdict, Fallback<String> a, Fallback<String> b, Fallback<String> c) {
        List<String> words = new ArrayList<>();
        for (Fallback<String> each : List.of(a, b, c)) {
            words.add(each.catches(end, refusal, verdict) ? "yes" : "no");
        }
        return String.join(" ", words);
    }

    @Test
    @DisplayName("DG-1 what the work answers well is remembered for the stale rung")
    void remember_reachesTheStaleRung() {
        all().remember("new");
        assertThat(stale.recall("anchor")).isEqualTo(new StaleValues.Remembered<>("new", Duration.ZERO));
    }
}
