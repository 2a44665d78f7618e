package dev.plimsoll.bench.stress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.SpinLoopStyle;

/**
 * One test of jcstress, run in this virtual machine, with the runner and the outcomes that jcstress has generated for it.
 * jcstress itself starts some thirty virtual machines to know its surroundings and one or two for each test, which takes
 * longer than the tests.
 *
 * @param meetings how often the threads have met
 * @param forbidden what has happened although it must not, or what the test has thrown, a line each
 * @param unfit why it could not be run to its end, a line each: it has neither passed nor failed then
 */
record BriefRun(long meetings, List<String> forbidden, List<String> unfit) {

    private static final int MEGABYTES = 32;
    private static final int STRIDE = 128;
    private static final int STRIDES = 20;

    /** Runs it for so long. */
    static BriefRun of(TestInfo test, int millis) {
        try {
            return of(test, runner(test, millis).run());
        } catch (ReflectiveOperationException | IOException broken) {
            return new BriefRun(0, List.of(), List.of("cannot be run: " + broken));
        }
    }

    /** What a result says of a test. */
    static BriefRun of(TestInfo test, TestResult result) {
        long meetings = result.getTotalCount();
        if (result.status() != Status.NORMAL) {
            List<String> said = List.of(result.status() + ": " + String.join(" ", result.getMessages()));
            return result.status() == Status.TEST_ERROR
                    ? new BriefRun(meetings, said, List.of())
                    : new BriefRun(meetings, List.of(), said);
        }
        return meetings == 0
                ? new BriefRun(0, List.of(), List.of("nothing has happened"))
                : new BriefRun(meetings, forbidden(test, result), List.of());
    }

    boolean hasPassed() {
        return forbidden.isEmpty() && unfit.isEmpty();
    }

    private static List<String> forbidden(TestInfo test, TestResult result) {
        List<String> forbidden = new ArrayList<>();
        for (String outcome : result.getStateKeys()) {
            StateCase meant = meant(test, outcome);
            if (meant.expect() == Expect.FORBIDDEN || meant.expect() == Expect.UNKNOWN) {
                forbidden.add(outcome + ", " + result.getCount(outcome) + " of " + result.getTotalCount() + ": "
                        + meant.description());
            }
        }
        return forbidden;
    }

    private static StateCase meant(TestInfo test, String outcome) {
        for (StateCase each : test.cases()) {
            if (each.matchesExactly(outcome)) {
                return each;
            }
        }
        for (StateCase each : test.cases()) {
            if (each.matches(outcome)) {
                return each;
            }
        }
        return test.unmatched();
    }

    private static Runner<?> runner(TestInfo test, int millis) throws ReflectiveOperationException, IOException {
        return Class.forName(test.generatedRunner())
                .asSubclass(Runner.class)
                .getConstructor(ForkedTestConfig.class)
                .newInstance(config(test, millis));
    }

    /** As jcstress would send it to a virtual machine of its own. */
    @SuppressWarnings("EnumOrdinal") // so it is sent
    private static ForkedTestConfig config(TestInfo test, int millis) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(sent);
        out.writeInt(SpinLoopStyle.THREAD_YIELD.ordinal());
        out.writeInt(millis);
        out.writeInt(1);
        out.writeUTF(test.generatedRunner());
        out.writeInt(MEGABYTES);
        out.writeInt(STRIDE);
        out.writeInt(STRIDES);
        out.writeBoolean(false);
        return new ForkedTestConfig(new DataInputStream(new ByteArrayInputStream(sent.toByteArray())));
    }
}
