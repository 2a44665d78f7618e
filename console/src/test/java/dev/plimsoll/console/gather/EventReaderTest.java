package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.console.gather.EventReader.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class EventReaderTest {

    /** Gives the bytes in pieces, for a network cuts where it likes. */
    private static final class Pieces extends InputStream {

        private final InputStream all;
        private final int size;

        Pieces(String text, int size) {
            this.all = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            return all.read();
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            return all.read(buffer, from, Math.min(size, length));
        }
    }

    private static List<Message> read(InputStream in) throws IOException {
        EventReader reader = new EventReader(in);
        List<Message> messages = new ArrayList<>();
        for (Message message = reader.next(); message != null; message = reader.next()) {
            messages.add(message);
        }
        return messages;
    }

    @Test
    @DisplayName("Events are read with kind, id and data, wherever the bytes are cut, a character in two among them")
    void events_areRead_whereverTheyAreCut() throws IOException {
        String stream = "retry: 1000\nevent: hello\ndata: {\"run\":1}\n\n"
                + ": a comment\n\n"
                + "event: story\nid: 00ff-7\ndata: OPEN → CLOSED\n\n"
                + "event:overview\r\ndata:first\r\ndata: second\r\n\r\n"
                + "event: without\n\n"
                + "data: nameless\n\n"
                + "event: cut\ndata: off\n";
        for (int size = 1; size < 40; size++) {
            assertThat(read(new Pieces(stream, size)))
                    .as("pieces of %d", size)
                    .containsExactly(
                            new Message("hello", "", "{\"run\":1}"),
                            new Message("story", "00ff-7", "OPEN → CLOSED"),
                            new Message("overview", "", "first\nsecond"),
                            new Message("", "", "nameless"));
        }
    }

    @Test
    @DisplayName("A line without an end is given up, not kept")
    void line_withoutEnd_isGivenUp() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int from, int length) {
                java.util.Arrays.fill(buffer, from, from + length, (byte) 'x');
                return length;
            }
        };
        assertThatThrownBy(() -> read(endless))
                .isInstanceOf(IOException.class)
                .hasMessage("it sends events of more than 16777216 bytes");
    }
}
