package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.Tried;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** EV-1: the end of a call tells how its attempts went and how much time it had left. */
final class CourseTest {

    private final IOException reset = new IOException("connection reset");

    private final VirtualTime time = VirtualTime.create();
    private final Heard heard = new Heard();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard));

    private int attempts;

    private String failing(int times) throws IOException, InterruptedException {
        time.sleep(ofMillis(20));
        if (++attempts <= times) {
            throw reset;
        }
        return "good";
    }

    @Test
    @DisplayName("EV-1 the course of a call has each attempt with when it came and went, the pauses left out")
    void course_ofRetriedCall_hasAttemptsAndTimes() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.totalTimeout(ofSeconds(5))
                        .retry(Retry.fixed(ofMillis(100)).maxAttempts(3)));
        assertThat(guard.<String, Exception>call(() -> failing(2))).isEqualTo("good");
        CallEnded ended = heard.only(CallEnded.class);
        assertThat(ended.course())
                .containsExactly(
                        new Tried(1, 0, 20_000_000, Verdict.FAILURE, reset, null),
                        new Tried(2, 120_000_000, 140_000_000, Verdict.FAILURE, reset, null),
                        new Tried(3, 240_000_000, 260_000_000, Verdict.SUCCESS, null, null));
        assertThat(ended.leftNanos()).isEqualTo(5_000_000_000L - ended.elapsedNanos());
    }

    @Test
    @DisplayName("EV-1 the course of a call that goes well at once is one attempt, and without a deadline none is left")
    void course_ofGoodCall_isOneAttempt() throws Exception {
        Guard guard = guards.guard("prices", g -> g);
        guard.run(() -> time.sleep(ofMillis(20)));
        CallEnded ended = heard.only(CallEnded.class);
        assertThat(ended.course()).containsExactly(new Tried(1, 0, 20_000_000, Verdict.SUCCESS, null, null));
        assertThat(ended.leftNanos()).isEqualTo(CallEnded.NO_DEADLINE);
    }

    @Test
    @DisplayName("EV-1 the course tells of an attempt that was refused, and why")
    void course_withRefusedAttempt_tellsWhy() {
        Guard guard = guards.guard(
                "prices",
                g -> g.retry(Retry.fixed(ofMillis(100)).maxAttempts(3)).circuitBreaker(b -> b.consecutiveFailures(1)));
        assertThatThrownBy(() -> guard.call(() -> failing(3))).isSameAs(reset);
        List<Tried> course = heard.only(CallEnded.class).course();
        assertThat(course).hasSize(2);
        assertThat(course.get(1).number()).isEqualTo(2);
        assertThat(course.get(1).verdict()).isEqualTo(Verdict.NOT_RUN);
        assertThat(course.get(1).refusal()).extracting(Rejection::reason).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        assertThat(course.get(1).fromNanos()).isEqualTo(120_000_000);
    }

    @Test
    @DisplayName("EV-1 the course has at most the last ten attempts, and no time is left after the deadline")
    void course_ofManyAttempts_hasTheLastTen() {
        Guard guard = guards.guard(
                "prices", g -> g.retry(Retry.immediate().maxAttempts(15)).retryBudget(RetryBudget.unlimited()));
        assertThatThrownBy(() -> guard.call(() -> failing(99))).isSameAs(reset);
        assertThat(heard.only(CallEnded.class).course())
                .extracting(Tried::number)
                .containsExactly(6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        Guard bounded = guards.guard("bounded", g -> g.totalTimeout(ofMillis(10)));
        assertThatThrownBy(() -> bounded.run(() -> time.sleep(ofMillis(20))));
        assertThat(heard.of(CallEnded.class).get(1).leftNanos()).isZero();
    }
}
