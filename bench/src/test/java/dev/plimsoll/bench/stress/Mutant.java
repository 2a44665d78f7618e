package dev.plimsoll.bench.stress;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Core without one guarding line: its file is patched, and compiled against the rest of core. */
final class Mutant {

    private static final Pattern GAP = Pattern.compile("\\bGAP\\b");
    private static final String OPEN = Gap.class.getName() + ".open()";
    private static final Pattern TOKEN = Pattern.compile("\\w+|[^\\w\\s]");

    private final GuardingLine line;

    Mutant(GuardingLine line) {
        this.line = line;
    }

    /** Whether threads are given time to meet where the line was. */
    boolean hasGap() {
        for (String each : line.without()) {
            if (GAP.matcher(each).find()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The whole file without the line.
     *
     * @param root the folder of this project
     * @throws IllegalStateException when the line is not there, or more than once
     */
    String patched(Path root) throws IOException {
        return patched(Files.readString(root.resolve("core/src/main/java").resolve(file())));
    }

    private String file() {
        Class<?> outer = line.in();
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        return outer.getName().replace('.', '/') + ".java";
    }

    String patched(String source) {
        if (line.line().length != line.without().length) {
            throw new IllegalStateException("each line needs what stands there without it: " + line.method());
        }
        String text = source;
        for (int i = 0; i < line.line().length; i++) {
            text = replaced(text, line.line()[i], line.without()[i]);
        }
        return text;
    }

    private String replaced(String text, String before, String after) {
        List<int[]> bodies = bodies(text);
        if (bodies.isEmpty()) {
            throw new IllegalStateException(line.in().getSimpleName() + " has no method " + line.method());
        }
        List<MatchResult> all = pattern(before).matcher(text).results().toList();
        List<MatchResult> found = all.stream()
                .filter(each -> bodies.stream().anyMatch(body -> body[0] <= each.start() && each.end() <= body[1]))
                .toList();
        if (found.isEmpty()) {
            found = all;
        }
        if (found.size() != 1) {
            String where = line.in().getSimpleName() + "." + line.method();
            throw new IllegalStateException(where + " has this " + found.size() + " times: " + before);
        }
        MatchResult place = found.get(0);
        String put = GAP.matcher(after).replaceAll(Matcher.quoteReplacement(OPEN));
        return text.substring(0, place.start()) + put + text.substring(place.end());
    }

    /** The text, whatever white space is between its words and signs. */
    private static Pattern pattern(String text) {
        return Pattern.compile(TOKEN.matcher(text)
                .results()
                .map(token -> Pattern.quote(token.group()))
                .collect(Collectors.joining("\\s*")));
    }

    /** From where to where the methods of the name are: to the next brace that stands where they begin. */
    private List<int[]> bodies(String text) {
        String declaration = "(?m)^( +)(?!return |throw |else |new )(?:[\\w@.<>?,\\[\\]]+ +)*" + line.method()
                + "\\([^;{}]*\\)[^;{}()]*\\{";
        List<int[]> bodies = new ArrayList<>();
        Matcher matcher = Pattern.compile(declaration).matcher(text);
        while (matcher.find()) {
            int end = text.indexOf("\n" + matcher.group(1) + "}", matcher.end());
            bodies.add(new int[] {matcher.start(), end < 0 ? text.length() : end});
        }
        return bodies;
    }

    /**
     * Compiles it.
     *
     * @param root the folder of this project
     * @param folder empty
     * @return what is to be put before core on the class path
     * @throws IllegalStateException when the line is not there, or what stands there instead does not compile
     */
    Path compile(Path root, Path folder) throws IOException {
        Path source = folder.resolve("source").resolve(file());
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Files.createDirectories(source.getParent());
        Files.writeString(source, patched(root));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
            compiled = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        if (!compiled) {
            throw new IllegalStateException("does not compile: " + said);
        }
        return classes;
    }
}
