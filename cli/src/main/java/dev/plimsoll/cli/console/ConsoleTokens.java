package dev.plimsoll.cli.console;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.console.GatheringBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of consoles. They come from a file or from the environment, and never from the command line, which every user
 * of the machine can read; and they are in no message.
 *
 * <p><b>Threading:</b> immutable.
 */
final class ConsoleTokens {
    /** The variable of the environment. */
    static final String VARIABLE = "PLIMSOLL_CONSOLE_TOKEN";

    private static final int LEAST = 16;
    private static final String RULE = "must hold tokens of at least " + LEAST + " characters";
    private static final String HIDDEN = "(not shown)";

    private final List<String> tokens;

    private ConsoleTokens(List<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads them.
     *
     * @param file null for none: then the environment is asked
     * @param environment of this process
     * @param consoles how many there are
     * @param check hears what is wrong
     */
    static ConsoleTokens read(@Nullable Path file, Map<String, String> environment, int consoles, Check check) {
        if (file == null) {
            String token = environment.getOrDefault(VARIABLE, "");
            check.that(token.isEmpty() || fits(token), VARIABLE, RULE, HIDDEN);
            return new ConsoleTokens(token.isEmpty() ? List.of() : List.of(token));
        }
        List<String> lines = lines(file, check);
        int many = lines.size();
        check.that(
                many <= 1 || many == consoles,
                "--token-file",
                "must have 1 line, or one for each URL",
                many + " lines");
        check.that(lines.stream().allMatch(ConsoleTokens::fits), "--token-file", RULE, HIDDEN);
        return new ConsoleTokens(lines);
    }

    private static boolean fits(String token) {
        return token.length() >= LEAST && token.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    private static List<String> lines(Path file, Check check) {
        try {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            check.that(!lines.isEmpty(), "--token-file", "must hold a token", file);
            return lines;
        } catch (IOException e) {
            check.that(false, "--token-file", "must be a file that can be read", file);
            return List.of();
        }
    }

    /** Tells a gathering which console asks for which. */
    GatheringBuilder giveTo(GatheringBuilder gathering, List<URI> consoles) {
        if (tokens.isEmpty()) {
            return gathering;
        }
        gathering.token(tokens.get(0));
        for (int i = 1; i < tokens.size(); i++) {
            gathering.tokenOf(consoles.get(i), tokens.get(i));
        }
        return gathering;
    }
}
