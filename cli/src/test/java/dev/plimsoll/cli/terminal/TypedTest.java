package dev.plimsoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reading from a terminal without being stopped for it. */
final class TypedTest {
    private final VirtualTime time = VirtualTime.create();
    private boolean ours;
    private int asked;
    private int looks;

    /** A terminal that stops who reads it in the background, or waits for what was not typed. */
    private final class Fake extends InputStream {
        private final Deque<Integer> typed = new ArrayDeque<>();

        @Override
        public int available() {
            if (++looks == 300) {
                Thread.currentThread().interrupt();
            }
            return typed.size();
        }

        @Override
        public int read() throws IOException {
            Integer next = typed.poll();
            if (next == null || !ours) {
                throw new IOException("stopped");
            }
            return next;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            into[from] = (byte) read();
            return 1;
        }
    }

    private final Fake terminal = new Fake();

    @Test
    @DisplayName("In the background nothing is read; in the foreground again, what was typed is")
    void reader_inTheBackground_waits() throws IOException {
        terminal.typed.addAll(List.of((int) 'a', (int) '\n'));
        long begun = time.precise();
        Typed in = new Typed(
                terminal,
                () -> {
                    ours = ++asked > 5;
                    return ours;
                },
                time);
        assertThat(in.read()).isEqualTo('a');
        assertThat(in.read()).isEqualTo('\n');
        assertThat(time.precise() - begun).isEqualTo(Duration.ofSeconds(1).toNanos());
        terminal.typed.addAll(List.of((int) 'b', (int) 'c'));
        assertThat(new String(in.readNBytes(2), StandardCharsets.US_ASCII)).isEqualTo("bc");
    }

    @Test
    @DisplayName("While nothing is typed nobody asks who is in the foreground, and whoever waits can be interrupted")
    void reader_whenNothingIsTyped_waits() {
        Typed in = new Typed(
                terminal,
                () -> {
                    throw new AssertionError("asked");
                },
                time);
        assertThatThrownBy(in::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(looks).isEqualTo(300);
    }

    @Test
    @DisplayName("Who is in the foreground is read from what the system says; where it says nothing, we are")
    void foreground_isRead() {
        String stat = "%d (a (strange) name) S 1 70 7 34816 %s 4194304 1 2 3";
        assertThat(Foreground.inFile(stat.formatted(71, "70"))).isTrue();
        assertThat(Foreground.inFile(stat.formatted(71, "7"))).isFalse();
        assertThat(Foreground.inFile(stat.formatted(71, "-1"))).isTrue();
        assertThat(Foreground.inFile(stat.formatted(71, "0"))).isTrue();
        assertThat(Foreground.inFile("")).isTrue();
        assertThat(Foreground.inGroups("   70    70\n")).isTrue();
        assertThat(Foreground.inGroups("   70     7\n")).isFalse();
        assertThat(Foreground.inGroups("   70    -1\n")).isTrue();
        assertThat(Foreground.inGroups("ps: what?\n")).isTrue();
    }
}
