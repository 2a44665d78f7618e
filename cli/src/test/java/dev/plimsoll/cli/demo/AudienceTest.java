package dev.plimsoll.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AudienceTest {
    private final VirtualTime time = VirtualTime.create();
    private final AtomicInteger ends = new AtomicInteger();
    private final Audience audience = new Audience(ends::incrementAndGet, time);

    private static InputStream typed(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void enter_endsTheDemonstration_alsoInTheMiddleOfTheStory() {
        audience.listen(typed("what is this?\n"));

        assertThat(ends).hasValue(1);
    }

    @Test
    void audience_thatIsNotThere_letsTheStoryEnd_andNoMore() {
        audience.listen(typed(""));
        assertThat(ends).hasValue(0);

        audience.storyIsOver();
        assertThat(ends).hasValue(1);
    }

    @Test
    void audience_thatLeavesLater_endsIt() {
        audience.storyIsOver();
        assertThat(ends).hasValue(0);

        audience.listen(typed("no line"));
        assertThat(ends).hasValue(1);
    }

    @Test
    void controlD_endsTheDemonstration_alsoInTheMiddleOfTheStory() {
        audience.listen(new InputStream() {
            @Override
            public int read() {
                time.advance(Duration.ofSeconds(5)); // somebody looks on for so long
                return -1;
            }

            @Override
            public int read(byte[] line, int from, int most) {
                return read();
            }
        });

        assertThat(ends).hasValue(1);
    }

    @Test
    void input_thatBreaks_isAsGoodAsItsEnd() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close(); // reading it throws
        audience.storyIsOver();
        audience.listen(broken);

        assertThat(ends).hasValue(1);
    }
}
