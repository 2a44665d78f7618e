package dev.plimsoll.bench;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** JMH's JSON as far as the table reads it, with made-up numbers. */
final class JmhJson {

    private final List<String> entries = new ArrayList<>();

    /** Adds an entry whose every fork has one iteration. */
    JmhJson add(String row, int failing, int threads, double bytes, double... forks) {
        entries.add(String.format(
                Locale.ROOT,
                """
                {"jmhVersion": "1.37", "benchmark": "dev.plimsoll.bench.CallBenchmark.call", "mode": "avgt", "threads": %d, "forks": 1,
                 "jvmArgs": ["-Xms512m"], "params": {"row": "%s", "failing": "%d"},
                 "primaryMetric": {"score": 1.0, "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
                  "scorePercentiles": {"0.0": 1.0}, "scoreUnit": "ns/op", "rawData": [%s]},
                 "secondaryMetrics": {
                  "gc.alloc.rate": {"score": 1.0, "scoreUnit": "MB/sec", "rawData": [[77777.0]]},
                  "gc.alloc.rate.norm": {"score": 1.0, "scoreUnit": "B/op", "rawData": [[%s]]}}}\
                """,
                threads,
                row,
                failing,
                DoubleStream.of(forks).mapToObj(fork -> "[" + fork + "]").collect(Collectors.joining(", ")),
                bytes));
        return this;
    }

    /** Adds one fork of a round, as the benchmarks have it: calls of all threads in a nanosecond, for each iteration. */
    JmhJson add(String row, int threads, int round, boolean steady, double... iterations) {
        return add(row, threads, round, steady, "", iterations);
    }

    /** The same, which has allocated nothing. */
    JmhJson addFrugal(String row, int threads, int round, boolean steady, double... iterations) {
        return add(row, threads, round, steady, "\"gc.alloc.rate.norm\": {\"rawData\": [[0.0]]}, ", iterations);
    }

    private JmhJson add(String row, int threads, int round, boolean steady, String bytes, double... iterations) {
        String marks = DoubleStream.of(iterations)
                .mapToObj(each -> steady ? "1.0" : "0.0")
                .collect(Collectors.joining(", "));
        entries.add(String.format(
                Locale.ROOT,
                """
                {"benchmark": "dev.plimsoll.bench.CallBenchmark.call", "mode": "thrpt", "threads": %d,
                 "params": {"row": "%s", "failing": "0", "round": "%d"},
                 "primaryMetric": {"scoreUnit": "ops/ns", "rawData": [[%s]]},
                 "secondaryMetrics": {%s"steady": {"rawData": [[%s]]}}}\
                """,
                threads,
                row,
                round,
                DoubleStream.of(iterations).mapToObj(Double::toString).collect(Collectors.joining(", ")),
                bytes,
                marks));
        return this;
    }

    /** What stands between the brackets of JMH's list. */
    String entries() {
        return String.join(", ", entries);
    }

    Results results() {
        try {
            return Results.read(new StringReader(entries.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
