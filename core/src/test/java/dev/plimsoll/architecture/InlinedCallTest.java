package dev.plimsoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rule that no method on the path of a call is too large for HotSpot to take it into its caller, which no test of
 * behaviour would notice: a call only becomes slower by a few nanoseconds. Sizes are those of the class files.
 */
final class InlinedCallTest {

    /** {@code -XX:FreqInlineSize}, in bytes of code, as HotSpot has it by default. */
    private static final int MOST_BYTES = 325;

    private static final Pattern METHOD = Pattern.compile("^ {2}(\\S.*\\(.*\\).*|static \\{});$");
    private static final Pattern INSTRUCTION = Pattern.compile("^ +(\\d+): (\\w+)");

    private static final List<String> PATH = List.of(
            "Guard",
            "KeyedGuards",
            "InForce",
            "Assembly",
            "Parts",
            "Visits",
            "ShortPath",
            "BlockingEngine",
            "Steps",
            "Inside",
            "Surroundings",
            "Timing",
            "Learning",
            "GuardCounts",
            "NextAttempt",
            "breaker.CircuitBreaker",
            "breaker.BreakerFront",
            "breaker.EngineSide",
            "breaker.State$Closed",
            "breaker.Settings",
            "breaker.Episode",
            "breaker.Evidence",
            "breaker.TransitionQueue",
            "bulkhead.Bulkhead",
            "bulkhead.EngineSide",
            "bulkhead.Permits",
            "budget.RetryBudget",
            "limit.RateLimiter",
            "limit.ConcurrencyLimit",
            "retry.Retries",
            "shed.AdaptiveThrottle",
            "timeout.AttemptTimer",
            "time.CoarseClock",
            "window.LastCalls",
            "window.TimeWindow",
            "window.StripedCount",
            "call.Ambient",
            "call.Deadline",
            "call.Observers");

    @Test
    @DisplayName("No method that calls go through is larger than what HotSpot inlines")
    void methods_onThePathOfACall_areInlined() throws URISyntaxException {
        List<String> tooLarge = methods(PATH).stream()
                .filter(method -> method.bytes() > MOST_BYTES)
                .map(method -> method.bytes() + " bytes: " + method.signature())
                .toList();

        assertThat(tooLarge).isEmpty();
    }

    @Test
    @DisplayName("Sizes are read at all: a method that is too large, and need not be inlined, is seen to be so")
    void methods_thatAreLarge_areSeen() throws URISyntaxException {
        assertThat(methods(List.of("GuardConfig")))
                .anyMatch(method -> method.bytes() > MOST_BYTES)
                .anyMatch(method -> method.bytes() < MOST_BYTES);
    }

    /** A method ends with a jump back, which takes three bytes, or with a return or throw, which take one. */
    private record Method(String signature, int bytes) {}

    private static List<Method> methods(List<String> types) throws URISyntaxException {
        Path classes = Path.of(
                Guard.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Stream<String> files = types.stream()
                .map(type -> "dev.plimsoll." + type)
                .map(type -> classes.resolve(type.replace('.', '/') + ".class").toString());
        StringWriter code = new StringWriter();
        PrintWriter out = new PrintWriter(code);
        String[] arguments = Stream.concat(Stream.of("-p", "-c"), files).toArray(String[]::new);
        int exit = ToolProvider.findFirst("javap").orElseThrow().run(out, out, arguments);
        assertThat(exit).as(code::toString).isZero();
        return read(Arrays.asList(code.toString().split("\\R")));
    }

    private static List<Method> read(List<String> lines) {
        List<Method> found = new ArrayList<>();
        for (String line : lines) {
            Matcher method = METHOD.matcher(line);
            Matcher instruction = INSTRUCTION.matcher(line);
            if (method.find()) {
                found.add(new Method(method.group(1), 0));
            } else if (instruction.find()) {
                int last = found.size() - 1;
                int end = Integer.parseInt(instruction.group(1))
                        + (instruction.group(2).equals("goto") ? 3 : 1);
                found.set(last, new Method(found.get(last).signature(), end));
            }
        }
        assertThat(found).anyMatch(method -> method.bytes() > 0);
        return found;
    }
}
