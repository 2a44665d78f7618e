package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.console.Listening.Ear;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One dependency from near: how it is set up, what it says of itself, how far it is from opening, its last calls.
 *
 * @param traffic null when there was none yet
 * @param ear null when nobody listens to calls
 */
record Detail(@Nullable Traffic traffic, @Nullable Ear ear) {

    private static final int MOST_KEYS = 100;

    /** As the page reads it. */
    String json(Guard guard) {
        GuardSnapshot now = guard.snapshot();
        return Json.object(json -> {
            json.writeStringField("name", guard.name());
            json.writeStringField("describe", guard.describe());
            json.writeStringField("explain", guard.explain());
            write(json, "warnings", guard.warnings());
            CircuitBreaker breaker = guard.circuitBreaker();
            if (breaker != null && now.breaker().isPresent()) {
                json.writeStringField("state", now.breaker().get().state().name());
                boolean closed = now.breaker().get().state() == BreakerState.CLOSED;
                write(
                        json,
                        "outlook",
                        closed ? Outlook.of(breaker.config(), now.breaker().get()) : List.of());
            }
            writeTotals(json, List.of(now));
            writeRecent(json);
        });
    }

    /** The same of guards by key: of each key whose breaker is not closed, why. */
    String json(KeyedGuards<?> keyed) {
        List<GuardSnapshot> guards = KeyCounts.guardsOf(keyed);
        int keys = guards.size() - 1;
        return Json.object(json -> {
            json.writeStringField("name", keyed.name());
            json.writeStringField("describe", keyed.describe());
            json.writeStringField("explain", keyed.name() + ": one guard for each of " + keys + " keys");
            write(json, "warnings", keyed.warnings());
            json.writeNumberField("allKeys", keys);
            List<BreakerSnapshot> troubled = troubled(guards);
            json.writeNumberField("troubledKeys", troubled.size());
            json.writeArrayFieldStart("keys");
            for (BreakerSnapshot breaker : troubled.subList(0, Math.min(MOST_KEYS, troubled.size()))) {
                write(json, breaker);
            }
            json.writeEndArray();
            writeTotals(json, guards);
            writeRecent(json);
        });
    }

    private static List<BreakerSnapshot> troubled(List<GuardSnapshot> keys) {
        return keys.stream()
                .flatMap(key -> key.breaker().stream())
                .filter(breaker -> breaker.state() != BreakerState.CLOSED)
                .toList();
    }

    private static void write(JsonGenerator json, BreakerSnapshot breaker) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", breaker.name());
        json.writeStringField("state", breaker.state().name());
        json.writeNumberField("since", breaker.since().toEpochMilli());
        json.writeStringField("reason", breaker.reason());
        if (breaker.nextProbeIn().isPresent()) {
            json.writeNumberField("nextProbe", breaker.nextProbeIn().get().toMillis());
        }
        json.writeEndObject();
    }

    private void writeRecent(JsonGenerator json) throws IOException {
        if (ear != null) {
            json.writeNumberField("heardSince", ear.since().toEpochMilli());
        }
        json.writeArrayFieldStart("recent");
        for (RecentCall call : traffic == null ? List.<RecentCall>of() : traffic.recent()) {
            write(json, call);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String name, List<String> lines) throws IOException {
        json.writeArrayFieldStart(name);
        for (String line : lines) {
            json.writeString(line);
        }
        json.writeEndArray();
    }

    /** Of all together; of keys, as long as they have a guard. */
    private static void writeTotals(JsonGenerator json, List<GuardSnapshot> guards) throws IOException {
        Map<String, Long> totals = new LinkedHashMap<>();
        for (GuardSnapshot guard : guards) {
            add(totals, "answered", guard.calls().answered());
            add(totals, "failed", guard.calls().failed());
            add(totals, "timed out", guard.calls().timedOut());
            add(totals, "refused", guard.calls().refused());
            add(totals, "cancelled", guard.calls().cancelled());
            add(totals, "retries", guard.retries());
            add(totals, "stalls of this process", guard.stalls());
            add(totals, "faults of observers and classifiers", guard.faults());
        }
        write(json, "totals", totals);
        Map<String, Long> reasons = new LinkedHashMap<>();
        for (GuardSnapshot guard : guards) {
            guard.refusals().forEach((reason, many) -> add(reasons, reason.name(), many));
        }
        write(json, "refusals", reasons);
        boolean again = guards.stream().anyMatch(guard -> guard.budget().isPresent());
        json.writeBooleanField("triesAgain", again); // then what is refused need not be a whole call
    }

    private static void write(JsonGenerator json, String name, Map<String, Long> numbers) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> number : numbers.entrySet()) {
            json.writeNumberField(number.getKey(), number.getValue());
        }
        json.writeEndObject();
    }

    private static void add(Map<String, Long> totals, String name, long number) {
        totals.merge(name, number, Long::sum);
    }

    private static void write(JsonGenerator json, RecentCall call) throws IOException {
        json.writeStartObject();
        json.writeNumberField("at", call.atMillis());
        json.writeStringField("end", call.end().name());
        json.writeNumberField("attempts", call.attempts());
        json.writeNumberField("millis", call.micros() / 1e3);
        json.writeStringField("why", call.why());
        json.writeEndObject();
    }
}
