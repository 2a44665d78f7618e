package dev.plimsoll;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The test that CONTRIBUTING.md shows, and that it is this one. */
final class ContributingTest {

    // example
    @Test
    @DisplayName("CB-4 when the open wait is over, the next call is a probe")
    void guard_whenOpenWaitIsOver_admitsAProbe() throws InterruptedException {
        VirtualTime time = VirtualTime.create();
        Guards guards = Guards.create(g -> g.time(time).logging(false));
        Guard prices = guards.guard("prices", g -> g.circuitBreaker(b -> b.workshop()));
        IllegalStateException down = new IllegalStateException("down");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> prices.run(() -> {
                        throw down;
                    }))
                    .isSameAs(down);
        }
        assertThatThrownBy(() -> prices.get(() -> 7)).isInstanceOf(RejectedException.class);
        time.sleep(ofSeconds(5));
        assertThat(prices.get(() -> 7)).isEqualTo(7);
    }
    // end of example

    @Test
    @DisplayName("The page shows the test above")
    void example_isThatOfThePage() throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/plimsoll/ContributingTest.java"));
        String example = source.split(" +// example\n", 2)[1].split(" +// end of example\n", 2)[0];
        assertThat(Files.readString(Path.of("../CONTRIBUTING.md")))
                .contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
    }
}
