package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PageTest {

    @Test
    @DisplayName("the page keeps what is written by hand around the tables")
    void page_whenTablesCome_takesThemInTheirPlace() {
        String page = "words\n<!-- begin of what bench/run prints -->old<!-- end of what bench/run prints -->\nmore\n";
        assertThat(Page.TABLES.into(page, "new\n")).isEqualTo("""
            words
            <!-- begin of what bench/run prints -->

            new

            <!-- end of what bench/run prints -->
            more
            """);
    }

    @Test
    @DisplayName("what cannot be filled is refused before anything is measured")
    void page_whenItCannotBeFilled_isRefused(@TempDir Path folder) throws IOException {
        Path none = folder.resolve("none.md");
        Path other = Files.writeString(folder.resolve("other.md"), "# Another page\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Page.TABLES.check(none))
                .withMessage("--page: there is no " + none);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Page.TABLES.check(other))
                .withMessageStartingWith("--page: cannot fill " + other + ": it lacks ");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the page of this project has a place for each program")
    void page_ofThisProject_canBeFilled(Page place) {
        assertThatCode(() -> place.check(Path.of("..", "docs", "performance.md")))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("the numbers behind the tables stand beside the page")
    void numbers_ofAPage_areBesideIt() {
        assertThat(Page.numbers(Path.of("docs", "performance.md"))).isEqualTo(Path.of("docs", "performance.json"));
        assertThat(Page.numbers(Path.of("page"))).isEqualTo(Path.of("page.json"));
    }
}
