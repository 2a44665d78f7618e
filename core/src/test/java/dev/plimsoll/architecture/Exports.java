package dev.plimsoll.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a module shows of itself: every type in the public signatures of its exported packages. */
final class Exports {

    private static final String SUPERTYPES = "its supertypes";

    private final Set<String> exported;

    private Exports(Set<String> exported) {
        this.exported = exported;
    }

    /** Reads what the module descriptor among these classes exports. */
    static Exports of(Path classes) throws IOException {
        try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
            return new Exports(ModuleDescriptor.read(descriptor).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet()));
        }
    }

    Set<String> packages() {
        return exported;
    }

    /** The public classes of the exported packages. */
    List<Class<?>> classes(Path classes) throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        for (String room : exported) {
            List<Path> files;
            try (Stream<Path> listed = Files.list(classes.resolve(room.replace('.', '/')))) {
                files = listed.filter(file -> file.toString().endsWith(".class"))
                        .toList();
            }
            for (Path file : files) {
                String simple = file.getFileName().toString().replace(".class", "");
                if (!simple.equals("package-info")) {
                    Class<?> type = Class.forName(room + "." + simple);
                    if (isVisible(type)) {
                        found.add(type);
                    }
                }
            }
        }
        return found;
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return isVisible(type.getModifiers()) && !type.isAnonymousClass() && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** What a class shows that its users cannot see, a line each. */
    List<String> hiddenIn(Class<?> type) {
        List<String> all = new ArrayList<>();
        Type parent = type.getGenericSuperclass();
        if (parent != null) {
            check(all, type, SUPERTYPES, parent);
        }
        for (Type each : type.getGenericInterfaces()) {
            check(all, type, SUPERTYPES, each);
        }
        for (TypeVariable<?> each : type.getTypeParameters()) {
            check(all, type, "its type parameters", each);
        }
        for (Field field : type.getDeclaredFields()) {
            if (isShown(field)) {
                check(all, type, field.getName(), field.getGenericType());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isShown(method)) {
                check(all, type, method.getName(), method.getGenericReturnType());
                checkExecutable(all, type, method);
            }
        }
        for (Executable constructor : type.getDeclaredConstructors()) {
            if (isShown(constructor)) {
                checkExecutable(all, type, constructor);
            }
        }
        return all;
    }

    private static boolean isShown(Member member) {
        return isVisible(member.getModifiers()) && !member.isSynthetic();
    }

    private void checkExecutable(List<String> all, Class<?> type, Executable executable) {
        for (Type each : executable.getGenericParameterTypes()) {
            check(all, type, executable.getName(), each);
        }
        for (Type each : executable.getGenericExceptionTypes()) {
            check(all, type, executable.getName(), each);
        }
        for (TypeVariable<?> each : executable.getTypeParameters()) {
            check(all, type, executable.getName(), each);
        }
    }

    private void check(List<String> all, Class<?> type, String where, Type mentioned) {
        Set<Class<?>> classes = new HashSet<>();
        collect(mentioned, classes, new HashSet<>());
        for (Class<?> each : classes) {
            if (!each.isPrimitive() && !isSeen(each, where.equals(SUPERTYPES))) {
                all.add(type.getName() + ": " + where + " mentions " + each.getName());
            }
        }
    }

    /** A supertype may be hidden in an exported package: what it shows is inherited, itself need not be named. */
    private boolean isSeen(Class<?> type, boolean supertype) {
        String room = type.getPackageName();
        return room.startsWith("java.") || (exported.contains(room) && (supertype || isVisible(type)));
    }

    private static void collect(Type type, Set<Class<?>> classes, Set<Type> met) {
        if (!met.add(type)) {
            return;
        }
        if (type instanceof Class<?> plain) {
            classes.add(plain.isArray() ? innermost(plain) : plain);
        } else if (type instanceof ParameterizedType generic) {
            collect(generic.getRawType(), classes, met);
            collectAll(generic.getActualTypeArguments(), classes, met);
        } else if (type instanceof GenericArrayType array) {
            collect(array.getGenericComponentType(), classes, met);
        } else if (type instanceof WildcardType wildcard) {
            collectAll(wildcard.getUpperBounds(), classes, met);
            collectAll(wildcard.getLowerBounds(), classes, met);
        } else if (type instanceof TypeVariable<?> variable) {
            collectAll(variable.getBounds(), classes, met);
        }
    }

    private static void collectAll(Type[] types, Set<Class<?>> classes, Set<Type> met) {
        for (Type each : types) {
            collect(each, classes, met);
        }
    }

    private static Class<?> innermost(Class<?> array) {
        Class<?> inner = array;
        while (inner.isArray()) {
            inner = inner.getComponentType();
        }
        return inner;
    }
}
