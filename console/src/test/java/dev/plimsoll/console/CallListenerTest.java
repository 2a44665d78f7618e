package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CallListenerTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard checkout = guards.guard("checkout", g -> g.bulkhead(10));
    private final Guard prices = guards.guard("prices", g -> g.attemptTimeout(Duration.ofSeconds(1)));
    private final CallListener listener = new CallListener(new Counters(guards), time);
    private final Users users = listener.users();

    @AfterEach
    void close() {
        guards.close();
    }

    private static Integer fails() throws IOException {
        throw new IOException("connection reset");
    }

    @Test
    @DisplayName("Nested calls are no users; a call after the nested one is")
    void calls_thatAreNested_areNoUsers() {
        guards.observe(listener);
        for (int i = 0; i < 3; i++) {
            assertThat(checkout.<Integer, RuntimeException>call(() -> prices.<Integer, RuntimeException>call(() -> 7)))
                    .isEqualTo(7);
        }
        assertThat(prices.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        users.tick();
        assertThat(users.calls()).isEqualTo(4);
        assertThat(users.ended(End.ANSWERED)).isEqualTo(4);
    }

    @Test
    @DisplayName("A nested failure that the outer call lives with is none of the users'")
    void failure_thatIsLivedWith_isNotFelt() {
        guards.observe(listener);
        int answer = checkout.<Integer, RuntimeException>call(() -> {
            try {
                return prices.<Integer, IOException>call(CallListenerTest::fails);
            } catch (IOException lived) {
                return 0;
            }
        });
        assertThat(answer).isZero();
        users.tick();
        assertThat(users.calls()).isEqualTo(1);
        assertThat(users.ended(End.FAILED)).isZero();
    }

    @Test
    @DisplayName("A fallback that answers when its call has left the window makes no more answers than there are calls")
    void fallback_thatIsSlow_answersNoMoreThanThereAre() throws IOException {
        guards.observe(listener);
        Fallback<Integer> slow = Fallback.<Integer>onRefusedOrFailed().orElseGet(missed -> {
            for (int second = 0; second < 11; second++) {
                users.tick();
            }
            return 6;
        });
        int answer = prices.<Integer, IOException>call(CallListenerTest::fails, slow);
        assertThat(answer).isEqualTo(6);
        users.tick();
        assertThat(users.calls()).isZero();
        assertThat(users.fellBack()).isZero();
        assertThat(users.ended(End.FAILED)).isZero();
    }

    @Test
    @DisplayName("What a fallback has answered is answered, and known to be by a fallback; a nested one is not")
    void fallback_countsAsAnswered() throws IOException {
        guards.observe(listener);
        Fallback<Integer> yesterday = Fallback.<Integer>onRefusedOrFailed().orElse(6);
        int alone = prices.<Integer, IOException>call(CallListenerTest::fails, yesterday);
        assertThat(alone).isEqualTo(6);
        assertThatThrownBy(() -> prices.call(CallListenerTest::fails)).isInstanceOf(IOException.class);
        int nested = checkout.<Integer, IOException>call(
                () -> prices.<Integer, IOException>call(CallListenerTest::fails, yesterday));
        assertThat(nested).isEqualTo(6);
        users.tick();
        assertThat(users.calls()).isEqualTo(3);
        assertThat(users.fellBack()).isEqualTo(1);
        assertThat(users.ended(End.FAILED)).isEqualTo(1);
        assertThat(users.ended(End.ANSWERED)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "What a function for refusals has answered is answered, as by a fallback; a nested one is not; one that throws"
                    + " has not")
    void answeredRefusal_countsAsAnswered() {
        guards.observe(listener);
        Guard full = guards.guard("full", g -> g.rateLimiter(r -> r.permits(1).per(Duration.ofHours(1))));
        int good = full.<Integer, RuntimeException>call(() -> 7, refused -> 6);
        int answered = full.<Integer, RuntimeException>call(() -> 7, refused -> 6);
        int later = full.callAsync(() -> CompletableFuture.completedFuture(7), refused -> 6)
                .join();
        int nested = checkout.<Integer, RuntimeException>call(
                () -> full.<Integer, RuntimeException>call(() -> 7, refused -> 6));
        assertThat(List.of(good, answered, later, nested)).containsExactly(7, 6, 6, 6);
        assertThatThrownBy(() -> full.call(() -> 7, refused -> {
                    throw refused;
                }))
                .isInstanceOf(RejectedException.class);
        users.tick();
        assertThat(users.calls()).isEqualTo(5);
        assertThat(users.fellBack()).isEqualTo(2);
        assertThat(users.ended(End.ANSWERED)).isEqualTo(2);
        assertThat(users.ended(End.REFUSED)).isEqualTo(1);
    }

    @Test
    @DisplayName("Calls that go on on another thread know what they are in, too")
    void calls_thatAreAsynchronous_areToldApart() {
        guards.observe(listener);
        CompletableFuture<Integer> later = new CompletableFuture<>();
        CompletableFuture<Integer> outer = checkout.callAsync(() -> prices.callAsync(() -> later));
        CompletableFuture<Integer> alone = prices.callAsync(() -> later);
        users.tick();
        assertThat(users.calls()).isZero();
        assertThat(later.complete(7)).isTrue();
        assertThat(outer.join()).isEqualTo(7);
        assertThat(alone.join()).isEqualTo(7);
        users.tick();
        assertThat(users.calls()).isEqualTo(2);
    }

    @Test
    @DisplayName("A call that follows an asynchronous one is a user's, wherever that has ended")
    void call_thatFollowsAnother_isNotNested() {
        guards.observe(listener);
        CompletableFuture<Integer> later = new CompletableFuture<>();
        CompletableFuture<Integer> both = prices.callAsync(() -> later)
                .thenCompose(price ->
                        checkout.callAsync(() -> CompletableFuture.<Integer>failedFuture(new IOException("down"))));
        assertThat(later.complete(7)).isTrue();
        assertThat(both).isCompletedExceptionally();
        users.tick();
        assertThat(users.calls()).isEqualTo(2);
        assertThat(users.ended(End.ANSWERED)).isEqualTo(1);
        assertThat(users.ended(End.FAILED)).isEqualTo(1);
    }

    @Test
    @DisplayName("A call that began before anybody listened is not counted")
    void call_thatBeganBefore_isNotCounted() {
        int answer = checkout.<Integer, RuntimeException>call(() -> {
            guards.observe(listener);
            return 7;
        });
        assertThat(answer).isEqualTo(7);
        users.tick();
        assertThat(users.calls()).isZero();
    }

    @Test
    @DisplayName(
            "What such a call calls is a user's, for nobody knows better, and it is not mistaken for that when it ends")
    void call_insideOfOneThatBeganBefore_isNotMistakenForIt() {
        assertThatThrownBy(() -> prices.<Integer, IOException>call(() -> {
                    guards.observe(listener);
                    assertThat(checkout.<Integer, RuntimeException>call(() -> 7))
                            .isEqualTo(7);
                    assertThat(prices.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
                    return fails();
                }))
                .isInstanceOf(IOException.class);
        users.tick();
        assertThat(users.calls()).isEqualTo(2);
        assertThat(users.ended(End.ANSWERED)).isEqualTo(2);
        assertThat(users.ended(End.FAILED)).isZero();
    }

    @Test
    @DisplayName("How long users wait has pauses and nested calls in it, and no refusals")
    void latencies_areOfTheWholeCall() throws InterruptedException {
        guards.observe(listener);
        checkout.run(() -> time.sleep(Duration.ofMillis(20)));
        Histogram sum = Latencies.sum();
        users.addTo(sum);
        assertThat(sum.getTotalCount()).isEqualTo(1);
        assertThat(sum.getMaxValue()).isBetween(19_800L, 20_300L);
    }
}
