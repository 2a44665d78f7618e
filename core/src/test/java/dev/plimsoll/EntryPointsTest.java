package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CA-1: every way in, as a user would write it. That this compiles is the better half of the test. */
final class EntryPointsTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard guard = guards.guard(
            "prices", g -> g.circuitBreaker().retry(Retry.immediate()).attemptTimeout(Duration.ofSeconds(1)));
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private String plain() {
        return "plain";
    }

    private String checked() throws IOException {
        if (done.isEmpty()) {
            done.add("checked");
        }
        return "checked";
    }

    private String twoKinds(boolean first) throws IOException, InterruptedException {
        if (first) {
            throw new IOException("first");
        }
        throw new InterruptedException("second");
    }

    private void task() throws IOException {
        done.add("task");
    }

    @Test
    @DisplayName("CA-1 call, run and get take method references and lambdas")
    void entries_takeMethodReferencesAndLambdas() throws IOException {
        assertThat(guard.call(this::checked)).isEqualTo("checked");
        assertThat(guard.call(() -> checked())).isEqualTo("checked");
        assertThat(guard.get(this::plain)).isEqualTo("plain");
        assertThat(guard.get(() -> plain())).isEqualTo("plain");
        guard.run(this::task);
        guard.run(() -> done.add("lambda"));
        assertThat(done).containsExactly("checked", "task", "lambda");
    }

    @Test
    @DisplayName("CA-1 work that throws nothing checked needs no throws clause")
    void uncheckedWork_needsNoThrows() {
        String value = guard.call(this::plain);
        guard.run(() -> done.add(value));
        assertThat(done).containsExactly("plain");
    }

    @Test
    @DisplayName("CA-1 one checked exception type is kept")
    void oneCheckedType_isKept() {
        String value;
        try {
            value = guard.call(() -> {
                if (done.isEmpty()) {
                    throw new IOException("lost");
                }
                return "never";
            });
        } catch (IOException e) {
            value = e.getMessage();
        }
        assertThat(value).isEqualTo("lost");
    }

    @Test
    @DisplayName("CA-1 several checked types widen to their nearest common one, and are still thrown as they are")
    void severalCheckedTypes_widen() {
        try {
            guard.<String, Exception>call(() -> twoKinds(true));
            throw new AssertionError("nothing was thrown");
        } catch (Exception e) {
            assertThat(e).isExactlyInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> guard.<String, Exception>call(() -> twoKinds(false)))
                .isExactlyInstanceOf(InterruptedException.class);
    }

    @Test
    @DisplayName("CA-1 suppliers and callables that exist already fit")
    void existingFunctions_fit() throws Exception {
        Supplier<String> supplier = () -> "supplied";
        Callable<String> callable = () -> "called";
        assertThat(guard.get(supplier)).isEqualTo("supplied");
        assertThat(guard.call(callable::call)).isEqualTo("called");
    }

    @Test
    @DisplayName("CA-1 work that asks for its attempt sees name, number and deadline")
    void attemptWork_seesItsAttempt() throws IOException {
        List<Object> seen = new ArrayList<>();

        String value = guard.<String, IOException>call(attempt -> {
            seen.add(attempt.dependency());
            seen.add(attempt.number());
            seen.add(attempt.deadline().remaining());
            assertThat(attempt.deadline()).isSameAs(Deadline.current());
            if (attempt.number() < 3) {
                throw new IOException("lost");
            }
            return "third";
        });

        assertThat(value).isEqualTo("third");
        Duration second = Duration.ofSeconds(1);
        assertThat(seen).containsExactly("prices", 1, second, "prices", 2, second, "prices", 3, second);
    }

    @Test
    @DisplayName("CA-1 DG-1 a fallback for refusals answers, outside of guard and deadline; answer() says who did")
    void refusedFallback_answersOutside() throws IOException {
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "me");

        assertThat(guard.<String, IOException>call(this::checked, refused -> {
                    assertThat(Deadline.current().isNone()).isTrue();
                    return refused.reason().name();
                }))
                .isEqualTo("CIRCUIT_OPEN");
        assertThat(guard.<String, IOException>answer(this::checked, refused -> "list"))
                .isEqualTo(new Answer<>("list", Answer.Rung.REFUSED, 0, 0));
        assertThatThrownBy(() -> guard.<String, IOException>call(this::checked, refused -> {
                    throw new IllegalStateException("no list either");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("CA-1 answer() says how many attempts it took")
    void answer_countsAttempts() throws IOException {
        Answer<String> answer = guard.<String, IOException>answer(() -> {
            done.add("try");
            if (done.size() < 2) {
                throw new IOException("lost");
            }
            return "good";
        });
        assertThat(answer).isEqualTo(new Answer<>("good", Answer.Rung.WORK, 2, 1));
        assertThat(guard.<String, IOException>answer(this::checked, refused -> "list")
                        .rung())
                .isEqualTo(Answer.Rung.WORK);
    }

    @Test
    @DisplayName("CA-3 a refusal of a later attempt ends with the last real error, and asks the fallback")
    void laterRefusal_endsWithTheRealError() {
        Guard tripping =
                guards.guard("tripping", g -> g.retry(Retry.immediate()).circuitBreaker(b -> b.consecutiveFailures(1)));
        Heard heard = new Heard();
        tripping.observe(heard);

        assertThatThrownBy(() -> tripping.run(() -> {
                    throw new IOException("real");
                }))
                .isInstanceOf(IOException.class);
        assertThat(heard.only(CallEnded.class).refusal()).isNotNull();
        assertThat(tripping.snapshot().budget().orElseThrow().retries()).isZero();

        Objects.requireNonNull(tripping.circuitBreaker()).reset("test", "me");
        assertThat(tripping.<String, RuntimeException>call(
                        () -> {
                            throw new TimeoutExceededException(
                                    "below", TimeoutExceededException.Limit.ATTEMPT, 1, false);
                        },
                        refused -> "list"))
                .isEqualTo("list");
        tripping.forget(heard);
    }
}
