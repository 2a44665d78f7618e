package dev.plimsoll.bench.stress;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A guarding line, and the test that watches it.
 *
 * @param test a test of jcstress, or the method of one of Lincheck, with its package
 * @param line what it names
 */
record Guarded(String test, GuardingLine line) {

    private static final Pattern PACKAGE = Pattern.compile("^(?:[a-z]+\\.)+");
    private static final String LINCHECK = "LincheckTest.class";

    /** The lines of all tests, those of jcstress first. */
    static List<Guarded> all() throws IOException {
        List<Guarded> all = new ArrayList<>();
        for (String test : Stress.tests(Pattern.compile(""))) {
            all.addAll(of(test));
        }
        for (Class<?> type : lincheckTests()) {
            Method[] methods = type.getDeclaredMethods();
            Arrays.sort(methods, Comparator.comparing(Method::getName));
            for (Method method : methods) {
                for (GuardingLine line : method.getAnnotationsByType(GuardingLine.class)) {
                    all.add(new Guarded(type.getName() + "." + method.getName(), line));
                }
            }
        }
        return all;
    }

    /** The lines of a test of jcstress. */
    static List<Guarded> of(String test) {
        return Arrays.stream(type(test).getAnnotationsByType(GuardingLine.class))
                .map(line -> new Guarded(test, line))
                .toList();
    }

    /** To jcstress a nested class is called as in the source. */
    private static Class<?> type(String test) {
        try {
            return Class.forName(test, false, Guarded.class.getClassLoader());
        } catch (ClassNotFoundException nested) {
            int dot = test.lastIndexOf('.');
            if (dot < 0) {
                throw new IllegalStateException("no such test", nested);
            }
            return type(test.substring(0, dot) + "$" + test.substring(dot + 1));
        }
    }

    private static List<Class<?>> lincheckTests() throws IOException {
        Path classes;
        try {
            classes = Path.of(Guarded.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException odd) {
            throw new IllegalStateException(odd);
        }
        List<Class<?>> tests = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(LINCHECK))
                    .sorted()
                    .forEach(file -> tests.add(type(
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))));
        }
        return tests;
    }

    /** The test without its package. */
    String shortly() {
        return PACKAGE.matcher(test).replaceFirst("");
    }

    /** What is broken: the method, and what it does then. */
    String words() {
        return "`" + line.in().getSimpleName() + "." + line.method() + "` " + line.then();
    }
}
