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
        assertThat(Arguments.parse(List.of("--json", "a", "--json", "b")).json())
                .isEqualTo(Path.of("b"));
    }

    @ParameterizedTest
    @CsvSource({
        "--forks 0",
        "--forks 101",
        "--forks many",
        "--forks",
        "--only (",
        "--only noSuchRow",
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
