package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of the project: what they point at exists, and the short ones are short. */
final class PagesTest {

    private static final Path ROOT = ProjectFiles.ROOT;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z][A-Za-z0-9]*)(\\.[A-Za-z]\\w*(\\(\\))?)*");

    /** Types of others that the pages speak of. */
    private static final Set<String> FOREIGN =
            Set.of("HttpClient", "ThreadPoolExecutor", "Error", "Exception", "InterruptedIOException");

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    @DisplayName("Every relative link of every page leads to a file")
    void links_leadSomewhere() throws Exception {
        List<Path> pages = ProjectFiles.below(ROOT, ".md");
        assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/glossary.md"));
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            for (String link : found(LINK, Files.readString(page))) {
                String target = link.replaceFirst("#.*", "");
                boolean elsewhere = link.contains("://") || target.isEmpty();
                if (!elsewhere && !Files.exists(page.resolveSibling(target))) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName("The first page leads to every page of docs")
    void readme_leadsToEveryPage() throws Exception {
        String[] pages = ProjectFiles.below(ROOT.resolve("docs"), ".md").stream()
                .map(page -> "](" + ROOT.relativize(page).toString().replace('\\', '/') + ")")
                .toArray(String[]::new);
        assertThat(pages).hasSizeGreaterThan(10);
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains(pages);
    }

    @ParameterizedTest
    @CsvSource({"README.md, 150", "CONTRIBUTING.md, 60"})
    @DisplayName("The first pages are short")
    void page_isNoLongerThan(String page, int most) throws Exception {
        assertThat(Files.readAllLines(ROOT.resolve(page))).hasSizeLessThanOrEqualTo(most);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/glossary.md", "docs/design/decisions.md", "docs/architecture.md"})
    @DisplayName("Every class that a page names exists")
    void classes_exist(String page) throws Exception {
        List<Path> sources = new ArrayList<>(ProjectFiles.below(ROOT, ".java"));
        sources.addAll(ProjectFiles.below(ROOT, ".kt"));
        Set<String> classes = sources.stream()
                .map(file -> file.getFileName().toString().replaceFirst("\\.[a-z]+$", ""))
                .collect(Collectors.toSet());
        String prose = Files.readString(ROOT.resolve(page)).replaceAll("(?s)```.*?```", "");
        List<String> named = found(CODE, prose).stream()
                .filter(code -> CLASS.matcher(code).matches())
                .map(code -> code.replaceFirst("\\..*", ""))
                .filter(name -> !FOREIGN.contains(name))
                .toList();
        assertThat(named).hasSizeGreaterThan(5);
        assertThat(classes).containsAll(named);
    }

    @Test
    @DisplayName("The glossary is in the order of the alphabet, each word once")
    void glossary_isSorted() throws Exception {
        List<String> words = Files.readAllLines(ROOT.resolve("docs/glossary.md")).stream()
                .filter(line -> line.startsWith("| **"))
                .map(line -> line.substring(4, line.indexOf("**", 4)).toLowerCase(Locale.ROOT))
                .toList();
        assertThat(words).hasSizeGreaterThan(30).isSorted().doesNotHaveDuplicates();
    }
}
