package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RT-7: what becomes of the errors before the last. */
final class EarlierErrorsTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Heard heard = new Heard();

    @AfterEach
    void close() {
        guards.close();
    }

    /** One that takes no suppressed exceptions. */
    private static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Closed(String message) {
            super(message, null, false, false);
        }
    }

    private Guard of(int attempts) {
        return guards.guard(
                "prices",
                g -> g.retry(Retry.immediate().maxAttempts(attempts))
                        .retryBudget(RetryBudget.unlimited())
                        .observer(heard));
    }

    private static List<IOException> errors(int count) {
        List<IOException> errors = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            errors.add(new IOException("attempt " + i, new IllegalStateException("cause " + i)));
        }
        return errors;
    }

    private static void throwEach(Guard guard, List<? extends IOException> errors) throws IOException {
        Iterator<? extends IOException> next = errors.iterator();
        guard.run(() -> {
            throw next.next();
        });
    }

    @Test
    @DisplayName("RT-7 T-59 of many errors the last ten before the last are in the event, three hang on the exception")
    void manyAttempts_keepABoundedHistory() {
        Guard guard = of(15);
        List<IOException> errors = errors(15);

        assertThatThrownBy(() -> throwEach(guard, errors)).isSameAs(errors.get(14));
        assertThat(errors.get(14)).hasRootCauseMessage("cause 15");

        Throwable[] hanging = errors.get(14).getSuppressed();
        assertThat(hanging).hasSize(3).isSubsetOf(errors.subList(0, 14)).doesNotHaveDuplicates();
        assertThat(heard.only(CallEnded.class).earlier()).isEqualTo(errors.subList(4, 14));
        assertThat(heard.only(CallEnded.class).attempts()).isEqualTo(15);
    }

    @Test
    @DisplayName("RT-7 T-59 exceptions that are thrown again and again do not grow")
    void sameExceptions_doNotGrow() {
        Guard guard = of(4);
        IOException one = new IOException("one");
        IOException two = new IOException("two");

        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> throwEach(guard, List.of(one, two, one, two)))
                    .isSameAs(two);
        }
        for (int i = 0; i < 100; i++) {
            List<IOException> fresh = errors(3);
            assertThatThrownBy(() -> throwEach(guard, List.of(fresh.get(0), fresh.get(1), fresh.get(2), one)))
                    .isSameAs(one);
        }

        assertThat(one.getSuppressed()).hasSize(3);
        assertThat(two.getSuppressed()).containsExactly(one);
    }

    @Test
    @DisplayName(
            "RT-7 an exception that takes none is thrown as it is, and the event has the earlier ones all the same")
    void exceptionThatTakesNone_isThrownAsItIs() {
        Guard guard = guards.guard(
                "closed", g -> g.retry(Retry.immediate().retryOn(Closed.class)).observer(heard));

        assertThatThrownBy(() -> guard.run(() -> {
                    throw new Closed("for today");
                }))
                .isInstanceOf(Closed.class)
                .hasMessage("for today")
                .hasNoSuppressedExceptions();
        assertThat(heard.only(CallEnded.class).earlier()).hasSize(2).hasOnlyElementsOfType(Closed.class);
    }
}
