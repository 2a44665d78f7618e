package dev.plimsoll.pages;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A page of docs about a mechanism: its examples, its table of settings, and what it says the code says. Tests hold each
 * of them against the code.
 */
final class Page {

    private static final int WIDTH = 110;
    private static final Pattern EXAMPLE = Pattern.compile("(?s) +// example\n(.*?)\n +// end of example\n");
    private static final Pattern SETTING = Pattern.compile("(?m)^\\| `(\\w+)\\([^`]*\\)` \\| (.*?) \\|");

    private final String text;

    private Page(String text) {
        this.text = text;
    }

    static Page of(String name) throws IOException {
        return new Page(Files.readString(Path.of("../docs").resolve(name)));
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private List<String> blocks(String language) {
        return all(Pattern.compile("(?s)```" + language + "\n(.*?)\n```"), text);
    }

    /** The examples as they stand on the page. */
    List<String> examples() {
        return blocks("java");
    }

    /** The examples as they stand in a test, where they were compiled. */
    static List<String> examplesOf(Class<?> test) throws IOException {
        Path source = Path.of("src/test/java", test.getName().replace('.', '/') + ".java");
        return all(EXAMPLE, Files.readString(source)).stream()
                .map(String::stripIndent)
                .toList();
    }

    /** What the page says that the code says. */
    List<String> quotes() {
        return blocks("text");
    }

    /** A long text as the pages quote it: broken after commas. */
    static String quoted(Object text) {
        List<String> lines = new ArrayList<>();
        for (String part : text.toString().split("(?<=,) ", -1)) {
            int last = lines.size() - 1;
            if (last < 0 || lines.get(last).length() + part.length() >= WIDTH) {
                lines.add(last < 0 ? part : "  " + part);
            } else {
                lines.set(last, lines.get(last) + " " + part);
            }
        }
        return String.join("\n", lines);
    }

    /** The methods in the table of settings, in the order of the alphabet, overloads once. */
    List<String> settings() {
        return all(SETTING, text).stream().distinct().sorted().toList();
    }

    /** Of a setting, what stands in the column "default", or the so many-th of several things there. */
    private String defaultOf(String setting, int which) {
        return SETTING.matcher(text)
                .results()
                .filter(row -> row.group(1).equals(setting))
                .map(row -> row.group(2).split(", ", -1)[which])
                .findFirst()
                .orElseThrow(() -> new AssertionError("no setting " + setting + " among " + settings()));
    }

    double number(String setting) {
        return Double.parseDouble(defaultOf(setting, 0));
    }

    int count(String setting) {
        return count(setting, 0);
    }

    int count(String setting, int which) {
        return Integer.parseInt(defaultOf(setting, which));
    }

    String word(String setting) {
        return defaultOf(setting, 0).replace("`", "");
    }

    boolean isOn(String setting) {
        return Boolean.parseBoolean(word(setting));
    }

    /** The default of a setting that is a span, such as "30 s". */
    Duration span(String setting) {
        String[] parts = defaultOf(setting, 0).split(" ", -1);
        long amount = Long.parseLong(parts[0]);
        return switch (parts[1]) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new AssertionError("no span: " + defaultOf(setting, 0));
        };
    }

    /** The public methods of a builder or value that return it again: its settings. */
    static List<String> settingsOf(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder)
                .map(Method::getName)
                .distinct()
                .sorted()
                .toList();
    }
}
