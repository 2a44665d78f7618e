package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

final class RowsTest {

    private static final List<Row> ALL = Rows.all();

    @Test
    @DisplayName("a row is found by its name, and no two have the same")
    void rows_whenListed_haveNamesOfTheirOwn() {
        assertThat(ALL).extracting(Row::key).doesNotHaveDuplicates();
        for (Row row : ALL) {
            assertThat(Rows.named(row.key()).scenario()).isEqualTo(row.scenario());
            assertThat(row.key()).startsWith(row.subject() + ".");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Rows.named("Plimsoll.noSuch"));
        assertThatIllegalArgumentException().isThrownBy(() -> Rows.named("noSuch"));
    }

    @Test
    @DisplayName("no primitive that is measured is left out, and none is listed that is not")
    void limits_whenListed_areTheBenchmarks() {
        assertThat(ALL)
                .filteredOn(row -> row.scenario() == Scenario.LIMITS)
                .extracting(Row::name)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(LimitsBenchmark.class.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Benchmark.class))
                        .map(method -> method.getName())
                        .toList());
    }

    @Test
    @DisplayName("every scenario has a row of ours, every limit is made of measured primitives")
    void scenarios_whenListed_areComplete() {
        for (Scenario scenario : Scenario.values()) {
            assertThat(ALL)
                    .filteredOn(row -> row.scenario() == scenario)
                    .as(scenario.title())
                    .isNotEmpty()
                    .anyMatch(row -> row.isOurs() || !scenario.isGuarded());
        }
        for (Floor floor : Floor.values()) {
            assertThat(floor.rows())
                    .allSatisfy(row -> assertThat(Rows.named(row).scenario()).isEqualTo(Scenario.LIMITS));
        }
    }

    @Test
    @DisplayName("who does less or more says what")
    void rows_whenTheyDoNotDoAsSaid_haveARemark() {
        assertThat(ALL)
                .filteredOn(row -> row.does() != Row.Does.AS_SAID)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.remark()).as(row.key()).isNotBlank());
    }

    @Test
    @DisplayName("several rows of a subject in a scenario differ in what is said of them")
    void rows_whenASubjectHasSeveral_areToldApart() {
        assertThat(ALL)
                .extracting(row -> row.scenario() + " " + row.title() + " " + row.remark())
                .doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("who does less is nobody to be compared with")
    void peers_whenTheyDoLess_areNone() {
        assertThat(Rows.named("Resilience4j.attemptTimeout").isPeer()).isFalse();
        assertThat(Rows.named("Failsafe.attemptTimeout").isPeer()).isTrue();
        assertThat(Rows.named("Sentinel.bulkhead").isPeer()).isTrue();
        assertThat(Rows.named("Plimsoll.bulkhead").isPeer()).isFalse();
        assertThat(Rows.named("Direct.call").isPeer()).isFalse();
    }

    @Test
    @DisplayName("who takes a call to another thread without being asked is nobody to be compared with")
    void peers_whenTheyTakeTheCallElsewhere_areNone() {
        assertThat(Rows.named("Failsafe.asyncBreaker").isPeer()).isFalse();
        assertThat(Rows.named("Failsafe.pool").isPeer()).isTrue();
    }

    @Test
    @DisplayName("who is known to hang says so in its remark")
    void remarks_whenARowHangs_saySo() {
        assertThat(Rows.named("SmallRye.asyncFullGuard").remarks()).isEqualTo("hangs on 2 threads and more");
    }

    @Test
    @DisplayName("every target has a row, at a number of threads that is measured")
    void targets_whenListed_nameExistingRows() {
        assertThat(Target.all()).isNotEmpty().allSatisfy(target -> {
            Row row = Rows.named(target.row());
            assertThat(row.isOurs()).isTrue();
            assertThat(target.failing() == 0 || row.scenario().alsoFailing()).isTrue();
            assertThat(Plan.THREADS).contains(target.threads());
        });
    }

    @Test
    @DisplayName("what our guards allocate for a blocking call that is good at once has a target, in every scenario")
    void memory_whenACallIsGood_hasATarget() {
        Set<Scenario> others = EnumSet.of(
                Scenario.REFUSED,
                Scenario.REFUSED_THROUGH_FRAMES,
                Scenario.ONE_RETRY,
                Scenario.FALLBACK_ANSWERS,
                Scenario.BUDGET,
                Scenario.SHED,
                Scenario.TIMER,
                Scenario.TIMER_SAME,
                Scenario.IDEMPOTENCY,
                Scenario.IDEMPOTENCY_FIRST,
                Scenario.HEDGE);
        assertThat(ALL)
                .filteredOn(row -> row.isOurs()
                        && !others.contains(row.scenario())
                        && !row.name().startsWith("async")
                        && !row.variant().equals("tryEnter"))
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(Target.all())
                        .as(row.key())
                        .anyMatch(target -> target.row().equals(row.key())
                                && target.wording().endsWith("B/op")));
    }

    @Test
    @DisplayName("everything is measured on 1, 2 and 8 threads, closed breakers also failing, on 1 and 2")
    void plan_whenFull_coversEveryCombination() {
        List<Plan.Share> shares =
                Plan.of(false, Pattern.compile(""), Results.none()).shares();
        assertThat(shares)
                .hasSize(ALL.stream()
                        .mapToInt(row -> row.scenario().alsoFailing() ? 2 : 1)
                        .sum())
                .allSatisfy(share ->
                        assertThat(share.threads()).isEqualTo(share.failing() == 0 ? List.of(1, 2, 8) : List.of(1, 2)));
    }

    @Test
    @DisplayName(
            "a quick run has all that has a target, the limits, and beside each of the former, where there is a peer, one of the fastest kind")
    void plan_whenQuick_keepsWhatRatiosNeed() {
        List<Plan.Share> shares =
                Plan.of(true, Pattern.compile(""), Results.none()).shares();
        List<Row> rows = shares.stream().map(Plan.Share::row).distinct().toList();
        assertThat(shares)
                .extracting(Plan.Share::toString)
                .containsAll(Target.all().stream()
                        .map(target -> target.row() + " failing=" + target.failing())
                        .toList());
        assertThat(rows)
                .containsAll(
                        ALL.stream().filter(row -> !row.scenario().isGuarded()).toList());
        for (Plan.Share ours : shares) {
            assertThat(ours.row().scenario().isGuarded()
                            && ALL.stream()
                                    .anyMatch(row -> row.isPeer()
                                            && row.scenario() == ours.row().scenario())
                            && shares.stream()
                                    .noneMatch(peer -> peer.row().isPeer()
                                            && peer.row().scenario()
                                                    == ours.row().scenario()
                                            && peer.failing() == ours.failing()))
                    .as(ours.toString())
                    .isFalse();
        }
        assertThat(rows).extracting(Row::key).contains("Bucket4j.rateLimiter", "Failsafe.attemptTimeout");
        assertThat(rows).extracting(Row::key).doesNotContain("Sentinel.bulkhead", "Failsafe.bulkhead");
    }

    @Test
    @DisplayName("a quick run that is held against an earlier one measures also who was the best peer in that")
    void plan_whenHeldAgainstAnEarlierRun_hasItsBestPeers() {
        Results before = new JmhJson()
                .add("SmallRye.bulkhead", 0, 2, 0, 1)
                .add("Resilience4j.bulkhead", 0, 2, 0, 2)
                .add("Failsafe.bulkhead", 0, 8, 0, 1)
                .results();
        assertThat(Plan.of(true, Pattern.compile("bulkhead "), before).shares())
                .extracting(Plan.Share::toString)
                .contains("SmallRye.bulkhead failing=0", "Resilience4j.bulkhead failing=0")
                .doesNotContain("Failsafe.bulkhead failing=0", "Hystrix.bulkhead failing=0");
    }

    @Test
    @DisplayName("a quick run takes five minutes at most")
    void plan_whenQuick_isShort() {
        assertThat(Plan.of(true, Pattern.compile(""), Results.none()).seconds(1))
                .isBetween(60.0, 290.0);
    }

    @Test
    @DisplayName("a full run takes as long as the help says")
    void plan_whenFull_takesAsLongAsTheHelpSays() throws IOException {
        long minutes =
                Math.round(Plan.of(false, Pattern.compile(""), Results.none()).seconds(Arguments.FORKS) / 60);
        assertThat(Files.readString(Path.of("run"))).contains("about " + minutes + " minutes on two idle processors");
    }

    @Test
    @DisplayName("what is measured and what it takes to begin add up, for each round")
    void plan_whenAsked_saysHowLongItTakes() {
        Plan one = Plan.of(false, Pattern.compile("Plimsoll.bulkhead "), Results.none());
        assertThat(one.shares()).hasSize(1);
        Lengths lengths = Lengths.of(false);
        double iterations = lengths.first() + 2 * lengths.warmUp() + 3 * lengths.measured();
        assertThat(one.seconds(5)).isEqualTo(5 * (lengths.beside() + iterations * lengths.millis() / 1_000));
    }

    @Test
    void plan_whenAPatternIsGiven_keepsWhatMatches() {
        assertThat(Plan.of(false, Pattern.compile("Failsafe.*lastHundred failing=1"), Results.none())
                        .shares())
                .extracting(Plan.Share::toString)
                .containsExactly("Failsafe.lastHundred failing=1");
    }
}
