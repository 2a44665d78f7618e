package dev.plimsoll.architecture.planted.retry;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks members up by their names in several ways, which nobody may, and makes a VarHandle, which all may. */
public final class LooksUpMembers {
    private static final VarHandle COUNT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "count", VarHandle.class, LooksUpMembers.class, int.class);

    private volatile int count;

    private LooksUpMembers() {}

    static Class<?> findsAClass(String name) throws ClassNotFoundException {
        return Class.forName(name);
    }

    static MethodHandle findsAMethod() throws ReflectiveOperationException {
        return MethodHandles.publicLookup().findVirtual(String.class, "length", MethodType.methodType(int.class));
    }

    static Field findsAField(Object of) throws ReflectiveOperationException {
        return of.getClass().getDeclaredField("count");
    }

    static @Nullable Object callsAMethod(Method method) throws ReflectiveOperationException {
        return method.invoke(null);
    }

    static void opensAField(Field field) {
        field.setAccessible(true);
    }

    static Object makesAProxy(InvocationHandler handler) {
        return Proxy.newProxyInstance(null, new Class<?>[] {Runnable.class}, handler);
    }

    static Function<Class<?>, Method[]> refersToALookUp() {
        return Class::getMethods;
    }

    int mayDoThis(Object other) {
        return (int) COUNT.getAndAdd(this, other.getClass().getName().length()) + count;
    }
}
