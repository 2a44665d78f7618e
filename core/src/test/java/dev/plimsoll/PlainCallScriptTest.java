package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A call that is taken in short and the same one at length: nobody can tell which is which. */
final class PlainCallScriptTest {

    private static final int SCRIPTS = 250;

    @Test
    @DisplayName("CA-1 CA-3 CA-5 CB-8 RT-6 BH-3 EV-1 EV-2 in short or at length: same events, same answers, same books")
    void plainCalls_inShortAndAtLength_tellTheSame() {
        Set<String> kinds = new TreeSet<>();
        List<String> all = new ArrayList<>();
        for (int seed = 0; seed < SCRIPTS; seed++) {
            PlainCallScript.Run inShort = PlainCallScript.run(seed, true);
            PlainCallScript.Run atLength = PlainCallScript.run(seed, false);
            assertThat(inShort.trace()).as("script %s", seed).isEqualTo(atLength.trace());
            assertThat(atLength.kinds()).containsOnly("AsyncFuture");
            kinds.addAll(inShort.kinds());
            all.addAll(inShort.trace());
        }
        assertThat(kinds).containsOnly("AsyncFirst", "AsyncFuture", "CompletableFuture");
        for (String expected : List.of(
                "ANSWERED",
                "FAILED",
                "CANCELLED",
                "REFUSED",
                "CIRCUIT_OPEN",
                "BULKHEAD_FULL",
                "BULKHEAD_TIMEOUT",
                "RATE_LIMITED",
                "CONCURRENCY_LIMIT",
                "SHUT_DOWN",
                "RetryScheduled",
                "HALF_OPEN",
                "NullPointerException",
                "late good",
                "gets null null",
                "gets mine",
                "gets refused",
                "gets none",
                "of observer",
                "of work",
                "nested begins",
                "ended from outside true")) {
            assertThat(all).as(expected).anyMatch(line -> line.contains(expected));
        }
    }
}
