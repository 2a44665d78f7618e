package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ProcessorsTest {

    @Test
    @DisplayName(
            "busy is all but idle and waiting, stolen time included; own is what this process and its children had")
    void processors_asLinuxCountsThem_areRead() {
        Processors read = Processors.read(
                "cpu  100 10 30 1000 50 1 2 40 7 7\ncpu0 1 2 3 4\n",
                "42 (java (odd) name) S 1 42 42 0 -1 4194560 1 2 3 4 60 20 5 3 20 0 30 0 1 2 3\n");
        assertThat(read).isEqualTo(new Processors(1_233, 183, 88));
    }

    @Test
    @DisplayName("the others' share is what was busy and not ours, of all processors")
    void othersSince_isTheShareOfAllProcessors() {
        Processors before = new Processors(1_000, 500, 100);
        assertThat(new Processors(2_000, 1_100, 650).othersSince(before)).isCloseTo(0.05, Offset.offset(1e-9));
        assertThat(new Processors(2_000, 1_000, 610).othersSince(before)).isZero();
        assertThat(before.othersSince(before)).isZero();
    }

    @Test
    @DisplayName("where the system does not tell, nothing is known")
    void now_neverFails() {
        assertThatCode(Processors::now).doesNotThrowAnyException();
    }
}
