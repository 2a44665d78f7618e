package dev.plimsoll.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Those who wait for the first one of a key. */
final class WaitingTest {

    private static final int MANY = 12;

    private final List<Integer> woken = new ArrayList<>();
    private final Waiting waiting = new Waiting();

    @Test
    @DisplayName("ID-1 who waits for a key is woken in the order of coming")
    void wake_whenManyWait_wakesTheFirstToComeFirst() {
        List<Integer> order = IntStream.range(0, MANY).boxed().toList();
        order.forEach(each -> waiting.add("key", () -> woken.add(each)));

        waiting.wake("key");

        assertThat(woken).isEqualTo(order);
        assertThat(waiting.count("key")).isEqualTo(MANY);
    }

    @Test
    @DisplayName("ID-1 who no longer waits for a key is not woken")
    void wake_whenSomeHaveLeft_wakesTheOthers() {
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            int each = i;
            all.add(() -> woken.add(each));
            waiting.add("key", all.get(i));
        }
        all.subList(1, MANY).forEach(each -> waiting.remove("key", each));

        waiting.wake("key");
        waiting.remove("key", all.get(0));
        waiting.wake("key");

        assertThat(woken).containsExactly(0);
        assertThat(waiting.count("key")).isZero();
    }
}
