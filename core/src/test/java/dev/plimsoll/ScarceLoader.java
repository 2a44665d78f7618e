package dev.plimsoll;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Loads the classes of this library once more, so that each of their allocations asks {@link Shortage} first: objects,
 * arrays, lambdas, strings that are put together, and what the JDK or the timers are known to need memory for. Tests are
 * loaded as they are, and so are the clocks and class initializers, for what fails there fails for good.
 */
final class ScarceLoader extends ClassLoader {

    private static final String SHORTAGE = Shortage.class.getName();
    private static final Set<String> ALLOCATING = Set.of(
            "java/util/concurrent/CompletionStage.handle",
            "java/util/concurrent/CompletableFuture.completedFuture",
            "java/util/concurrent/CompletableFuture.failedFuture",
            "java/util/concurrent/CompletableFuture.whenComplete",
            "java/util/concurrent/CompletionStage.whenComplete",
            "java/util/Set.add",
            "java/util/List.add",
            "java/util/List.copyOf",
            "java/util/Arrays.copyOf",
            "dev/plimsoll/time/Time.start",
            "dev/plimsoll/time/Time.startAt",
            "dev/plimsoll/time/Time.handOver");

    ScarceLoader() {
        super(ScarceLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("dev.plimsoll.") || name.equals(SHORTAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        Class<?> ours = Class.forName(name, false, getParent());
        byte[] code = bytes(ours);
        boolean ofLibrary = ours.getProtectionDomain().equals(Guard.class.getProtectionDomain());
        boolean clock = name.startsWith("dev.plimsoll.time.");
        byte[] defined = ofLibrary && !clock ? scarce(code) : code;
        return defineClass(name, defined, 0, defined.length);
    }

    private static byte[] bytes(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream code = Objects.requireNonNull(type.getResourceAsStream(file))) {
            return code.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] scarce(byte[] code) {
        ClassReader reader = new ClassReader(code);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String type, String generic, String[] thrown) {
                        MethodVisitor method = super.visitMethod(access, name, type, generic, thrown);
                        return name.equals("<clinit>") ? method : new Asking(method);
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Asks before each instruction that allocates. */
    private static final class Asking extends MethodVisitor {

        Asking(MethodVisitor method) {
            super(Opcodes.ASM9, method);
        }

        private void ask() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, SHORTAGE.replace('.', '/'), "allocates", "()V", false);
        }

        @Override
        public void visitTypeInsn(int instruction, String type) {
            if (instruction == Opcodes.ANEWARRAY) {
                ask();
            }
            super.visitTypeInsn(instruction, type);
            if (instruction == Opcodes.NEW) { // behind it, for the stack maps know where it stands
                ask();
            }
        }

        @Override
        public void visitIntInsn(int instruction, int operand) {
            if (instruction == Opcodes.NEWARRAY) {
                ask();
            }
            super.visitIntInsn(instruction, operand);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String type, Handle maker, Object... arguments) {
            ask();
            super.visitInvokeDynamicInsn(name, type, maker, arguments);
        }

        @Override
        public void visitMethodInsn(int instruction, String owner, String name, String type, boolean ofInterface) {
            if (ALLOCATING.contains(owner + "." + name)) {
                ask();
            }
            super.visitMethodInsn(instruction, owner, name, type, ofInterface);
        }
    }
}
