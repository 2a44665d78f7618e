package dev.plimsoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a user can see mentions only what a user can name. The compiler would say so, but its warning is suppressed in
 * classes that show null annotations.
 */
final class ExportedTypesTest {

    private static final Pattern EXPORTS = Pattern.compile("(?m)^ *exports ([\\w.]+);");
    private static final JavaClasses CORE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.plimsoll");

    @Test
    @DisplayName("Nothing public mentions a type that is not exported")
    void signatures_mentionExportedTypesOnly() throws Exception {
        assertThat(hidden(exported())).isEmpty();
    }

    @Test
    @DisplayName("The same look finds what a forgotten export would hide")
    void signatures_whenAnExportIsMissing_areFound() throws Exception {
        Set<String> fewer = exported();
        assertThat(fewer.remove("dev.plimsoll.time")).isTrue();
        assertThat(hidden(fewer))
                .anyMatch(line -> line.contains("Deadline.at") && line.endsWith("dev.plimsoll.time.Time"));
    }

    private static Set<String> exported() throws IOException {
        String module = Files.readString(Path.of("src/main/java/module-info.java"));
        Set<String> packages = EXPORTS.matcher(module)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(HashSet::new));
        assertThat(packages).contains("dev.plimsoll", "dev.plimsoll.call").doesNotContain("dev.plimsoll.window");
        return packages;
    }

    private static List<String> hidden(Set<String> exported) {
        return CORE.stream()
                .filter(type -> isVisible(type, exported))
                .flatMap(type -> type.getMembers().stream())
                .filter(ExportedTypesTest::isVisible)
                .flatMap(member -> member.getAllInvolvedRawTypes().stream()
                        .map(JavaClass::getBaseComponentType)
                        .filter(mentioned -> mentioned.getPackageName().startsWith("dev.plimsoll"))
                        .filter(mentioned -> !isVisible(mentioned, exported))
                        .map(mentioned -> member.getFullName() + " mentions " + mentioned.getName()))
                .sorted()
                .toList();
    }

    private static boolean isVisible(JavaClass type, Set<String> exported) {
        return exported.contains(type.getPackageName())
                && isOpen(type.getModifiers())
                && type.getEnclosingClass()
                        .map(outer -> isVisible(outer, exported))
                        .orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return isOpen(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isOpen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
