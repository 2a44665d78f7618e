package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RunTest {

    @Test
    @DisplayName("Many consoles that begin in the same moment have different ids, of the form that streams know")
    void ids_ofTheSameMoment_differ() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = Run.next();
            assertThat(id).matches("[0-9a-f]{16}");
            assertThat(ids.add(id)).isTrue();
        }
    }
}
