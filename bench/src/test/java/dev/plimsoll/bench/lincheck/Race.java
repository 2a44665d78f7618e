package dev.plimsoll.bench.lincheck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;

/**
 * A scenario that is written down, for the race that somebody once lost: what happens first, what two or more threads then
 * do at once, and what is looked at in the end.
 *
 * <p><b>Threading:</b> for one thread.
 */
public final class Race {

    private final Class<?> operations;
    private final List<Actor> before = new ArrayList<>();
    private final List<List<Actor>> threads = new ArrayList<>();
    private final List<Actor> after = new ArrayList<>();
    private List<Actor> current = before;

    private Race(Class<?> operations) {
        this.operations = operations;
    }

    /** Begins with what happens first. */
    public static Race of(Class<?> operations) {
        return new Race(operations);
    }

    /** From here on, what another thread does. */
    public Race thread() {
        current = new ArrayList<>();
        threads.add(current);
        return this;
    }

    /** From here on, what happens when all threads are done. */
    public Race then() {
        current = after;
        return this;
    }

    /** An operation, by the name of its method. */
    public Race does(String operation, Object... arguments) {
        Method method = Arrays.stream(operations.getMethods())
                .filter(each -> each.getName().equals(operation))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation " + operation));
        current.add(new Actor(method, List.of(arguments)));
        return this;
    }

    ExecutionScenario scenario() {
        return new ExecutionScenario(before, threads, after, null);
    }
}
