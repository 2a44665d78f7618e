package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentsTest {

    @Test
    void arguments_whenEmpty_areFiveForksOfEverything() {
        Arguments arguments = Arguments.parse(List.of());
        assertThat(arguments.quick()).isFalse();
        assertThat(arguments.forks()).isEqualTo(5);
        assertThat(arguments.only().matcher("anything").find()).isTrue();
        assertThat(arguments.isWhole()).isTrue();
    }

    @Test
    void arguments_whenQuick_areOneForkUnlessTold() {
        assertThat(Arguments.parse(List.of("--quick")).forks()).isEqualTo(1);
        assertThat(Arguments.parse(List.of("--forks", "2", "--quick")).forks()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"--quick", "--forks 4", "--only Plimsoll"})
    @DisplayName("the page takes whole runs only")
    void arguments_whenSomethingIsLeftOut_areNotWhole(String line) {
        assertThat(Arguments.parse(List.of(line.split(" "))).isWhole()).isFalse();
    }

    @Test
    void arguments_whenGivenTwice_lastOneCounts() {
        assertThat(Arguments.parse(List.of("--out", "a", "--out", "b")).out()).isEqualTo(Path.of("b"));
    }

    @Test
    @DisplayName("what a full run has measured is not overwritten by what is compared with it")
    void json_whenNotWhole_isAnotherOne() {
        assertThat(Arguments.parse(List.of("--out", "a")).json()).isEqualTo(Path.of("a", "results.json"));
        assertThat(Arguments.parse(List.of("--quick", "--out", "a")).json()).isEqualTo(Path.of("a", "part.json"));
    }

    @ParameterizedTest
    @CsvSource({
        "--forks 0",
        "--forks 101",
        "--forks many",
        "--forks",
        "--only (",
        "--only noSuchRow",
        "--out",
        "--page",
        "--against",
        "--fast"
    })
    void arguments_whenWrong_sayWhich(String line) {
        List<String> args = List.of(line.split(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse(args))
                .withMessageStartingWith(args.get(0) + ": ");
    }
}
