package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How much work matters, by thread. */
final class CriticalityTest {

    @Test
    @DisplayName("CL-1 work is NORMAL unless somebody says otherwise, and the innermost counts")
    void innermost_counts() throws Exception {
        assertThat(Criticality.inForce()).isEmpty();
        assertThat(Criticality.current()).isEqualTo(Criticality.NORMAL);
        Criticality.SHEDDABLE.run(() -> {
            assertThat(Criticality.current()).isEqualTo(Criticality.SHEDDABLE);
            assertThat(Criticality.CRITICAL.<Criticality, RuntimeException>call(Criticality::current))
                    .isEqualTo(Criticality.CRITICAL);
            assertThat(Criticality.inForce()).contains(Criticality.SHEDDABLE);
        });
        assertThat(Criticality.inForce()).isEmpty();
    }

    @Test
    @DisplayName("CL-1 work that throws leaves the thread as it was")
    void workThatThrows_leavesTheThreadAsItWas() {
        IOException broken = new IOException("broken");
        assertThat(catchThrowable(() -> Criticality.CRITICAL.run(() -> {
                    throw broken;
                })))
                .isSameAs(broken);
        assertThat(Criticality.inForce()).isEmpty();
    }

    @Test
    @DisplayName("CL-1 other threads are told by what a call takes along")
    void otherThread_isToldByTheSnapshot() {
        List<Criticality> seen = new ArrayList<>();
        Criticality.CRITICAL.run(() -> {
            ContextCarrier.Snapshot snapshot = Ambient.capture();
            Rendezvous.threads(1, () -> {
                seen.add(Criticality.current());
                try (ContextCarrier.Scope inside = snapshot.open()) {
                    assertThat(inside).isNotNull();
                    seen.add(Criticality.current());
                }
                seen.add(Criticality.current());
            });
        });
        assertThat(seen).containsExactly(Criticality.NORMAL, Criticality.CRITICAL, Criticality.NORMAL);
    }

    @Test
    @DisplayName("CL-1 an attempt says how much its work matters")
    void attempt_saysIt() {
        Attempt attempt = new Attempt() {
            @Override
            public String dependency() {
                return "prices";
            }

            @Override
            public int number() {
                return 1;
            }

            @Override
            public Deadline deadline() {
                return Deadline.none();
            }
        };
        assertThat(attempt.criticality()).isEqualTo(Criticality.NORMAL);
        Criticality.SHEDDABLE.run(() -> assertThat(attempt.criticality()).isEqualTo(Criticality.SHEDDABLE));
    }

    @Test
    @NullUnmarked // what callers that no compiler has checked may pass
    @DisplayName("CL-1 nothing to run is an error by name")
    void nothingToRun_isNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> Criticality.NORMAL.run(null))
                .withMessage("task");
        assertThatNullPointerException()
                .isThrownBy(() -> Criticality.NORMAL.call(null))
                .withMessage("work");
    }
}
