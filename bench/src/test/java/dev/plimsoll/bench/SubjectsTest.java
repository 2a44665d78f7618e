package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That every subject does what its row says, so that rows can be compared. */
final class SubjectsTest {

    private static final int CALLS = 200;

    /** Too many failures for a test, or a window that Hystrix looks at twice a second. */
    private static final Set<String> OPEN_LATER =
            Set.of("Plimsoll.failures", "Failsafe.failures", "Sentinel.failures", "Hystrix.tenSeconds");

    /** A million pending timers take their time. */
    private static final Set<String> HEAVY =
            Set.of("Plimsoll.timer", "Plimsoll.timerSame", "JDK.timer", "JDK.timerSame");

    static Stream<Row> admitting() {
        return Rows.all().stream()
                .filter(row ->
                        row.scenario() != Scenario.LIMITS && !row.scenario().isRefused())
                .filter(row -> !HEAVY.contains(row.key()));
    }

    static Stream<Row> closedBreakers() {
        return admitting()
                .filter(row -> row.scenario().isGuarded() && row.scenario().alsoFailing());
    }

    static Stream<Row> thatOpen() {
        return closedBreakers().filter(row -> !OPEN_LATER.contains(row.key()));
    }

    static Stream<Row> refusing() {
        return Rows.all().stream().filter(row -> row.scenario().isRefused());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("admitting")
    @DisplayName("every guard admits, and answers with the errand's value")
    void row_whenCalled_returnsTheErrandsValue(Row row) throws Exception {
        Errand errand = errand(0);
        Guarded guarded = row.opener().open();
        Call call = guarded.around(errand);
        for (int i = 0; i < CALLS; i++) {
            assertThat(call.call()).isSameAs(errand.value());
        }
        guarded.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closedBreakers")
    @DisplayName("one failure in a hundred opens no breaker, and comes through as it is")
    void closedBreaker_whenOneCallInAHundredFails_admitsAll(Row row) throws Exception {
        Guarded guarded = row.opener().open();
        Call call = guarded.around(errand(1));
        int failures = 0;
        for (int i = 0; i < 2_000; i++) {
            try {
                assertThat(call.call()).isNotNull();
            } catch (Failure failed) {
                failures++;
            }
        }
        assertThat(failures).isEqualTo(20);
        guarded.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thatOpen")
    @DisplayName("every breaker classifies and counts: failures open it")
    void closedBreaker_whenAllCallsFail_opens(Row row) throws Exception {
        Guarded guarded = row.opener().open();
        Call call = guarded.around(errand(100));
        assertThatCode(() -> Trip.open(call::call)).doesNotThrowAnyException();
        guarded.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusing")
    @DisplayName("an open breaker refuses")
    void openBreaker_whenCalled_refuses(Row row) throws Exception {
        Call call = row.opener().open().around(errand(0));
        for (String because : List.of("at once", "again")) {
            assertThatCode(call::call).as(because).isInstanceOf(Exception.class).isNotInstanceOf(Failure.class);
        }
    }

    private static Errand errand(int failing) {
        Errand errand = new Errand();
        errand.failing = failing;
        errand.plan();
        return errand;
    }
}
