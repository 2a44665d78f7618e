package dev.plimsoll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The map of the seeds, docs/seeds.md and the pages below docs/seeds, and the tests that its rows point at.
 *
 * <p>A row has four cells: its number, what the seed says, what does it here, and what shows it: tests, by class or by class
 * and method. What no test shows stands behind {@code open:} with the stage that it waits for and a word, behind {@code (being
 * built)} with the test to come, or is {@code left to others}. The first page lists the rows of each stage, and those that are
 * left to others.
 */
final class Seeds {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][0-9]+) \\| (.*?) \\| (.*?) \\| (.*?) \\|$");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| \\*\\*([a-z ]+)\\*\\* \\|.*\\| (.*?) \\|$");
    private static final Pattern NUMBER = Pattern.compile("[A-Z][0-9]+");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern NAME = Pattern.compile("([A-Z][a-z][A-Za-z0-9]*)(\\.[A-Za-z]\\w*(\\(.*\\))?)*");
    private static final Pattern OPEN = Pattern.compile("open: ([a-z ]+), `([^`]{4,})`");
    private static final Pattern BUILT = Pattern.compile("\\(being built\\) `([^`]{4,})`");
    private static final Pattern TEST =
            Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\\b");
    private static final Pattern SAID = Pattern.compile(
            "@(?:DisplayName|Label)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)\\)|\\bvoid (\\w+)\\(",
            Pattern.DOTALL);
    private static final String OTHERS = "left to others";

    /** Types of others that the pages speak of. */
    private static final Set<String> FOREIGN = Set.of("HttpClient", "Error", "Exception", "Retry-After");

    /** A line of a table. */
    private record Row(String number, String here, String shown) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();
    private final Map<String, List<String>> listed = new TreeMap<>();
    private final Map<String, List<String>> sources = new HashMap<>();
    private final Map<String, String> tests = new TreeMap<>();
    private final Map<String, String> said = new TreeMap<>();

    /**
     * Reads pages and sources.
     *
     * @param pages the texts of the pages, in their order
     * @param files the sources of all modules by their paths
     */
    Seeds(List<String> pages, Map<String, String> files) {
        for (String page : pages) {
            ROW.matcher(page).results().forEach(row -> rows.add(new Row(row.group(1), row.group(3), row.group(4))));
            prose.add(ROW.matcher(page).replaceAll("").replaceAll("(?s)```.*?```", ""));
            for (MatchResult line : LISTED.matcher(page).results().toList()) {
                listed.put(line.group(1), numbers(line.group(2)));
            }
        }
        files.forEach((path, text) -> {
            String name = path.replaceFirst(".*[/\\\\]", "").replaceFirst("\\.[a-z]+$", "");
            sources.computeIfAbsent(name, unused -> new ArrayList<>()).add(text);
            if (path.replace('\\', '/').contains("/src/test/")
                    && TEST.matcher(text).find()) {
                tests.merge(name, text, String::concat);
                said.merge(name, saidBy(text), String::concat);
            }
        });
    }

    /** Those of the project. */
    static Seeds ofTheProject() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ProjectFiles.ROOT.resolve("docs/seeds.md")));
        ProjectFiles.below(ProjectFiles.ROOT.resolve("docs/seeds"), ".md").stream()
                .sorted()
                .forEach(pages::add);
        List<String> texts = new ArrayList<>();
        for (Path page : pages) {
            texts.add(Files.readString(page));
        }
        Map<String, String> files = new HashMap<>();
        for (String ending : List.of(".java", ".kt")) {
            for (Path file : ProjectFiles.below(ProjectFiles.ROOT, ending)) {
                files.put(file.toString(), Files.readString(file));
            }
        }
        return new Seeds(texts, files);
    }

    private static List<String> numbers(String text) {
        return NUMBER.matcher(text).results().map(MatchResult::group).toList();
    }

    private static List<String> code(String text) {
        return CODE.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** Everything that is wrong, a line each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        checkNumbers(problems);
        Map<String, List<String>> waiting = new TreeMap<>();
        for (Row row : rows) {
            checkShown(row, waiting, problems);
            checkNames(row.number, row.here, problems);
        }
        prose.forEach(text -> checkNames("the text", text, problems));
        for (String stage : listed.keySet()) {
            if (!listed.get(stage).equals(waiting.getOrDefault(stage, List.of()))) {
                problems.add(stage + " should list " + String.join(", ", waiting.getOrDefault(stage, List.of())));
            }
        }
        return problems;
    }

    private void checkNumbers(List<String> problems) {
        String before = "";
        for (Row row : rows) {
            String letter = row.number.substring(0, 1);
            int number = before.startsWith(letter) ? Integer.parseInt(before.substring(1)) + 1 : 1;
            if (!row.number.equals(letter + number)) {
                problems.add(row.number + " should be " + letter + number);
            }
            before = row.number;
        }
    }

    private void checkShown(Row row, Map<String, List<String>> waiting, List<String> problems) {
        String shown = row.shown.replaceAll(OPEN.pattern(), "").replaceAll(BUILT.pattern(), "");
        List<String> named = code(shown);
        named.forEach(name -> checkTest(row.number, name, problems));
        boolean open = !shown.equals(row.shown);
        if (shown.contains(OTHERS)) {
            waiting.computeIfAbsent(OTHERS, unused -> new ArrayList<>()).add(row.number);
        } else if (named.isEmpty() && !open) {
            problems.add(row.number + " names no test and is not open");
        }
        for (MatchResult match : OPEN.matcher(row.shown).results().toList()) {
            waiting.computeIfAbsent(match.group(1), unused -> new ArrayList<>()).add(row.number);
            if (!listed.containsKey(match.group(1))) {
                problems.add(row.number + " waits for " + match.group(1) + ", which is no stage");
            }
            checkWord(row.number, match.group(2), problems);
        }
        BUILT.matcher(row.shown).results().forEach(match -> checkWord(row.number, match.group(1), problems));
    }

    private void checkTest(String number, String name, List<String> problems) {
        String[] parts = name.split("\\.", 2);
        String source = tests.get(parts[0]);
        if (source == null) {
            problems.add(number + " names " + name + ", and there is no such test class");
        } else if (parts.length == 2
                && !Pattern.compile("\\b" + Pattern.quote(parts[1]) + "`?\\(")
                        .matcher(source)
                        .find()) {
            problems.add(number + " names " + name + ", and the class has no such test");
        }
    }

    /** What the tests of a class are called, by method and by display name. */
    private static String saidBy(String source) {
        StringBuilder all = new StringBuilder();
        SAID.matcher(source).results().forEach(match -> {
            String literals = match.group(1);
            all.append(literals == null ? match.group(2) : literals.replaceAll("\"\\s*\\+\\s*\"", ""))
                    .append('\n');
        });
        return all.toString().toLowerCase(Locale.ROOT);
    }

    /** What waits for something is out of date when a test has the word in the name of its class or in its own. */
    private void checkWord(String number, String word, List<String> problems) {
        String wanted = word.toLowerCase(Locale.ROOT);
        said.forEach((name, text) -> {
            if (text.contains(wanted) || name.toLowerCase(Locale.ROOT).contains(wanted)) {
                problems.add(number + " waits for " + word + ", which " + name + " shows");
            }
        });
    }

    private void checkNames(String where, String text, List<String> problems) {
        for (String name : code(text)) {
            String[] parts = name.replaceFirst("\\(.*", "").split("\\.");
            if (!NAME.matcher(name).matches() || FOREIGN.contains(parts[0])) {
                continue;
            }
            List<String> texts = sources.getOrDefault(parts[0], List.of());
            boolean there = texts.stream()
                    .anyMatch(source -> Arrays.stream(parts)
                            .skip(1)
                            .allMatch(part -> Pattern.compile("\\b" + part + "\\b")
                                    .matcher(source)
                                    .find()));
            if (!there) {
                problems.add(where + " names " + name + ", which does not exist");
            }
        }
    }

    /** How many rows there are of each document, by its letter. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(row.number.substring(0, 1), 1L, Long::sum));
        return counts;
    }
}
