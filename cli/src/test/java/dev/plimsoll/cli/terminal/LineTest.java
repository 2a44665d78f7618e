package dev.plimsoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LineTest {
    private final Line line = Line.of("state ").with("OPEN", Style.RED).with("!");

    @Test
    void show_withoutColour_isTheTextAlone() {
        assertThat(line.show(80, false, "…")).isEqualTo("state OPEN!");
        assertThat(line).hasToString("state OPEN!");
        assertThat(line.width()).isEqualTo(11);
    }

    @Test
    void show_withColour_paintsEachPieceAndEndsItsStyle() {
        assertThat(line.show(80, true, "…")).isEqualTo("state \u001b[31mOPEN\u001b[0m!");
    }

    @Test
    void show_whenItFitsExactly_isNotCut() {
        assertThat(line.show(11, false, "…")).isEqualTo("state OPEN!");
    }

    @Test
    void show_whenItDoesNotFit_cutsTheTextNotTheEscapeSequences() {
        assertThat(line.show(9, true, "…")).isEqualTo("state \u001b[31mOP\u001b[0m…");
        assertThat(line.show(1, true, "~")).isEqualTo("~");
        assertThat(line.show(0, true, "~")).isEmpty();
    }

    @Test
    void plain_ofSomebodyElsesText_doesNothingToTheTerminal() {
        assertThat(Line.plain("\u001b[2J\u001b]0;owned\u0007 it\r\nfailed\u009b31m\u202e\t"))
                .isEqualTo("[2J ]0;owned it failed 31m");
        assertThat(Line.plain("größer als 3 Stück \ud83d\ude00")).isEqualTo("größer als 3 Stück \ud83d\ude00");
    }

    @Test
    void to_fillsUpToTheColumnAndNeverCuts() {
        assertThat(Line.of("ab").to(4).with("c")).hasToString("ab  c");
        assertThat(Line.of("abcde").to(4).with("c")).hasToString("abcdec");
    }
}
