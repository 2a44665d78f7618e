package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That every subject does what its row says, so that rows can be compared. */
final class SubjectsTest {

    private static final List<String> CLOSED = List.of("consecutive", "lastHundred", "tenSeconds");

    @FunctionalInterface
    interface Maker {
        GuardedErrand make(String benchmark, Errand errand) throws Exception;
    }

    static Stream<Arguments> closedBreakers() {
        Stream<Arguments> common =
                CLOSED.stream().flatMap(benchmark -> subjects().map(maker -> Arguments.of(benchmark, maker)));
        Maker plimsoll = SubjectsTest::plimsoll;
        Maker resilience4j = SubjectsTest::resilience4j;
        return Stream.concat(
                common,
                Stream.of(
                        Arguments.of("consecutiveUncounted", plimsoll),
                        Arguments.of("lastHundredLockFree", resilience4j),
                        Arguments.of("tenSecondsLockFree", resilience4j)));
    }

    static Stream<Maker> subjects() {
        return Stream.of(
                SubjectsTest::plimsoll,
                SubjectsTest::resilience4j,
                SubjectsTest::failsafe,
                SubjectsTest::smallRye,
                SubjectsTest::sentinel);
    }

    @ParameterizedTest
    @MethodSource("closedBreakers")
    @DisplayName("one failure in a hundred opens no breaker")
    void closedBreaker_whenOneCallInAHundredFails_admitsAll(String benchmark, Maker subject) throws Exception {
        GuardedErrand guarded = subject.make(benchmark, errand(1));
        int failures = 0;
        for (int call = 0; call < 2_000; call++) {
            try {
                assertThat(guarded.call()).isNotNull();
            } catch (Failure failed) {
                failures++;
            }
        }
        assertThat(failures).isEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("closedBreakers")
    @DisplayName("every breaker classifies and counts: failures open it")
    void closedBreaker_whenAllCallsFail_opens(String benchmark, Maker subject) throws Exception {
        GuardedErrand guarded = subject.make(benchmark, errand(100));
        assertThatCode(() -> Subject.trip(guarded::call)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @DisplayName("an open breaker refuses, and its refusal passes through the frames")
    void openBreaker_whenCalled_refuses(Maker subject) throws Exception {
        GuardedErrand guarded = subject.make("refusedThroughFrames", errand(0));
        assertThatCode(guarded::callThroughFrames).isInstanceOf(Exception.class).isNotInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @DisplayName("the full guard returns the errand's value")
    void fullGuard_whenTheErrandSucceeds_returnsItsValue(Maker subject) throws Exception {
        Errand errand = errand(0);
        assertThat(subject.make("fullGuard", errand).call()).isSameAs(errand.run());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fullGuardAttemptTimeout", "fullGuardTotalTimeout"})
    @DisplayName("our full guard returns the errand's value within its time, too")
    void fullGuard_whenTimed_returnsTheErrandsValue(String benchmark) throws Exception {
        Errand errand = errand(0);
        assertThat(plimsoll(benchmark, errand).call()).isSameAs(errand.run());
    }

    private static Errand errand(int failing) {
        Errand errand = new Errand();
        errand.failing = failing;
        errand.plan();
        return errand;
    }

    private static GuardedErrand plimsoll(String benchmark, Errand errand) {
        PlimsollBenchmark subject = new PlimsollBenchmark();
        subject.open(benchmark);
        PlimsollBenchmark.Guarded guarded = new PlimsollBenchmark.Guarded();
        guarded.bind(subject, errand);
        return guarded;
    }

    private static GuardedErrand resilience4j(String benchmark, Errand errand) {
        Resilience4jBenchmark subject = new Resilience4jBenchmark();
        subject.open(benchmark);
        Resilience4jBenchmark.Guarded guarded = new Resilience4jBenchmark.Guarded();
        guarded.bind(subject, errand);
        return guarded;
    }

    private static GuardedErrand failsafe(String benchmark, Errand errand) {
        FailsafeBenchmark subject = new FailsafeBenchmark();
        subject.open(benchmark);
        FailsafeBenchmark.Guarded guarded = new FailsafeBenchmark.Guarded();
        guarded.bind(subject, errand);
        return guarded;
    }

    private static GuardedErrand smallRye(String benchmark, Errand errand) {
        SmallRyeBenchmark subject = new SmallRyeBenchmark();
        subject.open(benchmark);
        SmallRyeBenchmark.Guarded guarded = new SmallRyeBenchmark.Guarded();
        guarded.bind(subject, errand);
        return guarded;
    }

    private static GuardedErrand sentinel(String benchmark, Errand errand) throws Exception {
        SentinelBenchmark subject = new SentinelBenchmark();
        subject.open(benchmark);
        SentinelBenchmark.Guarded guarded = new SentinelBenchmark.Guarded();
        guarded.bind(errand);
        return guarded;
    }
}
