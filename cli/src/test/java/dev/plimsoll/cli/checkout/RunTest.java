package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Short runs with real servers. How fast they are is the machine's business; the shape of the figures is not. */
final class RunTest {
    private static final int USERS = 80;
    private static final int RATE = 100;
    private static final int SAMPLES = 150;
    private static final Settings SETTINGS = new Settings(
            USERS,
            Duration.ofMillis(250),
            RATE,
            Duration.ofMillis(500),
            SAMPLES,
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            4);

    private final List<String> progress = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("BH-5 payment exhausts its own bulkhead and its breaker opens; inventory and shipping go on answering")
    void run_withGuards_countsEveryRequestAndSeesTheBreakerOpen() throws Exception {
        Figures figures;
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            figures = run(client -> new GuardedCalls(client, SETTINGS, guards));
        }

        assertCounted(figures);
        assertThat(figures.openedNanos()).isPresent();
        assertThat(figures.openedNanos().getAsLong()).isPositive();
        assertThat(figures.during().browsing().success()).isGreaterThan(0.5);
        assertThat(figures.during().checkouts().succeeded())
                .isLessThan(figures.during().checkouts().samples());
    }

    @Test
    void run_withoutGuards_countsEveryRequestAndHasNoBreaker() throws Exception {
        Figures figures = run(Calls::unguarded);

        assertCounted(figures);
        assertThat(figures.openedNanos()).isEmpty();
        assertThat(figures.busyDuring()).isGreaterThanOrEqualTo(USERS / 2);
    }

    @Test
    void run_thatIsInterrupted_stopsAndClosesTheShop() throws Exception {
        Run run = new Run(
                "interrupted",
                SETTINGS,
                Time.system(),
                line -> Thread.currentThread().interrupt());

        assertThat(catchThrowable(() -> run.measure(Calls::unguarded))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void run_whenItIsOver_leavesNoThreadBehind() throws Exception {
        run(Calls::unguarded);

        Rendezvous.await(() -> threadsOfARun().isEmpty(), "the threads of the run have ended");
    }

    private static List<String> threadsOfARun() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("(checkout|payment|inventory|shipping|users|visitors|calls)-\\d+"))
                .toList();
    }

    private Figures run(Function<HttpClient, Calls> wiring) throws IOException, InterruptedException {
        return new Run("test", SETTINGS, Time.system(), progress::add).measure(wiring);
    }

    private void assertCounted(Figures figures) {
        assertThat(figures.before().browsing().samples()).isEqualTo(SETTINGS.samplesBefore());
        assertThat(figures.during().browsing().samples()).isEqualTo(SETTINGS.samplesDuring());
        assertThat(figures.before().browsing().succeeded()).isPositive();
        assertThat(figures.before().checkouts().samples()).isPositive();
        assertThat(figures.before().lateness().samples()).isEqualTo(SETTINGS.samplesBefore());
        assertThat(figures.busyDuring()).isBetween(1, Settings.SERVER_THREADS);
        assertThat(progress).anyMatch(line -> line.startsWith("test: during the bad day"));
    }
}
