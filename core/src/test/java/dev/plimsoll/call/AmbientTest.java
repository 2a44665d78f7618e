package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;

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
}
