package dev.plimsoll.bench.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

class InterleavingsTest {

    @TempDir
    private Path folder;

    private static final Pattern ALL = Pattern.compile("");

    /** In a virtual machine of its own: tests spin, and one that hangs must not take this one along. */
    @Test
    @Tag("jcstress")
    @DisplayName("T-01, T-03, T-04, T-05, T-12, T-14, T-16, T-18, T-20, T-21, T-25, T-28, T-30, T-31, T-32, T-33, "
            + "T-34, T-37, T-39, T-40, T-41, T-42, T-47, T-50, T-61, T-62, T-67, T-68, T-69, T-82, T-85, T-88, "
            + "T-90, T-100: no interleaving does what is forbidden")
    void interleavings_whenAllAreTried_doNothingForbidden() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stress.class.getName(),
                        "--millis",
                        System.getProperty("plimsoll.stress.millis", "100"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            run.getOutputStream().close();
            assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            run.destroyForcibly();
        }
        String said = Files.readString(output);
        int count = Stress.tests(ALL).size();
        assertThat(count).isGreaterThanOrEqualTo(50);
        assertThat(said).endsWith(count + " of " + count + " passed" + System.lineSeparator());
        assertThat(run.exitValue()).isZero();
    }

    @Test
    @Tag("jcstress")
    void run_whenTestLosesACount_fails() {
        assertThat(Stress.brief(List.of(PlantedStress.class.getName()), 1000)).isFalse();
    }

    @Test
    @DisplayName(
            "only what is forbidden, or thrown by the test itself, is a failure; what cannot be run has not passed either")
    void run_whenItCouldNotBeRun_hasNeitherPassedNorFailed() {
        TestInfo test = TestList.getInfo(PlantedStress.class.getName());
        for (Status trouble : List.of(Status.VM_ERROR, Status.TIMEOUT_ERROR, Status.API_MISMATCH)) {
            BriefRun run = BriefRun.of(test, new TestResult(trouble));
            assertThat(run.forbidden()).isEmpty();
            assertThat(run.unfit()).isNotEmpty();
            assertThat(run.hasPassed()).isFalse();
        }
        BriefRun thrown = BriefRun.of(test, new TestResult(Status.TEST_ERROR));
        assertThat(thrown.forbidden()).isNotEmpty();
        BriefRun nothing = BriefRun.of(test, new TestResult(Status.NORMAL));
        assertThat(nothing.forbidden()).isEmpty();
        assertThat(nothing.hasPassed()).isFalse();
    }

    @Test
    void run_whenNoTestRan_fails() {
        assertThat(Stress.tests(Pattern.compile("NoSuchTest"))).isEmpty();
        assertThat(Stress.brief(List.of(), 1)).isFalse();
    }

    @Test
    void tests_whenSelected_areThoseNamedSoWithoutThePlantedOne() {
        assertThat(Stress.tests(Pattern.compile("Planted"))).isEmpty();
        assertThat(Stress.tests(Pattern.compile("LastCharge")))
                .containsExactly("dev.plimsoll.budget.BudgetStress.LastCharge");
    }

    @Test
    void orders_whenNothingIsNamed_areBriefAndAll() {
        Orders orders = Orders.parse(List.of());
        assertThat(orders.mode()).isEqualTo("brief");
        assertThat(orders.breaks()).isFalse();
        assertThat(orders.only().pattern()).isEmpty();
        assertThat(orders.millis()).isEqualTo(100);
    }

    @Test
    void orders_whenNamed_areTaken() {
        Orders orders = Orders.parse(List.of("--only", "Drain.*", "--mode", "tough", "--millis", "7"));
        assertThat(orders.mode()).isEqualTo("tough");
        assertThat(orders.only().pattern()).isEqualTo("Drain.*");
        assertThat(orders.millis()).isEqualTo(7);
        assertThat(Orders.parse(List.of("--break")).millis()).isEqualTo(10_000);
        assertThat(Orders.parse(List.of("--millis", "7", "--break")).breaks()).isTrue();
        assertThat(Orders.parse(List.of("--millis", "7", "--break")).millis()).isEqualTo(7);
    }

    @Test
    void orders_whenWrong_sayWhy() {
        assertThatThrownBy(() -> Orders.parse(List.of("--fast")))
                .hasMessage("--fast: no such option, see bench/stress --help");
        assertThatThrownBy(() -> Orders.parse(List.of("--only"))).hasMessage("--only: needs a value");
        assertThatThrownBy(() -> Orders.parse(List.of("--only", "("))).hasMessageContaining("a regular expression");
        assertThatThrownBy(() -> Orders.parse(List.of("--millis", "0")))
                .hasMessage("--millis: a number from 1 to 60000, not 0");
        assertThatThrownBy(() -> Orders.parse(List.of("--mode", "slow")))
                .hasMessage("--mode: one of brief, sanity, quick, default, tough, not slow");
        assertThatThrownBy(() -> Orders.parse(List.of("--break", "--mode", "tough")))
                .hasMessage("--break: in mode brief only, not tough");
    }
}
