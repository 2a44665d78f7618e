package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("CB-2 division by a constant")
final class DivisorTest {

    @Test
    void quotientAndRemainder_atTheEdges_equalTheInstruction() {
        for (int a = 1; a < 63; a++) {
            for (int b = 0; b < 63; b++) {
                for (long i = -2; i <= 2; i++) {
                    for (long j = -2; j <= 2; j++) {
                        check(Math.max(0, (1L << b) + j), Math.max(2, (1L << a) + i));
                    }
                }
                check(Long.MAX_VALUE - b, (1L << a) + 1);
                check(Long.MAX_VALUE - b, Long.MAX_VALUE - a);
            }
        }
    }

    @Test
    void divisorBelowTwo_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Divisor(1)).withMessageContaining("1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Divisor(-3)).withMessageContaining("-3");
    }

    static void check(long x, long divisor) {
        Divisor prepared = new Divisor(divisor);
        assertThat(prepared.quotient(x)).as("%d / %d", x, divisor).isEqualTo(x / divisor);
        assertThat(prepared.remainder(x)).as("%d %% %d", x, divisor).isEqualTo(x % divisor);
    }
}
