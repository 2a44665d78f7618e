package dev.plimsoll;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** On the real clock, for virtual time has no threads that sleep: who waits for all those timeouts. */
final class TimeoutThreadsTest {

    private static final String TIMER = "plimsoll-timer";
    private static final int CALLS = 1_000;

    private final List<CompletableFuture<String>> stages = new ArrayList<>();
    private final List<CompletableFuture<String>> calls = new ArrayList<>();

    private void call(Guard guard) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        calls.add(guard.callAsync(() -> stage));
    }

    /** All but those that the JVM has for itself, and the one that reads the clock for all. */
    private static Set<Thread> threads() {
        Set<Thread> found = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            ThreadGroup group = thread.getThreadGroup();
            boolean ofTheJvm = group == null || !group.getName().equals("main");
            boolean ours =
                    thread.getName().startsWith("plimsoll") && !thread.getName().equals("plimsoll-clock");
            if (!ofTheJvm || ours) {
                found.add(thread);
            }
        }
        return found;
    }

    private static List<Thread> timers() {
        return threads().stream()
                .filter(thread -> thread.getName().equals(TIMER))
                .toList();
    }

    @Test
    @DisplayName("T-64 a thousand calls under way, with two timeouts each, have one timer thread, and none but that")
    void timeouts_ofManyCalls_haveOneThread() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard guard =
                    guards.guard("prices", g -> g.attemptTimeout(ofHours(1)).totalTimeout(ofHours(2)));
            call(guard);
            Rendezvous.await(() -> !timers().isEmpty(), "the timer thread runs");
            Set<Thread> before = threads();
            assertThat(timers()).hasSize(1);

            while (calls.size() < CALLS) {
                call(guard);
            }

            assertThat(Time.system().pendingTimers()).isGreaterThanOrEqualTo(CALLS);
            Rendezvous.parked(Objects.requireNonNull(timers().get(0)));
            assertThat(threads()).isSubsetOf(before);
            assertThat(timers()).hasSize(1);
            stages.forEach(stage -> assertThat(stage.complete("good")).isTrue());
            assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValue("good"));
            assertThat(threads()).isSubsetOf(before);
        }
        Rendezvous.await(() -> Time.system().pendingTimers() == 0, "no timer is pending");
    }
}
