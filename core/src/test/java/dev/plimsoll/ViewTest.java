package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.time.VirtualTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A view of a guard, and a guard that is nothing but a breaker. */
final class ViewTest {

    private final Guards guards =
            Guards.create(g -> g.time(VirtualTime.create()).logging(false));

    @Test
    @DisplayName("EV-1 an observer that is added through a view hears the calls of the guard itself")
    void observerOfAView_hearsAll() {
        Guard guard = guards.guard("bare", g -> g.circuitBreaker());
        Heard heard = new Heard();

        guard.judgedBy(Classifier.standard()).observe(heard);
        assertThat(guard.<Integer>get(() -> 1)).isEqualTo(1);

        assertThat(heard.of(CallEnded.class)).hasSize(1);
    }

    @Test
    @DisplayName("CA-1 work under nothing but a breaker sees its attempt too")
    void attemptUnderABreaker_isShown() {
        Guard guard = guards.guard("bare", g -> g.circuitBreaker());

        String seen = guard.<String, RuntimeException>call(
                (Attempt attempt) -> attempt.dependency() + " " + attempt.number());

        assertThat(seen).isEqualTo("bare 1");
        assertThat(guard.<Integer, RuntimeException>answer(() -> 1).attempts()).isEqualTo(1);
    }
}
