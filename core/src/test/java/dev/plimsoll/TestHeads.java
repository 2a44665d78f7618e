package dev.plimsoll;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What stands at the tests of one source file, Java or Kotlin: the display name and the Javadoc of each test method, and of
 * the class that the file is called after. What stands elsewhere, or at what is disabled, says nothing.
 *
 * <p>A head is what comes before a brace or semicolon: comments are left out of it, but for the Javadoc, and its strings are
 * kept apart, so that a source in a string is no source.
 */
final class TestHeads {

    private static final Pattern NAME = Pattern.compile(
            "@(?:DisplayName|Label)\\(\\s*+((?:\"(?:[^\"\\\\]|\\\\.)*+\"\\s*+\\+?\\s*+)++)\\)", Pattern.DOTALL);
    private static final Pattern TEST =
            Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|Example|ArchTest)\\b");
    private static final Pattern DISABLED = Pattern.compile("@Disabled\\b");

    /** A string of one line or of several, a character, a Javadoc, another comment, or any one character. */
    private static final Pattern TOKEN = Pattern.compile(
            "\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:\\\\.[0-9a-f]*+|[^'\\\\])'"
                    + "|/\\*\\*.*?\\*/|/\\*.*?\\*/|//[^\\n]*+|.",
            Pattern.DOTALL);

    private final Pattern ownClass;
    private final List<String> names = new ArrayList<>();
    private boolean tested;
    private boolean disabled;

    private final StringBuilder head = new StringBuilder();
    private final StringBuilder bare = new StringBuilder();
    private String javadoc = "";

    /**
     * Reads a file.
     *
     * @param name of the file, without folder and ending
     */
    TestHeads(String name, String source) {
        ownClass = Pattern.compile("\\b(class|object)\\s+" + Pattern.quote(name) + "\\b");
        int depth = 0;
        for (MatchResult token : TOKEN.matcher(source).results().toList()) {
            String text = token.group();
            depth += text.equals("(") ? 1 : text.equals(")") ? -1 : 0;
            if (text.startsWith("/**")) {
                javadoc = text;
            } else if (depth == 0 && (text.equals("{") || text.equals("}") || text.equals(";"))) {
                end();
            } else if (!text.startsWith("/*") && !text.startsWith("//")) {
                head.append(text);
                bare.append(text.startsWith("\"") ? "\"\"" : text);
            }
        }
    }

    private void end() {
        boolean own = ownClass.matcher(bare).find();
        boolean test = TEST.matcher(bare).find();
        boolean off = DISABLED.matcher(bare).find();
        disabled |= own && off;
        tested |= test && !off;
        if ((own || test) && !off) {
            names.add(javadoc);
            NAME.matcher(head).results().forEach(match -> names.add(match.group(1)));
        }
        head.setLength(0);
        bare.setLength(0);
        javadoc = "";
    }

    /** The texts that stand at tests; none when no test of the file runs. */
    List<String> names() {
        return tested && !disabled ? List.copyOf(names) : List.of();
    }
}
