package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How fast, or how frugal, a row of ours has to be, measured in the same run and with all calls good.
 *
 * @param benchmark which row
 * @param threads on how many threads
 * @param wording what is demanded
 * @param judge what it came to; empty when something needed for it was not measured
 */
record Target(String benchmark, int threads, String wording, Function<Results, Optional<Verdict>> judge) {

    /** Less than this is no object a call: now and then another thread of the virtual machine allocates something. */
    private static final double NOTHING_BYTES = 0.1;

    /** What a target came to, in words, and whether that is enough. */
    record Verdict(String measured, boolean met) {

        @Override
        public String toString() {
            return measured + (met ? ", met" : ", **MISSED**");
        }
    }

    Optional<Verdict> judge(Results results) {
        return judge.apply(results);
    }

    /** Every target there is. */
    static List<Target> all() {
        List<Target> targets = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            int windowed = threads == 1 ? 6 : 10;
            targets.add(overDirect(ours("consecutiveUncounted"), threads, 3));
            targets.add(timesStripedAdd(ours("consecutive"), threads, 1.3));
            targets.add(fractionOfResilience4j(Scenario.LAST_HUNDRED, ours("lastHundred"), threads, windowed));
            targets.add(fractionOfResilience4j(Scenario.TEN_SECONDS, ours("tenSeconds"), threads, windowed));
            targets.add(fractionOfResilience4j(Scenario.REFUSED, ours("refused"), threads, 5));
            targets.add(
                    fractionOfResilience4j(Scenario.REFUSED_THROUGH_FRAMES, ours("refusedThroughFrames"), threads, 5));
            targets.add(fractionOfResilience4j(Scenario.FULL_GUARD, ours("fullGuard"), threads, 2));
            for (String admitted : List.of(
                    "consecutive",
                    "consecutiveUncounted",
                    "lastHundred",
                    "tenSeconds",
                    "fullGuard",
                    "fullGuardTotalTimeout")) {
                targets.add(bytes(ours(admitted), threads, 0));
            }
            targets.add(bytes(ours("fullGuardAttemptTimeout"), threads, 64));
        }
        return targets;
    }

    private static String ours(String method) {
        return Rows.name(Rows.PLIMSOLL, method);
    }

    private static Target fractionOfResilience4j(Scenario scenario, String benchmark, int threads, int divisor) {
        return new Target(
                benchmark,
                threads,
                "≤ 1/" + divisor + " of Resilience4j",
                results -> time(results, benchmark, threads)
                        .flatMap(ours -> fastestResilience4j(results, scenario, 0, threads)
                                .map(theirs -> new Verdict(Table.fraction(ours / theirs), ours * divisor <= theirs))));
    }

    private static Target overDirect(String benchmark, int threads, double nanos) {
        String direct = Rows.name(Rows.LIMITS, "direct");
        return new Target(
                benchmark,
                threads,
                format("≤ %.0f ns over the direct call", nanos),
                results -> time(results, benchmark, threads)
                        .flatMap(ours -> time(results, direct, threads)
                                .map(bare -> new Verdict(format("%+.1f ns", ours - bare), ours - bare <= nanos))));
    }

    private static Target timesStripedAdd(String benchmark, int threads, double factor) {
        String add = Rows.name(Rows.LIMITS, "stripedAdd");
        return new Target(
                benchmark,
                threads,
                format("≤ %.1f × a striped add", factor),
                results -> time(results, benchmark, threads)
                        .flatMap(ours -> time(results, add, threads)
                                .map(bare -> new Verdict(format("%.2f ×", ours / bare), ours <= factor * bare))));
    }

    private static Target bytes(String benchmark, int threads, int limit) {
        return new Target(
                benchmark,
                threads,
                limit == 0 ? "0 B/op" : "≤ " + limit + " B/op",
                results -> results.of(benchmark, 0, threads)
                        .map(Measurement::worstBytes)
                        .filter(bytes -> !bytes.isNaN())
                        .map(bytes -> new Verdict(Table.bytes(bytes) + " B/op", bytes < limit + NOTHING_BYTES)));
    }

    /** Targets are held against the faster of its two kinds of window. */
    static Optional<Double> fastestResilience4j(Results results, Scenario scenario, int failing, int threads) {
        return Rows.of(Rows.RESILIENCE4J, scenario).stream()
                .flatMap(entry -> results.of(entry.benchmark(), failing, threads).stream())
                .map(Measurement::median)
                .min(Double::compare);
    }

    private static Optional<Double> time(Results results, String benchmark, int threads) {
        return results.of(benchmark, 0, threads).map(Measurement::median);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
