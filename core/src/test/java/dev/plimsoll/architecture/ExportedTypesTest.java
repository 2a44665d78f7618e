package dev.plimsoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.architecture.planted.MentionsWhatIsHidden;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Public signatures of exported packages mention exported packages and the JDK, and nothing else. */
final class ExportedTypesTest {

    @Test
    @DisplayName("JPMS: what is exported mentions nothing that is not")
    void exportedSignatures_mentionOnlyWhatIsExported() throws Exception {
        Path classes = Path.of(
                Guard.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Exports exports = Exports.of(classes);
        List<Class<?>> shown = exports.classes(classes);

        assertThat(exports.packages())
                .contains("dev.plimsoll", "dev.plimsoll.call")
                .doesNotContain("dev.plimsoll.window");
        assertThat(shown).hasSizeGreaterThan(40).contains(Guard.class);
        assertThat(shown).allSatisfy(type -> assertThat(exports.hiddenIn(type)).isEmpty());

        assertThat(exports.hiddenIn(MentionsWhatIsHidden.class))
                .extracting(line -> line.replaceAll(".*: (\\w+) mentions.*", "$1"))
                .containsOnly("inReturnType", "inParameter", "inBound");
    }
}
