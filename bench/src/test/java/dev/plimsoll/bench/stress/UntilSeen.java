package dev.plimsoll.bench.stress;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/** Runs one test until it fails or the time is up, in a virtual machine of its own. Its last line says what came of it. */
final class UntilSeen {

    /** Begins the last line when the test has failed. */
    static final String SEEN = "seen: ";
    /** Begins the last line when it has passed, as often as it was run. */
    static final String UNSEEN = "not seen: ";
    /** Begins the last line when it could not be run, and says neither. */
    static final String UNFIT = "not run: ";

    private static final int SLICE = 200;
    private static final Pattern OUTCOME = Pattern.compile("(.*), (\\d+) of \\d+: .*", Pattern.DOTALL);

    /* What a test has thrown, with its message, before the trace. */
    private static final Pattern ERROR = Pattern.compile("(\\w+(?:Error|Exception)(?:: [^\\t\\n]*)?)\\s+at ");

    private UntilSeen() {}

    /** Takes the test and for how many milliseconds it is tried at most; one of Lincheck takes as long as it takes. */
    public static void main(String[] args) throws ReflectiveOperationException {
        String said = TestList.tests().contains(args[0])
                ? interleavings(TestList.getInfo(args[0]), Integer.parseInt(args[1]))
                : linearizability(args[0]);
        System.out.println(said);
        System.exit(0); // whatever its threads are at
    }

    private static String interleavings(TestInfo test, int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long meetings = 0;
        List<String> unfit;
        do {
            BriefRun run = BriefRun.of(test, SLICE);
            meetings += run.meetings();
            if (!run.forbidden().isEmpty()) {
                return SEEN + inShort(run.forbidden().get(0), meetings);
            }
            unfit = run.unfit();
        } while (System.nanoTime() - end < 0);
        return meetings > 0 && unfit.isEmpty()
                ? UNSEEN + "in " + grouped(meetings) + " meetings"
                : UNFIT + firstLine(String.join(", ", unfit));
    }

    private static String inShort(String forbidden, long meetings) {
        Matcher outcome = OUTCOME.matcher(forbidden);
        if (outcome.matches()) {
            return "`" + outcome.group(1) + "`, " + grouped(Long.parseLong(outcome.group(2))) + " of "
                    + grouped(meetings);
        }
        Matcher error = ERROR.matcher(forbidden);
        return error.find() ? "`" + error.group(1).strip() + "`" : firstLine(forbidden);
    }

    private static String linearizability(String test) throws ReflectiveOperationException {
        int dot = test.lastIndexOf('.');
        Class<?> type = Class.forName(test.substring(0, dot));
        Method method = type.getDeclaredMethod(test.substring(dot + 1));
        Constructor<?> maker = type.getDeclaredConstructor();
        maker.setAccessible(true);
        method.setAccessible(true);
        try {
            method.invoke(maker.newInstance());
            return UNSEEN + "in all scenarios";
        } catch (InvocationTargetException failed) {
            return failed.getCause() instanceof AssertionError
                    ? SEEN
                            + firstLine(String.valueOf(failed.getCause().getMessage()))
                                    .replace("=", "")
                                    .strip()
                    : UNFIT + firstLine(String.valueOf(failed.getCause()));
        }
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.substring(0, Math.min(120, line.length())).replace('|', '/');
    }
}
