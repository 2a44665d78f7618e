package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a thread keeps what it is inside of. */
final class AmbientTest {

    private static final int LINE = 64;

    @Test
    @DisplayName(
            "What each call writes has a cache line for itself, wherever a collector puts it beside what others write")
    void depth_isFarFromOthers() {
        Object[] here = Ambient.here();
        int depth = Ambient.depth(here);
        int[] written = (int[]) here[1];
        int[] before = written.clone();
        Ambient.push(here, this);
        int at = Arrays.mismatch(before, written);
        Ambient.unwind(here, depth);
        assertThat(at * Integer.BYTES).isGreaterThanOrEqualTo(LINE);
        assertThat((written.length - at) * Integer.BYTES).isGreaterThanOrEqualTo(LINE);
    }

    @Test
    @DisplayName(
            "A bound is asked for its deadline when somebody wants to know it, once, and where it was carried to once more")
    void bound_isAskedWhenNeeded() {
        Time time = VirtualTime.create();
        int[] asked = {0};
        Object[] here = Ambient.here();
        Ambient.setBound(here, () -> {
            asked[0]++;
            return Deadline.at(time, 5);
        });
        ContextCarrier.Snapshot carried;
        try {
            carried = Ambient.capture();
            assertThat(asked[0]).isZero();

            Deadline deadline = Deadline.current();
            assertThat(deadline.remainingNanos(0)).isEqualTo(5);
            assertThat(Deadline.current()).isSameAs(deadline);
            assertThat(asked[0]).isEqualTo(1);
        } finally {
            Ambient.setDeadline(here, Deadline.none());
        }
        ContextCarrier.Scope scope = carried.open();
        try {
            assertThat(Deadline.current().remainingNanos(0)).isEqualTo(5);
            assertThat(Deadline.current().remainingNanos(3)).isEqualTo(2);
        } finally {
            scope.close();
        }
        assertThat(asked[0]).isEqualTo(2);
        assertThat(Deadline.current().isNone()).isTrue();
    }
}
