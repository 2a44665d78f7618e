package dev.plimsoll.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/** A registry of Micrometer's. */
final class MicrometerInstruments implements Instruments {

    private final MeterRegistry registry;

    MicrometerInstruments(MeterRegistry registry) {
        this.registry = registry;
    }

    private final class Registered implements Instrument {

        private final Meter meter;
        private final LongConsumer recording;
        private final Object kept; // what a meter reads, which it holds weakly

        Registered(Meter meter, LongConsumer recording, Object kept) {
            this.meter = meter;
            this.recording = recording;
            this.kept = kept;
        }

        @Override
        public void record(long amount) {
            recording.accept(amount);
        }

        @Override
        public void remove() {
            Meter unused = registry.remove(meter);
        }

        @Override
        public String toString() {
            return meter.getId() + " of " + kept;
        }
    }

    private static List<Tag> tags(Metric metric, String... values) {
        List<String> keys = metric.keys();
        List<Tag> tags = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(keys.get(i), values[i]));
        }
        return tags;
    }

    @Override
    public Instrument recorded(Metric metric, String... tags) {
        if (metric.kind == Metric.Kind.TIMER) {
            Timer timer = Timer.builder(metric.called)
                    .description(metric.says)
                    .tags(tags(metric, tags))
                    .register(registry);
            return new Registered(timer, nanos -> timer.record(nanos, TimeUnit.NANOSECONDS), timer);
        }
        Counter counter = Counter.builder(metric.called)
                .description(metric.says)
                .tags(tags(metric, tags))
                .register(registry);
        return new Registered(counter, counter::increment, counter);
    }

    @Override
    public Instrument read(Metric metric, DoubleSupplier value, String... tags) {
        Meter meter = metric.kind == Metric.Kind.TOTAL
                ? FunctionCounter.builder(metric.called, value, DoubleSupplier::getAsDouble)
                        .description(metric.says)
                        .tags(tags(metric, tags))
                        .register(registry)
                : Gauge.builder(metric.called, value::getAsDouble)
                        .description(metric.says)
                        .tags(tags(metric, tags))
                        .register(registry);
        return new Registered(meter, nothing -> {}, value);
    }
}
