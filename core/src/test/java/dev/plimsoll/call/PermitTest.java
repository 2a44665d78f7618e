package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Leave by hand. */
final class PermitTest {

    private static final class Leave implements Admission.Leave {}

    /** Without memory for anything when a permit is made. */
    private static final class Starved implements Gate {

        private final List<Judgement> settled = new ArrayList<>();

        @Override
        public Admission enter() {
            return new Leave();
        }

        @Override
        public long clock() {
            throw new OutOfMemoryError("planted");
        }

        @Override
        public void settle(
                Admission.Leave leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
            settled.add(judgement);
        }
    }

    @Test
    @DisplayName("CB-8 BH-2 T-39 leave for which no permit can be made is given back at once")
    void permit_thatCannotBeMade_isGivenBack() {
        Starved gate = new Starved();

        assertThatThrownBy(() -> Permit.of(gate, new Leave())).isInstanceOf(OutOfMemoryError.class);

        assertThat(gate.settled).containsExactly(Judgement.NOT_RUN);
    }
}
