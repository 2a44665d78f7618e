package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.limit.BrokenAlgorithm;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An algorithm of the user's that throws when it is asked, in the midst of settling an attempt. */
final class AlgorithmFaultTest extends LimitScene {

    /** What user code of any kind throws that nothing may swallow. */
    private static final class Hostile extends Error {
        private static final long serialVersionUID = 1L;
    }

    private Guard guarded(Throwable thrown) {
        return guard(g -> g.circuitBreaker()
                .adaptiveThrottle(t -> t)
                .rateLimiter(r -> r.permits(1_000))
                .concurrencyLimit(
                        l -> l.algorithm(BrokenAlgorithm.throwing(thrown)).initial(3))
                .bulkhead(3));
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("T-43 CL-1 an exception of an algorithm is counted, and neither a slot is lost nor an answer")
    void exception_isCounted(Engines engine) throws Throwable {
        Guard guard = guarded(new IllegalStateException("broken"));
        for (int i = 0; i < 9; i++) {
            assertThat(call(engine, guard, GOOD)).isEqualTo("good");
        }
        assertThat(limit(guard).snapshot().faults()).isEqualTo(9);
        assertThat(limit(guard).snapshot().inFlight()).isZero();
        assertThat(guard.snapshot().calls().answered()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("T-43 EV-2 an Error of an algorithm reaches the caller when everything is settled, counted and told")
    void error_isRethrownAtLast(Engines engine) {
        Hostile hostile = new Hostile();
        Guard guard = guarded(hostile);
        for (int i = 1; i <= 9; i++) {
            assertThatThrownBy(() -> call(engine, guard, GOOD)).isSameAs(hostile);
            assertThat(limit(guard).snapshot().inFlight()).isZero();
            assertThat(active(guard)).isZero();
            assertThat(guard.snapshot().throttle().orElseThrow().accepts()).isEqualTo(i);
            assertThat(Objects.requireNonNull(guard.circuitBreaker())
                            .snapshot()
                            .judged()
                            .totalGood())
                    .isEqualTo(i);
            assertThat(heard.of(AttemptEnded.class)).hasSize(i);
            assertThat(heard.of(CallEnded.class))
                    .hasSize(i)
                    .allSatisfy(ended -> assertThat(ended.end()).isEqualTo(Event.End.CANCELLED));
        }
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(0, 0, 0, 0, 9));
    }
}
