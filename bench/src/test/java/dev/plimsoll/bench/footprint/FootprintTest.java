package dev.plimsoll.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FootprintTest {

    @Test
    void options_whenNoneAreGiven_measureEverything() {
        Options options = Options.parse(List.of());
        assertThat(options).isEqualTo(new Options(true, true, 1_000_000, 6, 9, null));
        assertThat(Options.parse(List.of("--memory")).startUp()).isFalse();
        assertThat(Options.parse(List.of("--start-up", "--runs", "3")).memory()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "--keys 999",
        "--keys 1000001",
        "--keys many",
        "--keys",
        "--heap 0",
        "--runs 0",
        "--page",
        "--memory --start-up",
        "--fast"
    })
    void options_whenWrong_sayWhich(String line) {
        List<String> args = List.of(line.split(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(args))
                .withMessageStartingWith(args.get(0) + ": ");
    }

    @Test
    @DisplayName("what is shared weighs nothing: 101 things of 40 bytes beside 1000 shared bytes weigh 40 each")
    void weight_whenSomethingIsShared_leavesItOut() {
        assertThat(Weigh.marginal(1_000 + 101 * 40, 1_000 + 40, 101)).isEqualTo(40);
    }

    @Test
    @DisplayName(
            "what each reaches through what all share is counted once: each further one of a list of arrays weighs its own")
    void weight_whenAllAreReachableFromEach_isThatOfOneMore() {
        List<Object> shared = new ArrayList<>();
        Weigh.Weight weight = Weigh.weigh(number -> {
            byte[][] own = {new byte[1_000], {}};
            shared.add(own);
            return new Thing.Made(shared, () -> own[1] = new byte[2_000]);
        });
        assertThat(weight.idle()).isBetween(1_030L, 1_100L);
        assertThat(weight.served()).isBetween(3_030L, 3_100L);
    }

    @Test
    void median_whenOfManyRuns_isTheMiddleOne() {
        assertThat(Footprint.median(new long[] {30, 10, 20})).isEqualTo(20);
        assertThat(Footprint.median(new long[] {30, 10, 20, 40})).isEqualTo(20);
    }

    static Stream<Arguments> things() {
        List<Thing> all = Thing.all();
        // Guards of one name are one guard.
        return IntStream.range(0, all.size())
                .mapToObj(i -> Arguments.of(all.get(i).words(), all.get(i), 2 * i));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("things")
    @DisplayName("everything that is weighed is there, each one anew, and serves calls")
    void thing_whenMade_servesCalls(String words, Thing thing, int name) {
        Thing.Made one = thing.make(name);
        assertThat(thing.make(name + 1).weighed()).isNotSameAs(one.weighed());
        assertThatCode(one.call()::run).doesNotThrowAnyException();
    }
}
