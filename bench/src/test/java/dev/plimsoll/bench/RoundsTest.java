package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoundsTest {

    private static final String ROW = "Spring.retry";
    private static final String HANGS = "SmallRye.asyncFullGuard";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final Deque<Launch.Outcome> outcomes = new ArrayDeque<>();
    private final List<Plan.Share> launched = new ArrayList<>();
    private final List<Boolean> late = new ArrayList<>();
    private long now;
    private int each = 1;

    @Test
    @DisplayName("what was measured before a virtual machine had to be ended counts, and it is not waited for again")
    void rounds_whenOneHangs_keepWhatThereIs() throws IOException, InterruptedException {
        outcomes.add(new Launch.Outcome(entries(ROW, 1, 1), "hangs", true, 0));
        outcomes.add(new Launch.Outcome(entries(ROW, 2, 1), "", false, 0));
        Rounds rounds = rounds(ROW, 2);
        Results results = rounds.measure(folder.resolve("part.json"));
        assertThat(launched).extracting(Plan.Share::threads).containsExactly(List.of(1, 2, 8), List.of(1));
        assertThat(results.of(ROW, 0, 1).orElseThrow().forks()).hasSize(2);
        assertThat(rounds.failed())
                .containsExactly(
                        ROW + " failing=0 on 2, 8 threads, round 1", ROW + " failing=0 on 2, 8 threads, round 2");
        assertThat(rounds.known()).isEmpty();
    }

    @Test
    @DisplayName("a hang that is known is told, and is no failure of the run; on fewer threads it would be one")
    void rounds_whenAKnownOneHangs_haveNotFailed() throws IOException, InterruptedException {
        outcomes.add(new Launch.Outcome(entries(HANGS, 1, 1), "hangs", true, 0));
        Rounds known = rounds(HANGS, 1);
        assertThat(known.measure(folder.resolve("part.json")).of(HANGS, 0, 1)).isPresent();
        assertThat(known.failed()).isEmpty();
        assertThat(known.known()).containsExactly(HANGS + " failing=0 on 2, 8 threads, round 1");

        outcomes.add(new Launch.Outcome("", "hangs", true, 0));
        Rounds worse = rounds(HANGS, 1);
        assertThat(worse.measure(folder.resolve("part.json")).keys()).isEmpty();
        assertThat(worse.failed()).hasSize(1);
    }

    @Test
    @DisplayName("who has failed, for want of memory perhaps, is tried once more")
    void rounds_whenOneFails_tryAgain() throws IOException, InterruptedException {
        outcomes.add(new Launch.Outcome("", "exit code 1", false, 0));
        outcomes.add(whole(3, 0));
        Rounds rounds = rounds(ROW, 1);
        assertThat(rounds.measure(folder.resolve("part.json")).of(ROW, 0, 8)).isPresent();
        assertThat(rounds.failed()).isEmpty();
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("once more, for exit code 1");
    }

    @Test
    @DisplayName("a fork that others disturbed is repeated, twice at most; the least disturbed one counts")
    void rounds_whenOthersAreBusy_repeat() throws IOException, InterruptedException {
        outcomes.add(whole(1, 0.3));
        outcomes.add(whole(2, 0.06));
        outcomes.add(whole(4, 0.2));
        Rounds rounds = rounds(ROW, 1);
        Results results = rounds.measure(folder.resolve("part.json"));
        assertThat(results.of(ROW, 0, 1).orElseThrow().median()).isEqualTo(0.5);
        assertThat(rounds.repeated()).isEqualTo(2);
        assertThat(rounds.others()).isEqualTo(0.06);
        assertThat(rounds.disturbed()).isEqualTo(1);
        assertThat(rounds.wasBusy()).isTrue();
    }

    @Test
    @DisplayName("a fork that nobody disturbed is not repeated, nor one of which nothing is known")
    void rounds_whenNobodyIsBusy_doNotRepeat() throws IOException, InterruptedException {
        outcomes.add(whole(1, 0.05));
        outcomes.add(whole(1, Double.NaN));
        Rounds rounds = rounds(ROW, 2);
        assertThat(rounds.measure(folder.resolve("part.json")).keys()).hasSize(3);
        assertThat(rounds.repeated()).isZero();
        assertThat(rounds.others()).isEqualTo(0.05);
        assertThat(rounds.disturbed()).isZero();
        assertThat(rounds.wasBusy()).isFalse();
    }

    @Test
    @DisplayName("a run that is behind its time warms up less until it has caught up")
    void rounds_whenBehindTheirTime_hurry() throws IOException, InterruptedException {
        each = 37;
        for (int i = 0; i < 3; i++) {
            outcomes.add(whole(1, 0));
        }
        Rounds slow = rounds(ROW, 3);
        Results unused = slow.measure(folder.resolve("part.json"));
        assertThat(late).containsExactly(false, true, true);
        assertThat(slow.hurried()).isEqualTo(2);
        late.clear();
        each = 1;
        for (int i = 0; i < 3; i++) {
            outcomes.add(whole(1, 0));
        }
        Results unusedEither = rounds(ROW, 3).measure(folder.resolve("part.json"));
        assertThat(late).containsOnly(false);
    }

    @Test
    @DisplayName(
            "what is doubted is measured twice more, and the median of all counts; what is not doubted is left alone")
    void again_measuresTwiceMore() throws IOException, InterruptedException {
        Path json = folder.resolve("part.json");
        outcomes.addAll(List.of(entriesOf(1, 3), entriesOf(2, 1), entriesOf(3, 1.1)));
        Rounds rounds = rounds(ROW, 1);
        assertThat(rounds.measure(json).of(ROW, 0, 1).orElseThrow().forks()).hasSize(1);

        Results unused = rounds.again(share -> false, json);
        assertThat(launched).hasSize(1);

        Measurement all = rounds.again(share -> share.toString().equals(ROW + " failing=0"), json)
                .of(ROW, 0, 1)
                .orElseThrow();
        assertThat(launched).hasSize(3);
        assertThat(all.forks()).extracting(Measurement.Fork::round).containsExactly(1, 2, 3);
        assertThat(all.median()).isEqualTo(1 / 1.1);
        assertThat(Results.read(json).of(ROW, 0, 1)).contains(all);
    }

    private static Launch.Outcome entriesOf(int round, double score) {
        JmhJson json = new JmhJson();
        for (int threads : Plan.THREADS) {
            json.add(ROW, threads, round, true, score);
        }
        return new Launch.Outcome(json.entries(), "", false, 0);
    }

    private Rounds rounds(String row, int rounds) {
        Plan plan = Plan.of(false, Pattern.compile("^" + Pattern.quote(row) + " "), Results.none());
        return new Rounds(
                plan,
                rounds,
                (share, round, hurried) -> {
                    launched.add(share);
                    late.add(hurried);
                    now += Duration.ofSeconds(each).toNanos();
                    return outcomes.remove();
                },
                () -> now,
                new PrintStream(progress, true, StandardCharsets.UTF_8));
    }

    private static Launch.Outcome whole(double score, double others) {
        JmhJson json = new JmhJson();
        for (int threads : Plan.THREADS) {
            json.add(ROW, threads, 1, true, score);
        }
        return new Launch.Outcome(json.entries(), "", false, others);
    }

    private static String entries(String row, int round, int threads) {
        return new JmhJson().add(row, threads, round, true, 1).entries();
    }
}
