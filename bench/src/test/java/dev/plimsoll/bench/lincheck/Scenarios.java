package dev.plimsoll.bench.lincheck;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.CTestStructure;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.RandomExecutionGenerator;
import org.jetbrains.lincheck.datastructures.CTestConfiguration;
import org.jetbrains.lincheck.datastructures.RandomProvider;

/**
 * Lincheck's random scenarios, the same ones in each run, with two rules more. What is {@link Alone} overlaps nothing. And
 * the first argument of an operation is a slot, such as the one that keeps a leave until it is settled: where threads race,
 * each has a slot of its own, for no two may settle one leave; before and after, any slot will do.
 *
 * <p>Public, for Lincheck makes it.
 */
public final class Scenarios extends RandomExecutionGenerator {

    /** Called by Lincheck. */
    public Scenarios(CTestConfiguration configuration, CTestStructure structure, RandomProvider random) {
        super(configuration, structure, random);
    }

    @Override
    public ExecutionScenario nextExecution() {
        ExecutionScenario drawn = super.nextExecution();
        List<List<Actor>> racing = new ArrayList<>();
        for (List<Actor> thread : drawn.getParallelExecution()) {
            int slot = racing.size();
            racing.add(thread.stream()
                    .filter(each -> !each.getMethod().isAnnotationPresent(Alone.class))
                    .map(each -> inSlot(each, slot))
                    .toList());
        }
        return new ExecutionScenario(
                drawn.getInitExecution(), racing, drawn.getPostExecution(), drawn.getValidationFunction());
    }

    private static Actor inSlot(Actor drawn, int slot) {
        List<Object> arguments = new ArrayList<>(drawn.getArguments());
        if (!arguments.isEmpty()) {
            arguments.set(0, slot);
        }
        return new Actor(drawn.getMethod(), arguments);
    }
}
