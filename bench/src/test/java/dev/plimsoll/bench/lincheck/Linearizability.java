package dev.plimsoll.bench.lincheck;

import java.util.List;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.util.LoggingLevel;

/**
 * Asks Lincheck whether every execution of some operations by several threads has the results that the model gives to the
 * same operations in some order, one after the other, in which none moves past another that had ended before it began.
 *
 * <p>{@link #explore} lets Lincheck itself switch between the threads, at every access to shared memory, one interleaving
 * after the other; {@link #stress} lets real threads race. {@code -Dplimsoll.lincheck=long} makes both take their time,
 * {@code brief} as little as possible.
 */
public final class Linearizability {

    private static final boolean LONG = "long".equals(System.getProperty("plimsoll.lincheck"));
    private static final boolean BRIEF = "brief".equals(System.getProperty("plimsoll.lincheck"));

    private static final long PATIENCE = 120_000;

    /** After how many turns a loop counts as endless; one through the buckets of a window has twenty. */
    private static final int LOOPS = 500;

    private Linearizability() {}

    /**
     * Goes through interleavings, of the written races and of random scenarios.
     *
     * @param operations a public class with a public constructor, whose methods are Lincheck's operations
     * @param model has the same methods, for one thread
     * @param races what is tried in any case
     */
    public static void explore(Class<?> operations, Class<?> model, Race... races) {
        ModelCheckingOptions options = new ModelCheckingOptions()
                // The hands of a virtual time stand still meanwhile: there is nothing to be found between two looks.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(
                                "dev.plimsoll.time.Time",
                                "dev.plimsoll.time.VirtualTime",
                                "dev.plimsoll.time.VirtualClock",
                                "dev.plimsoll.time.VirtualTimers",
                                "dev.plimsoll.time.Seats")
                        .allMethods()
                        .ignore())
                .loopBound(LOOPS)
                .loopIterationsBeforeThreadSwitch(LOOPS)
                .iterations(LONG ? 400 : BRIEF ? 1 : 4)
                .invocationsPerIteration(LONG ? 5_000 : BRIEF ? 20 : 100);
        check(options, operations, model, races);
    }

    /**
     * Lets real threads run the written races and random scenarios.
     *
     * @param operations a public class with a public constructor, whose methods are Lincheck's operations
     * @param model has the same methods, for one thread
     * @param races what is tried in any case
     */
    public static void stress(Class<?> operations, Class<?> model, Race... races) {
        StressOptions options =
                new StressOptions().iterations(LONG ? 200 : 4).invocationsPerIteration(LONG ? 20_000 : 200);
        check(options, operations, model, races);
    }

    private static <O extends Options<O, ?>> void check(O options, Class<?> operations, Class<?> model, Race... races) {
        List.of(races).forEach(race -> options.addCustomScenario(race.scenario()));
        options.invocationTimeout$lincheck(PATIENCE); // on a busy machine its ten seconds are soon over
        options.minimizeFailedScenario(LONG)
                .logLevel(LoggingLevel.ERROR)
                .threads(2)
                .actorsBefore(4)
                .actorsPerThread(3)
                .actorsAfter(3)
                .executionGenerator(Scenarios.class)
                .sequentialSpecification(model)
                .check(operations);
    }
}
