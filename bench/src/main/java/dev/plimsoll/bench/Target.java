package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How fast, or how frugal, a row of ours has to be, measured in the same run.
 *
 * @param row which row
 * @param failing how many calls in a hundred fail
 * @param threads on how many threads
 * @param wording what is demanded
 * @param judge what it came to; empty when something needed for it was not measured
 */
record Target(String row, int failing, int threads, String wording, Function<Results, Optional<Verdict>> judge) {

    /** Less than this is no object a call: now and then another thread of the virtual machine allocates something. */
    private static final double NOTHING_BYTES = 0.1;

    private static final int MILLION_PENDING_NANOS = 100;

    /** Blocking calls of guards that are admitted and succeed at once, without an attempt timeout. */
    private static final List<String> UNTIMED = List.of(
            "consecutive",
            "consecutiveUncounted",
            "lastHundred",
            "lastHundredWatched",
            "tenSeconds",
            "standard",
            "failures",
            "keyed",
            "retry",
            "retryUnlimited",
            "bulkhead",
            "pool",
            "rateLimiter",
            "adaptive",
            "aimd",
            "vegas",
            "gradient2",
            "throttle",
            "totalTimeout",
            "fallback",
            "fullGuard",
            "fullGuardWatched",
            "fullGuardTotalTimeout");

    /** The same with one. */
    private static final List<String> TIMED =
            List.of("attemptTimeout", "fullGuardAttemptTimeout", "fullGuardBothTimeouts");

    /** Whether what was measured is enough. */
    enum Outcome {
        MET("met"),
        MISSED("**MISSED**"),
        /** Something that was measured for it was not steady: it says neither. */
        UNSTEADY("unsteady");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }
    }

    /** What a target came to, in words, and whether that is enough. */
    record Verdict(String measured, Outcome outcome) {

        static Verdict of(String measured, boolean met, Measurement... by) {
            boolean unsteady = Arrays.stream(by).anyMatch(Measurement::isUnsteady);
            return new Verdict(measured, unsteady ? Outcome.UNSTEADY : met ? Outcome.MET : Outcome.MISSED);
        }

        @Override
        public String toString() {
            return measured + ", " + outcome.words;
        }
    }

    Optional<Verdict> judge(Results results) {
        return judge.apply(results);
    }

    /** Every target there is. */
    static List<Target> all() {
        List<Target> targets = new ArrayList<>();
        for (int threads : Plan.THREADS) {
            againstLimits(targets, threads);
            fasterThanPeers(targets, threads);
            if (threads <= 2) {
                againstResilience4j(targets, threads);
                memory(targets, threads);
                targets.add(nanos(ours("timer"), threads, MILLION_PENDING_NANOS));
            }
        }
        return targets;
    }

    /** The binding ones: on one machine they stay what they are, while peers may become faster or slower. */
    private static void againstLimits(List<Target> targets, int threads) {
        targets.add(overDirect(ours("consecutiveUncounted"), threads, 2));
        targets.add(timesFloor(ours("consecutive"), threads, 1.3));
        targets.add(timesFloor(ours("lastHundred"), threads, 1.6));
        targets.add(timesFloor(ours("tenSeconds"), threads, 1.6));
    }

    private static void againstResilience4j(List<Target> targets, int threads) {
        int good = threads == 1 ? 8 : 15;
        int failing = threads == 1 ? 4 : 8;
        targets.add(fractionOfResilience4j(ours("lastHundred"), 0, threads, good));
        targets.add(fractionOfResilience4j(ours("tenSeconds"), 0, threads, good));
        targets.add(fractionOfResilience4j(ours("lastHundred"), 1, threads, failing));
        targets.add(fractionOfResilience4j(ours("tenSeconds"), 1, threads, failing));
        targets.add(fractionOfResilience4j(ours("refused"), 0, threads, 10));
        targets.add(fractionOfResilience4j(ours("refusedThroughFrames"), 0, threads, 2));
        targets.add(fractionOfResilience4j(ours("fullGuard"), 0, threads, 3));
    }

    private static void fasterThanPeers(List<Target> targets, int threads) {
        for (String alone : List.of("retry", "bulkhead", "rateLimiter")) {
            targets.add(fasterThanTheBestPeer(ours(alone), threads));
        }
    }

    private static void memory(List<Target> targets, int threads) {
        UNTIMED.forEach(admitted -> targets.add(bytes(ours(admitted), threads, 0)));
        TIMED.forEach(admitted -> targets.add(bytes(ours(admitted), threads, 64)));
    }

    private static String ours(String name) {
        return Rows.OURS + "." + name;
    }

    private static Target fractionOfResilience4j(String row, int failing, int threads, int divisor) {
        return new Target(
                row,
                failing,
                threads,
                "≤ 1/" + divisor + " of Resilience4j",
                results -> against(
                        results,
                        row,
                        failing,
                        threads,
                        Peers.fastestOf(
                                Rows.RESILIENCE4J, results, Rows.named(row).scenario(), failing, threads),
                        divisor));
    }

    private static Target fasterThanTheBestPeer(String row, int threads) {
        return new Target(
                row,
                0,
                threads,
                "faster than the best peer",
                results -> against(
                        results,
                        row,
                        0,
                        threads,
                        Peers.fastest(results, Rows.named(row).scenario(), 0, threads),
                        1));
    }

    private static Optional<Verdict> against(
            Results results, String row, int failing, int threads, Optional<Peers.Best> peer, int divisor) {
        return results.of(row, failing, threads)
                .flatMap(ours -> peer.map(best -> Verdict.of(
                        Table.fraction(ours.median() / best.nanos()) + " of "
                                + best.row().title(),
                        divisor == 1 ? ours.median() < best.nanos() : ours.median() * divisor <= best.nanos(),
                        ours,
                        best.measured())));
    }

    private static Target overDirect(String row, int threads, double nanos) {
        return new Target(
                row,
                0,
                threads,
                format("≤ %.0f ns over the direct call", nanos),
                results -> results.of(row, 0, threads)
                        .flatMap(ours -> results.of(Rows.DIRECT, 0, threads).map(bare -> {
                            double over = ours.median() - bare.median();
                            return Verdict.of(format("%+.1f ns", over), over <= nanos, ours, bare);
                        })));
    }

    private static Target timesFloor(String row, int threads, double factor) {
        Floor floor = Rows.named(row).scenario().floor();
        return new Target(
                row,
                0,
                threads,
                format("≤ %.1f × ", factor) + floor.words(),
                results -> results.of(row, 0, threads)
                        .flatMap(ours -> floor.measured(results, threads).map(least -> {
                            double times = ours.median() / least.median();
                            return Verdict.of(format("%.2f ×", times), times <= factor, ours, least);
                        })));
    }

    private static Target nanos(String row, int threads, double limit) {
        return new Target(
                row,
                0,
                threads,
                format("≤ %.0f ns", limit),
                results -> results.of(row, 0, threads)
                        .map(ours -> Verdict.of(Table.nanos(ours.median()) + " ns", ours.median() <= limit, ours)));
    }

    /** Also of a row that is not steady: that concerns its time. */
    private static Target bytes(String row, int threads, int limit) {
        return new Target(
                row,
                0,
                threads,
                limit == 0 ? "0 B/op" : "≤ " + limit + " B/op",
                results -> results.of(row, 0, threads)
                        .filter(ours -> !Double.isNaN(ours.worstBytes()))
                        .map(ours -> bytes(ours.worstBytes(), limit)));
    }

    private static Verdict bytes(double measured, int limit) {
        boolean met = measured < limit + NOTHING_BYTES;
        String words = !met && measured < 1 ? format("%.2f", measured) : Table.bytes(measured);
        return Verdict.of(words + " B/op", met);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
