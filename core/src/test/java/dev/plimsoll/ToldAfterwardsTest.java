package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Event;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EV-2: on which thread observers hear of a call, and what is settled by then. */
final class ToldAfterwardsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final List<String> told = new CopyOnWriteArrayList<>();
    private @Nullable Guard guard;

    @AfterEach
    void close() {
        guards.close();
    }

    private void note(Event event) {
        if (guard != null && (event instanceof Event.AttemptEnded || event instanceof Event.CallEnded)) {
            GuardSnapshot now = guard.snapshot();
            long judged = now.breaker().orElseThrow().judged().totalGood()
                    + now.breaker().orElseThrow().judged().totalBad();
            told.add(Thread.currentThread().getName() + ": "
                    + now.bulkhead().orElseThrow().active() + " inside, " + judged + " judged");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "timed", "retried", "pool"})
    @DisplayName("EV-2 observers hear of calls and attempts on the calling thread, when all permits are settled")
    void events_areTold_whenAllIsSettled(String kind) {
        UnaryOperator<GuardBuilder> more = switch (kind) {
            case "timed" -> g -> g.attemptTimeout(SECOND).bulkhead(2);
            case "retried" -> g -> g.retry(Retry.immediate().maxAttempts(1)).bulkhead(2);
            case "pool" -> g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool());
            default -> g -> g.bulkhead(2);
        };
        Guard called = guards.guard(
                "prices",
                g -> more.apply(g.circuitBreaker(b -> b.consecutiveFailures(50)))
                        .observer(this::note));
        guard = called;
        String me = Thread.currentThread().getName();
        assertThat(called.<String, RuntimeException>call(() -> "good")).isEqualTo("good");
        assertThat(catchThrowable(() -> called.run(() -> {
                    throw new IOException("down");
                })))
                .isInstanceOf(IOException.class);
        String one = me + ": 0 inside, 1 judged";
        String two = me + ": 0 inside, 2 judged";
        assertThat(told).containsExactly(one, one, two, two);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("EV-2 TO-1 so they do when the time of an attempt, or of the call, is up")
    void events_whenTimeIsUp_areTold_whenAllIsSettled(int which) {
        Guard called = guards.guard(
                "prices",
                g -> (which == 1 ? g.attemptTimeout(SECOND) : g.totalTimeout(SECOND))
                        .bulkhead(2)
                        .circuitBreaker(b -> b.consecutiveFailures(50))
                        .observer(this::note));
        guard = called;
        assertThat(catchThrowable(() -> called.run(() -> time.sleep(SECOND.multipliedBy(2)))))
                .isNotNull();
        String line = Thread.currentThread().getName() + ": 0 inside, 1 judged";
        assertThat(told).containsExactly(line, line);
    }
}
