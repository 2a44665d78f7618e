package dev.plimsoll.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.time.VirtualThreads;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The soak in short: five seconds of it, its options, its words. */
final class SoakTest {

    private static final Result CLEAN = new Result(
            Kind.PLATFORM,
            5,
            100,
            Map.of(End.FAILED, 20L, End.ANSWERED, 80L),
            "",
            0,
            0,
            8,
            Set.of(),
            1 << 20,
            0,
            0,
            0,
            List.of());

    @Test
    @DisplayName("BH-2 RT-6 EV-1 EV-3 CA-5 after five seconds of every fault nothing is left")
    void soak_forFiveSeconds_leavesNothing() throws InterruptedException {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(report, true, StandardCharsets.UTF_8);
        List<Result> results = Soak.play(Options.parse(List.of("--for", "5s")), out, System.err);
        String text = report.toString(StandardCharsets.UTF_8);
        System.out.println(text);
        assertThat(results).as(text).isNotEmpty().allSatisfy(result -> {
            assertThat(result.isClean()).isTrue();
            assertThat(result.ends().values())
                    .as("there are calls of each kind")
                    .allMatch(number -> number > 0);
        });
        assertThat(text).contains("platform threads");
        if (VirtualThreads.exist()) {
            assertThat(text).contains("virtual threads");
        }
    }

    @Test
    @DisplayName("anything that is left, or differs, is not clean")
    void result_whenAnythingIsLeft_isNotClean() {
        assertThat(CLEAN.isClean()).isTrue();
        Drift none = new Drift();
        assertThat(result(1, 0, Set.of(), 0, none).isClean()).isFalse();
        assertThat(result(0, 1, Set.of(), 0, none).isClean()).isFalse();
        assertThat(result(0, 0, Set.of("one"), 0, none).isClean()).isFalse();
        assertThat(result(0, 0, Set.of(), 2 << 20, none).isClean()).isTrue();
        assertThat(result(0, 0, Set.of(), (2 << 20) + 1, none).isClean()).isFalse();
        assertThat(result(0, 0, Set.of(), -(2 << 20) - 1, none).isClean()).isFalse();
        Drift counter = new Drift();
        counter.counter("calls", 1, 2);
        assertThat(result(0, 0, Set.of(), 0, counter).isClean()).isFalse();
        Drift event = new Drift();
        event.event("calls", 1, 2);
        assertThat(result(0, 0, Set.of(), 0, event).isClean()).isFalse();
    }

    private static Result result(long held, long timers, Set<String> threads, long heap, Drift drift) {
        return new Result(
                Kind.PLATFORM,
                5,
                100,
                CLEAN.ends(),
                "",
                held,
                timers,
                8,
                threads,
                0,
                heap,
                drift.counters(),
                drift.events(),
                drift.lines());
    }

    @Test
    @DisplayName("both reports say what is wrong")
    void reports_sayWhatIsWrong() {
        Drift drift = new Drift();
        drift.counter("\"b\"", 3, 0);
        Result wrong = result(0, 0, Set.of("lost-1"), 0, drift);
        assertThat(Report.text(wrong)).contains("lost-1").contains("\"b\"").containsPattern("counters +3");
        assertThat(Report.json(7, List.of(wrong)))
                .contains(
                        "\"seed\": 7",
                        "\"clean\": false",
                        "\"counterDrift\": 3",
                        "counter: \\\"b\\\": 0, should be 3",
                        "\"failed\": 20");
        assertThat(Report.json(7, List.of(CLEAN))).contains("\"clean\": true", "\"wrong\": []");
    }

    @Test
    @DisplayName("a drift is the sum of the differences, with a line for each")
    void drift_sumsUp() {
        Drift drift = new Drift();
        drift.counter("a", 5, 5);
        drift.counter("b", 5, 3);
        drift.event("c", 0, 4);
        assertThat(drift.counters()).isEqualTo(2);
        assertThat(drift.events()).isEqualTo(4);
        assertThat(drift.lines()).containsExactly("counter: b: 3, should be 5", "event: c: 4, should be 0");
    }

    @Test
    @DisplayName("an asynchronous call that never ends is not clean, though nothing else knows of it")
    void lost_whenACallHasNotEnded_isWrong() {
        assertThat(Run.lost(0)).isEmpty();
        assertThat(Run.lost(3)).singleElement().asString().startsWith("lost: 3 asynchronous calls have not ended");
    }

    @Test
    @DisplayName("charges are compared, and denied by no budget that was not used up")
    void charges_whenDeniedOrMissing_areADrift() {
        assertThat(charges(5, 5, 0)).isEmpty();
        assertThat(charges(5, 4, 0)).containsExactly("counter: b charges: 4, should be 5");
        assertThat(charges(5, 5, 2)).containsExactly("counter: b charges denied: 2, should be 0");
    }

    private static List<String> charges(long ran, long charged, long denied) {
        Drift drift = new Drift();
        RetryBudget.Snapshot budget =
                new RetryBudget.Snapshot(RetryBudget.Kind.FIXED_COUNT, 0, charged, 1_000_000, 0, 0, charged, denied);
        Cast.charges("b", budget, ran, drift);
        return drift.lines();
    }

    @Test
    @DisplayName("a thread that came after the start is found, whatever its kind")
    void liveThreads_findThoseThatHaveCome() throws InterruptedException {
        for (Kind kind : Options.parse(List.of()).threads()) {
            LiveThreads before = LiveThreads.now();
            Thread sleeper = kind.thread("sleeper", LockSupport::park);
            sleeper.start();
            assertThat(LiveThreads.now().since(before)).anyMatch(name -> name.startsWith("sleeper"));
            LockSupport.unpark(sleeper);
            sleeper.join();
            assertThat(LiveThreads.now().since(before)).noneMatch(name -> name.startsWith("sleeper"));
        }
    }

    @Test
    @DisplayName("what the JVM runs virtual threads on is not ours, whichever of its pools that is")
    void liveThreads_leaveOutThoseOfTheJvm() {
        assertThat(List.of("ForkJoinPool-1-worker-3", "ForkJoinPool-2-delayScheduler", "VirtualThread-unparker"))
                .allMatch(LiveThreads::isOfTheJvm);
        assertThat(List.of("ForkJoinPool.commonPool-worker-1", "plimsoll-prices-1"))
                .noneMatch(LiveThreads::isOfTheJvm);
    }

    @Test
    @DisplayName("options are read")
    void options_areRead() {
        Options options =
                Options.parse(List.of("--for", "2h", "--seed", "-3", "--threads", "platform", "--json", "--stops"));
        assertThat(options).isEqualTo(new Options(Duration.ofHours(2), -3, List.of(Kind.PLATFORM), true, true));
        assertThat(Options.parse(List.of()).lasting()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--fast", "--for", "--for 0s", "--for 10", "--for 169h", "--seed x", "--threads some", "10m"})
    @DisplayName("options that do not exist, and values that cannot be, are errors of one line")
    void options_whenWrong_areRefused(String line) {
        List<String> args = List.of(line.split(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(args))
                .withMessageStartingWith(args.get(0) + ": ");
    }
}
