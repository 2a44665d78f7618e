package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SeenTest {

    private static final String OVERVIEW =
            "{\"at\":17,\"seconds\":10,\"users\":{\"seconds\":9,\"heard\":false,\"calls\":4,"
                    + "\"p99\":1.5,\"latencies\":[[1000,3],[2000,1]]},\"attempts\":5,\"all\":2,\"dependencies\":["
                    + "{\"name\":\"prices\",\"harm\":1.5,\"ends\":{\"FAILED\":3},\"good\":[1,2],\"circuit\":{\"state\":\"OPEN\",\"nextProbe\":4000,\"operated\":{\"endsIn\":900},\"lastError\":\"a"
                    + " \\\"text\\\" \\u0000\"}},{\"name\":\"stock\",\"harm\":0,\"ends\":{}}]}";

    @Test
    @DisplayName(
            "A dependency is as its process said it, named with the process; the countdown goes on, and stops at zero")
    void dependency_isAsItWasSaid() throws IOException {
        Seen seen = Seen.parse("orders-1", OVERVIEW);
        Seen.Row prices = seen.rows().get(0);
        assertThat(prices.name()).isEqualTo("orders-1:prices");
        assertThat(prices.harm()).isEqualTo(1.5);
        assertThat(prices.json(700, null))
                .isEqualTo(
                        "{\"process\":\"orders-1\",\"name\":\"orders-1:prices\",\"harm\":1.5,\"ends\":{\"FAILED\":3},"
                                + "\"good\":[1,2],\"circuit\":{\"state\":\"OPEN\",\"nextProbe\":3300,\"operated\":{\"endsIn\":200},\"lastError\":\"a"
                                + " \\\"text\\\" \\u0000\"}}");
        assertThat(prices.json(5_000, 18L))
                .contains("\"nextProbe\":0,\"operated\":{\"endsIn\":0}")
                .endsWith(",\"gone\":18}");
        assertThat(seen.rows().get(1).json(0, null))
                .isEqualTo("{\"process\":\"orders-1\",\"name\":\"orders-1:stock\",\"harm\":0,\"ends\":{}}");
    }

    @Test
    @DisplayName("Countdowns go on wherever they are, in troubles and banners too; a banner is named with its process")
    void countdowns_goOn_inTroublesAndBanners() throws IOException {
        Seen seen = Seen.parse(
                "orders-1",
                "{\"banners\":[{\"name\":\"shop\",\"later\":\"\",\"laterIn\":900}],\"dependencies\":[{\"name\":\"maps\",\"ends\":{},"
                        + "\"troubles\":[{\"label\":\"A\",\"laterIn\":700},{\"label\":\"B\",\"laterIn\":3000}]}]}");
        assertThat(seen.banners().get(0).json(400, null))
                .isEqualTo("{\"process\":\"orders-1\",\"name\":\"orders-1:shop\",\"later\":\"\",\"laterIn\":500}");
        assertThat(seen.rows().get(0).json(1_000, null))
                .endsWith("\"troubles\":[{\"label\":\"A\",\"laterIn\":0},{\"label\":\"B\",\"laterIn\":2000}]}");
    }

    @Test
    @DisplayName("Numbers are there to be added, and how long calls took as a histogram; percentiles are not")
    void numbers_areThereToBeAdded() throws IOException {
        Seen seen = Seen.parse("orders-1", OVERVIEW);
        assertThat(seen.totals()).containsEntry("attempts", 5L).containsEntry("all", 2L);
        assertThat(seen.users())
                .containsEntry("calls", 4L)
                .containsEntry("seconds", 9L)
                .doesNotContainKey("p99");
        assertThat(seen.isHeard()).isFalse();
        assertThat(seen.latencies()).containsExactly(new long[] {1000, 3}, new long[] {2000, 1});
    }

    @Test
    @DisplayName("What is no overview is refused")
    void nonsense_isRefused() {
        for (String nonsense : new String[] {
            "",
            "[]",
            "{\"users\":{\"latencies\":[[1]]}}",
            "{\"dependencies\":[{\"name\":",
            "{\"dependencies\":[{\"ends\":{}}]}",
            "{\"dependencies\":[{\"name\":\"maps\"}]}",
            "{\"dependencies\":[{\"name\":\"maps\",\"ends\":3}]}",
            "{\"dependencies\":[{\"name\":7,\"ends\":{}}]}"
        }) {
            assertThatThrownBy(() -> Seen.parse("orders-1", nonsense))
                    .as(nonsense)
                    .isInstanceOf(IOException.class);
        }
    }
}
