package dev.plimsoll.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

/**
 * For how many iterations the compiler has been at rest: hardly anything was compiled in them. What is compiled is counted
 * when it is done, so one iteration is not always enough to look at.
 *
 * <p><b>Threading:</b> one run at a time in this virtual machine. JMH makes an instance for each, so what is known is static.
 */
public final class CompilerRest implements InternalProfiler {

    /** As much of an iteration may be spent on compiling. */
    private static final double SHARE = 0.2;

    private static int calm;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private long compiledBefore;

    /** Made by JMH. */
    public CompilerRest() {}

    static void forget() {
        calm = 0;
    }

    /** Whether it has rested for so many iterations by now. */
    static boolean hasLasted(int iterations) {
        return calm >= iterations;
    }

    @Override
    public String getDescription() {
        return "Whether the compiler has come to rest";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        compiledBefore = compiler.getTotalCompilationTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long compiled = compiler.getTotalCompilationTime() - compiledBefore;
        boolean rests = compiled <= SHARE * iteration.getTime().convertTo(TimeUnit.MILLISECONDS);
        calm = rests ? calm + 1 : 0;
        return List.of();
    }
}
