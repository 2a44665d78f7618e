package dev.plimsoll.architecture.planted;

import dev.plimsoll.window.Counts;
import java.util.List;
import java.util.Optional;

/** Shows its users types that they cannot see. */
public final class MentionsWhatIsHidden {
    private MentionsWhatIsHidden() {}

    /** In a return type. */
    public static Optional<Counts> inReturnType() {
        return Optional.empty();
    }

    /** In a parameter. */
    public static void inParameter(List<? extends Counts[]> counts) {
        counts.clear();
    }

    /** In a bound. */
    public static <T extends Counts> int inBound(List<String> names, Class<T> kind) {
        return names.indexOf(kind.getName());
    }

    /** Mentions nothing hidden. */
    public static String allowed() {
        return "";
    }
}
