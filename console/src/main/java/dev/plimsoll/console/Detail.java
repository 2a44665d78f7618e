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
            writeTotals(json, now);
            writeRecent(json);
        });
    }

    /** The same of guards by key: of each key whose breaker is not closed, why. */
    String json(KeyedGuards<?> keyed) {
        List<GuardSnapshot> keys = keyed.snapshots();
        return Json.object(json -> {
            json.writeStringField("name", keyed.name());
            json.writeStringField("describe", keyed.describe());
            json.writeStringField("explain", keyed.name() + ": one guard for each of " + keys.size() + " keys");
            write(json, "warnings", keyed.warnings());
            json.writeNumberField("allKeys", keys.size());
            json.writeArrayFieldStart("keys");
            for (BreakerSnapshot breaker : troubled(keys)) {
                write(json, breaker);
            }
            json.writeEndArray();
            writeTotals(json, keyed.snapshot().shared());
            writeRecent(json);
        });
    }

    private static List<BreakerSnapshot> troubled(List<GuardSnapshot> keys) {
        return keys.stream()
                .flatMap(key -> key.breaker().stream())
                .filter(breaker -> breaker.state() != BreakerState.CLOSED)
                .limit(MOST_KEYS)
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

    private static void writeTotals(JsonGenerator json, GuardSnapshot now) throws IOException {
        json.writeObjectFieldStart("totals");
        json.writeNumberField("answered", now.calls().answered());
        json.writeNumberField("failed", now.calls().failed());
        json.writeNumberField("timed out", now.calls().timedOut());
        json.writeNumberField("refused", now.calls().refused());
        json.writeNumberField("cancelled", now.calls().cancelled());
        json.writeNumberField("retries", now.retries());
        json.writeNumberField("stalls of this process", now.stalls());
        json.writeNumberField("faults of observers and classifiers", now.faults());
        for (Map.Entry<?, Long> refusal : now.refusals().entrySet()) {
            json.writeNumberField("refused: " + refusal.getKey(), refusal.getValue());
        }
        json.writeEndObject();
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
