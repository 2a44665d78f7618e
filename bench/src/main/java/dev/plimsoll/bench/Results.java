package dev.plimsoll.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one run measured, as JMH wrote it. A row may stand there several times, once for each round of forks, and
 * each entry may hold several forks: all of them are joined.
 */
final class Results {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /** In what unit JMH has it, and in what unit it is kept: a thread's average time is the threads by all their calls. */
    private static final String THROUGHPUT = "ops/ns";

    private static final String TIME = "ns/op";
    private static final String ROUNDS = ",";

    /** The slowest iteration of a fork that is steady may take so many times as long as the fastest. */
    private static final double MOST_SPREAD = 1.5;

    private final Map<Measurement.Key, Measurement> measurements = new LinkedHashMap<>();

    private Results() {}

    /** Reads JMH's JSON. */
    static Results read(Path json) throws IOException {
        try (Reader reader = Files.newBufferedReader(json)) {
            return read(reader);
        }
    }

    static Results read(Reader json) throws IOException {
        Results results = new Results();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            for (Object entry : list(value(parser))) {
                results.add(map(entry));
            }
        }
        return results;
    }

    /** Nothing measured. */
    static Results none() {
        return new Results();
    }

    /**
     * Reads a file that the user has named.
     *
     * @throws IllegalArgumentException with one line for the user, when it cannot be read
     */
    static Results given(String option, Path json) {
        try {
            return read(json);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no " + json, e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(option + ": cannot read " + json + ": " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": cannot read " + json + ": " + e.getMessage(), e);
        }
    }

    /** What is read of JMH's JSON, in the same form, a line for each row on so many threads: small enough to be kept. */
    String brief() {
        return measurements.entrySet().stream()
                .map(entry -> brief(entry.getKey(), entry.getValue().forks()))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String brief(Measurement.Key key, List<Measurement.Fork> forks) {
        String rounds = forks.stream().map(fork -> "" + fork.round()).collect(Collectors.joining(ROUNDS));
        return "{\"benchmark\": \"" + key.row() + "\", \"threads\": " + key.threads()
                + ", \"params\": {\"row\": \"" + key.row() + "\", \"failing\": \"" + key.failing()
                + "\", \"round\": \"" + rounds + "\"}, \"primaryMetric\": {\"scoreUnit\": \"" + TIME
                + "\", \"rawData\": " + brief(forks, fork -> number("%.3f", fork.nanos()))
                + "}, \"secondaryMetrics\": {\"" + ALLOCATION + "\": {\"rawData\": "
                + brief(forks, fork -> number("%.2f", fork.bytes()))
                + "}, \"" + Steadiness.METRIC + "\": {\"rawData\": " + brief(forks, fork -> fork.steady() ? "1" : "0")
                + "}}}";
    }

    private static String brief(List<Measurement.Fork> forks, Function<Measurement.Fork, String> number) {
        return forks.stream().map(fork -> "[" + number.apply(fork) + "]").collect(Collectors.joining(", ", "[", "]"));
    }

    private static String number(String pattern, double value) {
        return Double.isNaN(value) ? "\"NaN\"" : String.format(Locale.ROOT, pattern, value);
    }

    /** The times in some of JMH's entries, for who waits: "1: 8.7 ns, 2: 9.1 ns". */
    static String summary(String entries) throws IOException {
        return read(new StringReader("[" + entries + "]")).measurements.entrySet().stream()
                .map(entry -> entry.getKey().threads() + ": "
                        + Table.nanos(entry.getValue().median()) + " ns"
                        + (entry.getValue().isUnsteady() ? " unsteady" : ""))
                .collect(Collectors.joining(", "));
    }

    /** Which numbers of threads there are in some of JMH's entries. */
    static List<Integer> threads(String entries) throws IOException {
        return read(new StringReader("[" + entries + "]")).keys().stream()
                .map(Measurement.Key::threads)
                .toList();
    }

    Optional<Measurement> of(String row, int failing, int threads) {
        return Optional.ofNullable(measurements.get(new Measurement.Key(row, failing, threads)));
    }

    /** Everything that was measured. */
    Set<Measurement.Key> keys() {
        return measurements.keySet();
    }

    private void add(Map<String, Object> entry) {
        String name = text(entry, "benchmark");
        Map<String, Object> params = map(entry.getOrDefault("params", Map.of()));
        Measurement.Key key = new Measurement.Key(
                (String) params.getOrDefault("row", "Limits" + name.substring(Math.max(0, name.lastIndexOf('.')))),
                Integer.parseInt((String) params.getOrDefault("failing", "0")),
                (int) number(member(entry, "threads")));
        List<Measurement.Fork> forks = new ArrayList<>(of(key.row(), key.failing(), key.threads())
                .map(Measurement::forks)
                .orElse(List.of()));
        String[] rounds = ((String) params.getOrDefault("round", "")).split(ROUNDS, -1);
        List<List<Double>> times = times(key, map(member(entry, "primaryMetric")));
        List<List<Double>> allocated = secondary(entry, ALLOCATION);
        List<List<Double>> marks = secondary(entry, Steadiness.METRIC);
        for (int i = 0; i < times.size(); i++) {
            boolean named = rounds.length == times.size() && !rounds[i].isEmpty();
            forks.add(new Measurement.Fork(
                    named ? Integer.parseInt(rounds[i]) : forks.size() + 1,
                    Measurement.median(times.get(i)),
                    i < allocated.size() ? bytes(allocated.get(i)) : Double.NaN,
                    Agreement.spread(times.get(i)) <= MOST_SPREAD
                            && (i >= marks.size() || !marks.get(i).contains(0.0))));
        }
        measurements.put(key, new Measurement(forks));
    }

    /** How long a thread waited for a call on average, in each iteration of each fork. */
    private static List<List<Double>> times(Measurement.Key key, Map<String, Object> metric) {
        String unit = text(metric, "scoreUnit");
        if (!unit.equals(TIME) && !unit.equals(THROUGHPUT)) {
            throw new IllegalArgumentException(key + ": in " + THROUGHPUT + " or " + TIME + ", not " + unit);
        }
        return numbers(metric).stream()
                .map(fork -> fork.stream()
                        .map(score -> unit.equals(TIME) ? score : key.threads() / score)
                        .toList())
                .toList();
    }

    /** The mean of all iterations but the last, where there are several: to that JMH also adds what closing the guards takes. */
    private static double bytes(List<Double> iterations) {
        return iterations.stream()
                .limit(Math.max(1, iterations.size() - 1))
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    /** What a profiler has measured; empty where there was none. */
    private static List<List<Double>> secondary(Map<String, Object> entry, String name) {
        for (Map.Entry<String, Object> metric :
                map(entry.getOrDefault("secondaryMetrics", Map.of())).entrySet()) {
            if (metric.getKey().endsWith(name)) {
                return numbers(map(metric.getValue()));
            }
        }
        return List.of();
    }

    /** A number for each iteration of each fork. */
    private static List<List<Double>> numbers(Map<String, Object> metric) {
        List<List<Double>> forks = new ArrayList<>();
        for (Object fork : list(member(metric, "rawData"))) {
            List<Double> iterations = list(fork).stream().map(Results::number).toList();
            if (iterations.isEmpty()) {
                throw new IllegalArgumentException("rawData: a fork without iterations");
            }
            forks.add(iterations);
        }
        return forks;
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        return token != null && token.isNumeric() ? (Object) parser.getDoubleValue() : parser.getText();
    }

    private static Object member(Map<String, Object> map, String name) {
        Object member = map.get(name);
        if (member == null) {
            throw new IllegalArgumentException(name + ": missing in JMH's result");
        }
        return member;
    }

    private static String text(Map<String, Object> map, String name) {
        return (String) member(map, name);
    }

    /** JMH writes what is not a number as a string. */
    private static double number(Object value) {
        return value instanceof Double number ? number : Double.NaN;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("not as JMH writes it: an object, not " + value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw new IllegalArgumentException("not as JMH writes it: a list, not " + value);
    }
}
