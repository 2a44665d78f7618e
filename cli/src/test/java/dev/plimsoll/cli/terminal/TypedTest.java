package dev.plimsoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reading from a terminal without being stopped for it. */
final class TypedTest {
    private static final int SIGTTIN = 21;

    private final VirtualTime time = VirtualTime.create();
    private boolean ours = true;
    private int asked;

    /** A terminal whose reads fail in the background, and at last because nobody is at it any more. */
    private final class Fake extends InputStream {
        private final Deque<Integer> typed = new ArrayDeque<>();

        @Override
        public int read() throws IOException {
            Integer next = ours ? typed.poll() : null;
            if (next == null) {
                throw new IOException("Input/output error");
            }
            return next;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            if (most == 0) {
                return 0;
            }
            int next = read();
            into[from] = (byte) next;
            return next < 0 ? -1 : 1;
        }
    }

    private final Fake terminal = new Fake();

    private boolean isOurs() {
        asked++;
        return ours;
    }

    @Test
    @DisplayName("In the foreground nobody asks whether it is that, whatever is typed, and the end of it is an end")
    void reader_inTheForeground_reads() throws IOException {
        terminal.typed.addAll(List.of((int) 'a', (int) 'b', (int) 'c', -1));
        Typed in = new Typed(terminal, this::isOurs, time);
        assertThat(in.read()).isEqualTo('a');
        assertThat(new String(in.readNBytes(2), StandardCharsets.US_ASCII)).isEqualTo("bc");
        assertThat(in.read()).isEqualTo(-1);
        assertThat(asked).isZero();
    }

    @Test
    @DisplayName("In the background it looks once a second whether it is in the foreground again, and then reads on")
    void reader_inTheBackground_waits() throws IOException {
        terminal.typed.add((int) 'a');
        ours = false;
        long begun = time.precise();
        Typed in = new Typed(
                terminal,
                () -> {
                    ours = ++asked > 5;
                    return ours;
                },
                time);
        assertThat(in.read()).isEqualTo('a');
        assertThat(asked).isEqualTo(6);
        assertThat(time.precise() - begun).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    @DisplayName("What fails in the foreground too is told, and whoever waits in the background can be interrupted")
    void reader_whenNothingCanBeRead_saysSo() {
        Typed in = new Typed(terminal, this::isOurs, time);
        assertThatThrownBy(in::read).hasMessage("Input/output error");
        assertThat(asked).isEqualTo(2);
        ours = false;
        Thread.currentThread().interrupt();
        assertThatThrownBy(in::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("The signal that stops who reads in the background is ignored then; one that there is not cannot be")
    void signal_isIgnored() throws IOException {
        assertThat(StopSignal.ignore()).isTrue();
        assertThat(StopSignal.ignore("sun.misc.Signal", "NOSUCH")).isFalse();
        assertThat(StopSignal.ignore("sun.misc.NoSuch", "TTIN")).isFalse();
        Path status = Path.of("/proc/self/status"); // of Linux
        if (Files.isReadable(status)) {
            Matcher ignored = Pattern.compile("SigIgn:\\s*([0-9a-f]{16})").matcher(Files.readString(status));
            assertThat(ignored.find()).isTrue();
            assertThat(Long.parseUnsignedLong(ignored.group(1), 16) & (1L << (SIGTTIN - 1)))
                    .isNotZero();
        }
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
