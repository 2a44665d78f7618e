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

    @SafeVarargs
    private static String lines(List<String>... events) {
        List<String> all = new ArrayList<>();
        for (List<String> event : events) {
            all.addAll(event);
        }
        return String.join("\n", all);
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
        String stream = lines(
                List.of("retry: 1000", "event: hello", "data: {\"run\":1}", ""),
                List.of(": a comment", ""),
                List.of("event: story", "id: 00ff-7", "data: OPEN → CLOSED", ""),
                List.of("event:overview\r", "data:first\r", "data: second\r", "\r"),
                List.of("event: without", ""),
                List.of("data: nameless", ""),
                List.of("event: cut", "data: off", ""));
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
