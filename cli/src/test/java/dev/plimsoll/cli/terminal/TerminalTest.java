package dev.plimsoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TerminalTest {
    @Test
    void size_isReadAsRowsAndColumns() {
        assertThat(Terminal.parse("24 80")).isEqualTo(new Terminal.Size(80, 24));
        assertThat(Terminal.parse("3 200")).isEqualTo(new Terminal.Size(200, 3));
    }

    @Test
    void size_whenNobodyHasSetIt_isTheUsualOne() {
        assertThat(Terminal.parse("0 0")).isEqualTo(new Terminal.Size(80, 24));
        assertThat(Terminal.parse("stty: what?")).isEqualTo(new Terminal.Size(80, 24));
    }

    @Test
    void unicode_isDecidedByTheFirstLocaleThatIsSet() {
        assertThat(Terminal.understandsUnicode(Map.of("LANG", "de_DE.UTF-8"))).isTrue();
        assertThat(Terminal.understandsUnicode(Map.of("LC_ALL", "", "LC_CTYPE", "C.utf8")))
                .isTrue();
        assertThat(Terminal.understandsUnicode(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8")))
                .isFalse();
        assertThat(Terminal.understandsUnicode(Map.of())).isFalse();
    }

    @Test
    void terminal_whenItIsDumb_isNone() {
        assertThat(Terminal.ofOutput(Map.of("TERM", "dumb"))).isEmpty();
        assertThat(Terminal.ofOutput(Map.of())).isEmpty();
    }
}
