package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000})
    @DisplayName("DL-1 T-44 deadlines nest by minimum, on any clock")
    void deadlines_nestByMinimum(long origin) {
        VirtualTime time = VirtualTime.startingAt(origin, 0);
        Deadline near = Deadline.in(time, SECOND);
        Deadline far = Deadline.in(time, Duration.ofMinutes(1));

        assertThat(near.min(far)).isSameAs(near);
        assertThat(far.min(near)).isSameAs(near);
        assertThat(near.min(Deadline.none())).isSameAs(near);
        assertThat(Deadline.none().min(near)).isSameAs(near);

        far.run(() -> {
            assertThat(Deadline.current()).isSameAs(far);
            near.run(() -> far.run(() -> assertThat(Deadline.current()).isSameAs(near)));
            assertThat(Deadline.current()).isSameAs(far);
        });
        assertThat(Deadline.current().isNone()).isTrue();

        time.advance(SECOND.minusNanos(1));
        assertThat(near.expired()).isFalse();
        assertThat(near.remaining()).isEqualTo(Duration.ofNanos(1));
        time.advance(Duration.ofNanos(1));
        assertThat(near.expired()).isTrue();
        assertThat(near.remaining()).isZero();
        assertThat(near.remainingNanos(time.precise() + 1)).isEqualTo(-1);
    }

    @Test
    @DisplayName("DL-1 the scope of a deadline ends with an exception too, and passes values and exceptions")
    void scope_endsWithAnException() throws IOException {
        Deadline deadline = Deadline.in(SECOND);

        assertThat(deadline.<String, IOException>call(() -> "value")).isEqualTo("value");
        assertThatThrownBy(() -> deadline.<String, IOException>call(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> deadline.run(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(Deadline.current().isNone()).isTrue();
    }

    @Test
    @DisplayName("DL-1 the reserve is 100 ms, or a tenth of what remains if that is less, taken when asked for only")
    void reserve_isTheSmallerOne() {
        VirtualTime time = VirtualTime.create();

        assertThat(Deadline.in(time, Duration.ofSeconds(30)).lessReserve().remaining())
                .isEqualTo(Duration.ofMillis(29_900));
        assertThat(Deadline.in(time, SECOND).lessReserve().remaining()).isEqualTo(Duration.ofMillis(900));
        assertThat(Deadline.in(time, Duration.ofMillis(10)).lessReserve().remaining())
                .isEqualTo(Duration.ofMillis(9));
        assertThat(Deadline.in(time, Duration.ZERO).lessReserve().expired()).isTrue();
        assertThat(Deadline.none().lessReserve().isNone()).isTrue();
    }

    @Test
    @DisplayName("DL-1 none is none, and negative spans have expired already")
    void none_neverExpires() {
        VirtualTime time = VirtualTime.create();
        assertThat(Deadline.none().expired()).isFalse();
        assertThat(Deadline.none().remaining()).isEqualTo(Duration.ofNanos(Time.LONGEST));
        assertThat(Deadline.none()).hasToString("no deadline");
        assertThat(Deadline.in(time, Duration.ofSeconds(-1)).expired()).isTrue();
        assertThat(Deadline.in(time, SECOND)).hasToString("in 1000 ms");
    }
}
