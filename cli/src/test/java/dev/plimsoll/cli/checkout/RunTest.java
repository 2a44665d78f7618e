package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Rejection.Reason;
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
    /**
     * A server so small that its users can take all of its threads, and do so within a second if nothing keeps them from
     * that; few enough for any machine.
     */
    private static final Settings CROWDED = new Settings(
            40,
            Duration.ofMillis(1_500),
            20,
            Duration.ofMillis(1_500),
            30,
            Duration.ofSeconds(2),
            Duration.ofSeconds(12),
            20,
            4);

    /** Larger, and called less often: what a machine does that stands still for a second is none of payment's doing. */
    private static final Settings ROOMY = new Settings(
            80,
            Duration.ofMillis(1_500),
            5,
            Duration.ofMillis(1_500),
            30,
            Duration.ofSeconds(10),
            Duration.ofSeconds(12),
            80,
            4);

    private static final Settings SHORT = new Settings(
            80,
            Duration.ofMillis(250),
            100,
            Duration.ofMillis(500),
            150,
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            Settings.SERVER_THREADS,
            4);

    private final List<String> progress = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("BH-5 payment exhausts its own bulkhead and its breaker opens; inventory and shipping go on answering")
    void run_withGuards_countsEveryRequestAndSeesTheBreakerOpen() throws Exception {
        Figures figures;
        GuardSnapshot payment;
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            figures = run(ROOMY, client -> new GuardedCalls(client, ROOMY, Duration.ofSeconds(10), guards));
            payment = guards.get(Dependency.PAYMENT.label()).snapshot();
        }

        assertCounted(ROOMY, figures);
        assertThat(payment.refusals().get(Reason.BULKHEAD_FULL)).isNotNull().isPositive();
        assertThat(figures.openedNanos()).isPresent();
        assertThat(figures.openedNanos().getAsLong()).isPositive();
        assertThat(figures.during().browsing().success()).isGreaterThanOrEqualTo(0.99);
        assertThat(figures.during().checkouts().succeeded())
                .isLessThan(figures.during().checkouts().samples());
    }

    @Test
    @DisplayName("BH-5 … and without guards payment takes every thread, and nobody else is answered")
    void run_withoutGuards_countsEveryRequestAndHasNoBreaker() throws Exception {
        Figures figures = run(CROWDED, Calls::unguarded);

        assertCounted(CROWDED, figures);
        assertThat(figures.openedNanos()).isEmpty();
        assertThat(figures.busyDuring()).isEqualTo(CROWDED.threads());
        assertThat(figures.stalled()).isTrue();
        assertThat(figures.during().browsing().success()).isLessThan(0.5);
    }

    @Test
    void run_thatIsInterrupted_stopsAndClosesTheShop() throws Exception {
        Run run = new Run(
                "interrupted",
                SHORT,
                Time.system(),
                line -> Thread.currentThread().interrupt());

        assertThat(catchThrowable(() -> run.measure(Calls::unguarded))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void run_whenItIsOver_leavesNoThreadBehind() throws Exception {
        run(SHORT, Calls::unguarded);

        Rendezvous.await(() -> threadsOfARun().isEmpty(), "the threads of the run have ended");
    }

    private static List<String> threadsOfARun() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("(checkout|payment|inventory|shipping|users|visitors|calls)-\\d+"))
                .toList();
    }

    private Figures run(Settings settings, Function<HttpClient, Calls> wiring)
            throws IOException, InterruptedException {
        return new Run("test", settings, Time.system(), progress::add).measure(wiring);
    }

    private void assertCounted(Settings settings, Figures figures) {
        assertThat(figures.before().browsing().samples()).isEqualTo(settings.samplesBefore());
        assertThat(figures.during().browsing().samples()).isEqualTo(settings.samplesDuring());
        assertThat(figures.before().browsing().succeeded()).isPositive();
        assertThat(figures.before().checkouts().samples()).isPositive();
        assertThat(figures.before().lateness().samples()).isEqualTo(settings.samplesBefore());
        assertThat(figures.busyDuring()).isBetween(1, settings.threads());
        assertThat(progress).anyMatch(line -> line.startsWith("test: during the bad day"));
    }
}
