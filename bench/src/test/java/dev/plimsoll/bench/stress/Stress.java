package dev.plimsoll.bench.stress;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jcstress.infra.runners.TestList;

/** Runs the tests of interleavings: see bench/stress. */
public final class Stress {

    /* The planted one fails, as it must; it runs only for the test that expects that. */
    private static final String NOT_PLANTED = "^(?!.*Planted)";

    private Stress() {}

    /**
     * Exit codes: 0 all that ran have passed, 1 one has not, 2 a wrong option, or no such test. With {@code --break} 0 says
     * that each guarding line was missed by its test, and 1 that one was not.
     */
    public static void main(String[] args) throws Exception {
        Orders orders;
        try {
            orders = Orders.parse(List.of(args));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        if (orders.breaks()) {
            Path root = Path.of(System.getProperty("plimsoll.root", ".."));
            System.exit(new Breaking(root, orders.millis()).all(orders.only()) ? 0 : 1);
        }
        List<String> tests = tests(orders.only());
        if (tests.isEmpty()) {
            System.err.println("--only: no test is called like " + orders.only());
            System.exit(2);
        }
        if (orders.mode().equals(Orders.BRIEF)) {
            System.exit(brief(tests, orders.millis()) ? 0 : 1);
        }
        String filter = NOT_PLANTED + ".*(" + orders.only() + ")";
        org.openjdk.jcstress.Main.main(new String[] {"-m", orders.mode(), "-t", filter, "-r", "report"});
    }

    /** Those whose names contain a match, but the planted one. */
    static List<String> tests(Pattern only) {
        Pattern all = Pattern.compile(NOT_PLANTED);
        return new TreeSet<>(TestList.tests())
                .stream()
                        .filter(name ->
                                all.matcher(name).find() && only.matcher(name).find())
                        .toList();
    }

    /** Runs them one after the other; whether there were any and all have passed. */
    static boolean brief(List<String> tests, int millis) {
        int passed = 0;
        long meetings = 0;
        for (String test : tests) {
            BriefRun run = BriefRun.of(TestList.getInfo(test), millis);
            meetings += run.meetings();
            if (run.hasPassed()) {
                passed++;
            } else {
                System.out.println("FAILED " + test);
                run.forbidden().forEach(line -> System.out.println("  " + line));
                run.unfit().forEach(line -> System.out.println("  " + line));
            }
        }
        System.out.println("The threads have met " + meetings + " times");
        System.out.println(passed + " of " + tests.size() + " passed");
        return passed > 0 && passed == tests.size();
    }
}
