package dev.plimsoll.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Whether what is measured has become steady: the compiler is at rest, and iterations agree as {@link Agreement} has it.
 * Either by itself deceives: a compilation that lasts for several iterations leaves them equally long, and slow; and of what
 * has been compiled to the end, the caches may still know nothing.
 *
 * <p><b>Threading:</b> one run at a time in this virtual machine. JMH makes an instance for each, so what is known is static.
 */
public final class Steadiness implements InternalProfiler {

    /** What JMH's results have of it: 1 where the warm-up has become steady. */
    static final String METRIC = "steady";

    /** As much of an iteration may be spent on compiling. */
    private static final double SHARE = 0.2;

    /** Each method that is being compiled, or waits for it, is listed with its length. */
    private static final String METHOD = " bytes)";

    private static final Agreement AGREEMENT = new Agreement();

    private static boolean marked;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private long compiledBefore;

    /** Made by JMH. */
    public Steadiness() {}

    /** Begins anew, for another number of threads. */
    static void forget() {
        AGREEMENT.forget();
        marked = false;
    }

    /** Whether it is steady by now. */
    static boolean isReached() {
        return AGREEMENT.isReached();
    }

    /** Says of what is measured from now on whether it was steady before. */
    static void mark(boolean steady) {
        marked = steady;
    }

    @Override
    public String getDescription() {
        return "Whether what is measured has become steady";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        compiledBefore = compiler.getTotalCompilationTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long compiled = compiler.getTotalCompilationTime() - compiledBefore;
        boolean worked = compiled > SHARE * iteration.getTime().convertTo(TimeUnit.MILLISECONDS);
        AGREEMENT.add(result.getPrimaryResult().getScore(), worked, isCompiling());
        return List.of(new ScalarResult(METRIC, marked ? 1 : 0, "", AggregationPolicy.MIN));
    }

    /** What has been compiled is counted when it is done, and that may take many iterations: so what is under way is asked for. */
    private boolean isCompiling() {
        try {
            Object queue = server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerQueue", null, null);
            return String.valueOf(queue).contains(METHOD);
        } catch (JMException unknown) {
            return false; // another virtual machine than HotSpot
        }
    }
}
