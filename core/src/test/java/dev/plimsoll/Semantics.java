package dev.plimsoll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The numbered requirements and faults of docs/semantics.md, and the tests that name them.
 *
 * <p>On the page a requirement is a list item that begins with its number in bold, a fault a row of the table; behind the
 * arrow, or in the last column, stand tests, or, for a fault that cannot occur, a link to the decision that says why. None is
 * left open: a number that no test names is a problem. What counts as named by a test, {@link TestHeads} knows.
 */
final class Semantics {

    private static final Pattern NUMBER = Pattern.compile("\\b([A-Z]{1,2}-[0-9]+)\\b");
    private static final Pattern BOLD = Pattern.compile("\\*\\*([A-Z]{1,2}-[0-9]+)\\*\\*");
    private static final Pattern ITEM = Pattern.compile("(?ms)^- (\\*\\*.*?)(?=^- |^#|^$|\\z)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]{1,2}-[0-9]+) \\|.*\\| (.*) \\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /* They name half of the page, and would notice what goes wrong only by its consequences. */
    private static final Set<String> BROAD = Set.of("ChaosTest", "InterleavingsTest");

    private final Map<String, List<String>> pointers = new TreeMap<>();
    private final Map<String, String> rows = new TreeMap<>();
    private final Map<String, SortedSet<String>> named = new TreeMap<>();
    private final String decisions;

    /**
     * Reads page and tests.
     *
     * @param page the text of docs/semantics.md
     * @param decisions the text of docs/design/decisions.md
     * @param sources the tests' sources by file name, helpers included
     */
    Semantics(String page, String decisions, Map<String, String> sources) {
        this.decisions = decisions;
        readRequirements(page);
        sources.forEach(this::readTest);
    }

    /** Those of the project: every test of every module. */
    static Semantics ofTheProject() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String ending : List.of(".java", ".kt")) {
            for (Path file : ProjectFiles.below(ProjectFiles.ROOT, ending)) {
                if (file.toString().replace('\\', '/').contains("/src/test/")) {
                    sources.put(file.toString(), Files.readString(file));
                }
            }
        }
        return new Semantics(
                Files.readString(ProjectFiles.ROOT.resolve("docs/semantics.md")),
                Files.readString(ProjectFiles.ROOT.resolve("docs/design/decisions.md")),
                sources);
    }

    private void readRequirements(String text) {
        for (MatchResult item : ITEM.matcher(text).results().toList()) {
            String body = item.group(1);
            String behind = body.contains("\n  → ") ? body.substring(body.lastIndexOf("\n  → ")) : "";
            BOLD.matcher(body).results().limit(1).forEach(match -> pointers.put(match.group(1), found(CODE, behind)));
        }
        for (MatchResult row : ROW.matcher(text).results().toList()) {
            pointers.put(row.group(1), found(CODE, row.group(2)));
            rows.put(row.group(1), row.group(2));
        }
    }

    private void readTest(String file, String source) {
        String test = file.replaceFirst(".*[/\\\\]", "").replaceFirst("\\.[a-z]+$", "");
        for (String text : new TestHeads(test, source).names()) {
            for (String number : found(NUMBER, text)) {
                named.computeIfAbsent(number, unused -> new TreeSet<>()).add(test);
            }
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** Everything that is wrong, a line each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        pointers.forEach((number, tests) -> checkNumber(number, tests, problems));
        for (String number : named.keySet()) {
            if (!pointers.containsKey(number)) {
                problems.add(number + " is named by " + testsOf(number) + " and does not exist");
            }
        }
        return problems;
    }

    private void checkNumber(String number, List<String> tests, List<String> problems) {
        boolean decided = rows.getOrDefault(number, "").contains("decisions.md");
        if (decided) {
            if (!found(NUMBER, decisions).contains(number)) {
                problems.add(number + " is decided, and the decisions do not say so");
            }
            if (named.containsKey(number)) {
                problems.add(number + " is decided, though it is named by " + testsOf(number));
            }
            return;
        }
        if (!named.containsKey(number)) {
            problems.add(number + " is named by no test");
        }
        if (tests.isEmpty()) {
            problems.add(number + " points at no test");
        } else if (BROAD.containsAll(tests)) {
            problems.add(number + " points at no test of its own");
        }
        for (String test : tests) {
            if (!testsOf(number).contains(test)) {
                problems.add(number + " points at " + test + ", which does not name it");
            }
        }
    }

    private SortedSet<String> testsOf(String number) {
        return named.getOrDefault(number, new TreeSet<>());
    }

    /** All numbers of the page. */
    List<String> numbers() {
        return List.copyOf(pointers.keySet());
    }
}
