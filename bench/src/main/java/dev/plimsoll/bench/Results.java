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
import java.util.stream.Collectors;

/**
 * What one run measured, as JMH wrote it. A row may stand there several times, once for each round of forks, and
 * each entry may hold several forks: all of them are joined.
 */
final class Results {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

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
                .map(entry -> brief(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String brief(Measurement.Key key, Measurement measured) {
        return "{\"benchmark\": \"" + key.row() + "\", \"threads\": " + key.threads()
                + ", \"params\": {\"row\": \"" + key.row() + "\", \"failing\": \"" + key.failing()
                + "\"}, \"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": " + brief(measured.nanos())
                + "}, \"secondaryMetrics\": {\"" + ALLOCATION + "\": {\"rawData\": " + brief(measured.bytes())
                + "}}}";
    }

    private static String brief(List<Double> forks) {
        return forks.stream()
                .map(fork -> "[" + (fork.isNaN() ? "\"NaN\"" : String.format(Locale.ROOT, "%.2f", fork)) + "]")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** The times in some of JMH's entries, for who waits: "1: 8.7 ns, 2: 9.1 ns". */
    static String summary(String entries) throws IOException {
        return read(new StringReader("[" + entries + "]")).measurements.entrySet().stream()
                .map(entry -> entry.getKey().threads() + ": "
                        + Table.nanos(entry.getValue().median()) + " ns")
                .collect(Collectors.joining(", "));
    }

    Optional<Measurement> of(String row, int failing, int threads) {
        return Optional.ofNullable(measurements.get(new Measurement.Key(row, failing, threads)));
    }

    private void add(Map<String, Object> entry) {
        String name = text(entry, "benchmark");
        Map<String, Object> params = map(entry.getOrDefault("params", Map.of()));
        Measurement.Key key = new Measurement.Key(
                (String) params.getOrDefault("row", "Limits" + name.substring(name.lastIndexOf('.'))),
                Integer.parseInt((String) params.getOrDefault("failing", "0")),
                (int) number(member(entry, "threads")));

        Map<String, Object> time = map(member(entry, "primaryMetric"));
        if (!text(time, "scoreUnit").equals("ns/op")) {
            throw new IllegalArgumentException(key + ": in ns/op, not " + text(time, "scoreUnit"));
        }
        Map<String, Object> allocation = Map.of("rawData", List.of());
        for (Map.Entry<String, Object> metric :
                map(entry.getOrDefault("secondaryMetrics", Map.of())).entrySet()) {
            if (metric.getKey().endsWith(ALLOCATION)) {
                allocation = map(metric.getValue());
            }
        }
        measurements.merge(key, new Measurement(forks(time), forks(allocation)), Results::join);
    }

    private static Measurement join(Measurement some, Measurement more) {
        List<Double> nanos = new ArrayList<>(some.nanos());
        nanos.addAll(more.nanos());
        List<Double> bytes = new ArrayList<>(some.bytes());
        bytes.addAll(more.bytes());
        return new Measurement(nanos, bytes);
    }

    /** One number for each fork: the mean of its iterations. */
    private static List<Double> forks(Map<String, Object> metric) {
        List<Double> forks = new ArrayList<>();
        for (Object fork : list(member(metric, "rawData"))) {
            forks.add(list(fork).stream()
                    .mapToDouble(Results::number)
                    .average()
                    .orElseThrow(() -> new IllegalArgumentException("rawData: a fork without iterations")));
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
