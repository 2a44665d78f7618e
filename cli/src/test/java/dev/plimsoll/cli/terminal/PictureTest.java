package dev.plimsoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PictureTest {
    private static final Terminal.Size SIZE = new Terminal.Size(10, 3);

    private final StringWriter written = new StringWriter();
    private final Picture picture = new Picture(new PrintWriter(written), SIZE);

    @Test
    void picture_whenItIsNew_hidesTheCursorOnTheAlternateScreen() {
        assertThat(news()).isEqualTo("\u001b[?1049h\u001b[?25l\u001b[2J");
    }

    @Test
    void show_writesOnlyTheLinesThatChanged() {
        picture.show(List.of("one", "two", "three"), SIZE);
        news();

        picture.show(List.of("one", "2", "three"), SIZE);

        assertThat(news()).isEqualTo("\u001b[2;1H\u001b[2K2");
    }

    @Test
    void show_whenNothingChanged_writesNothing() {
        picture.show(List.of("one"), SIZE);
        news();

        picture.show(List.of("one"), SIZE);

        assertThat(news()).isEmpty();
    }

    @Test
    void show_whenThereAreFewerLines_clearsTheRest() {
        picture.show(List.of("one", "two"), SIZE);
        news();

        picture.show(List.of("one"), SIZE);

        assertThat(news()).isEqualTo("\u001b[2;1H\u001b[2K");
    }

    @Test
    void show_whenTheSizeChanged_beginsAnew() {
        picture.show(List.of("one", "two"), SIZE);
        news();

        picture.show(List.of("one", "two"), new Terminal.Size(10, 1));

        assertThat(news()).isEqualTo("\u001b[2J\u001b[1;1H\u001b[2Kone");
    }

    @Test
    void close_givesTheTerminalBackOnceAndLeavesTheLastPicture() {
        picture.show(List.of("one", "two"), SIZE);
        news();

        picture.close();
        picture.close();
        picture.show(List.of("late"), SIZE);

        String end = System.lineSeparator();
        assertThat(news()).isEqualTo("\u001b[?25h\u001b[?1049lone" + end + "two" + end);
    }

    private String news() {
        String news = written.toString();
        written.getBuffer().setLength(0);
        return news;
    }
}
