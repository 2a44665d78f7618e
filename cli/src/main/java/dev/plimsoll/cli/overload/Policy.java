package dev.plimsoll.cli.overload;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What stands at the door of the service. */
enum Policy {
    /** Nothing: whoever comes queues. */
    NONE {
        @Override
        Edge edge(Settings settings, Time time) {
            return Edge.open(time);
        }
    },
    /** So many at once, whatever they take. */
    BULKHEAD {
        @Override
        Edge edge(Settings settings, Time time) {
            return Edge.behind(Bulkhead.create(SERVICE, b -> b.maxConcurrent(settings.bulkhead()), time));
        }
    },
    /** As many at once as are of use, found out by itself: the concurrency limit as it is by default. */
    ADAPTIVE {
        @Override
        Edge edge(Settings settings, Time time) {
            return Edge.behind(ConcurrencyLimit.create(SERVICE, l -> l.adaptive(), time));
        }
    },
    /** When requests wait for too long, those that matter least are refused: the shedder as it is by default. */
    CRITICALITY {
        @Override
        Edge edge(Settings settings, Time time) {
            return Edge.behind(Shedder.create(SERVICE, s -> s, time));
        }
    };

    private static final String SERVICE = "service";

    /** A new one, which has seen nothing yet. */
    abstract Edge edge(Settings settings, Time time);

    /** As it is written on the command line and in results. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads policies from the command line. */
    static final class Names implements ITypeConverter<Policy> {
        Names() {}

        @Override
        public Policy convert(String text) {
            List<String> labels = Stream.of(values()).map(Policy::label).toList();
            for (Policy policy : values()) {
                if (policy.label().equals(text)) {
                    return policy;
                }
            }
            throw new TypeConversionException("must be one of " + String.join(", ", labels) + ": '" + text + "'");
        }
    }
}
