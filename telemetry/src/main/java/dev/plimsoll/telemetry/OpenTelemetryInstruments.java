package dev.plimsoll.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleCounter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/**
 * A meter of OpenTelemetry's. Its instruments are one for each name, told apart by attributes. What is read goes away
 * when it is removed; of what was recorded OpenTelemetry keeps the last, and no more is added.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class OpenTelemetryInstruments implements Instruments {

    private static final double NANOS = 1e9;

    /** In seconds, as OpenTelemetry's conventions for the times of calls have them; its own are meant for milliseconds. */
    private static final List<Double> BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    /** One that is read. */
    private record Read(DoubleSupplier value, Attributes attributes) {}

    private final Meter meter;
    private final Map<Metric, DoubleHistogram> histograms = new EnumMap<>(Metric.class); // guarded by this
    private final Map<Metric, LongCounter> counters = new EnumMap<>(Metric.class); // guarded by this
    private final Map<Metric, List<Read>> reads = new EnumMap<>(Metric.class); // guarded by this
    private final List<Runnable> observed = new CopyOnWriteArrayList<>();

    OpenTelemetryInstruments(Meter meter) {
        this.meter = meter;
    }

    private static Attributes attributes(Metric metric, String... values) {
        AttributesBuilder attributes = Attributes.builder();
        List<String> keys = metric.keys();
        for (int i = 0; i < values.length; i++) {
            attributes.put(AttributeKey.stringKey(keys.get(i)), values[i]);
        }
        return attributes.build();
    }

    @Override
    public synchronized Instrument recorded(Metric metric, String... tags) {
        Attributes attributes = attributes(metric, tags);
        if (metric.kind == Metric.Kind.TIMER) {
            DoubleHistogram histogram = histograms.computeIfAbsent(metric, this::histogram);
            return recorded(amount -> histogram.record(amount / NANOS, attributes));
        }
        LongCounter counter = counters.computeIfAbsent(metric, this::counter);
        counter.add(0, attributes);
        return recorded(amount -> counter.add(amount, attributes));
    }

    private static Instrument recorded(LongConsumer recording) {
        return new Instrument() {
            private volatile boolean removed;

            @Override
            public void record(long amount) {
                if (!removed) {
                    recording.accept(amount);
                }
            }

            @Override
            public void remove() {
                removed = true;
            }
        };
    }

    private DoubleHistogram histogram(Metric metric) {
        return meter.histogramBuilder(metric.called)
                .setDescription(metric.says)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BUCKETS)
                .build();
    }

    private LongCounter counter(Metric metric) {
        return meter.counterBuilder(metric.called).setDescription(metric.says).build();
    }

    @Override
    public synchronized Instrument read(Metric metric, DoubleSupplier value, String... tags) {
        List<Read> all = reads.computeIfAbsent(metric, this::observe);
        Read one = new Read(value, attributes(metric, tags));
        all.add(one);
        return new Instrument() {
            @Override
            public void record(long amount) {}

            @Override
            public void remove() {
                all.remove(one);
            }
        };
    }

    private List<Read> observe(Metric metric) {
        List<Read> all = new CopyOnWriteArrayList<>();
        if (metric.kind == Metric.Kind.TOTAL) {
            ObservableDoubleCounter total = meter.counterBuilder(metric.called)
                    .ofDoubles()
                    .setDescription(metric.says)
                    .buildWithCallback(measurement -> measure(all, measurement));
            observed.add(total::close);
        } else {
            ObservableDoubleGauge gauge = meter.gaugeBuilder(metric.called)
                    .setDescription(metric.says)
                    .buildWithCallback(measurement -> measure(all, measurement));
            observed.add(gauge::close);
        }
        return all;
    }

    private static void measure(List<Read> all, ObservableDoubleMeasurement measurement) {
        for (Read each : all) {
            double value = each.value.getAsDouble();
            if (!Double.isNaN(value)) { // nothing to say is said by silence
                measurement.record(value, each.attributes);
            }
        }
    }

    /** Nothing is read any more. */
    void close() {
        observed.forEach(Runnable::run);
    }
}
