package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.RetryBudget.Kind;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.shed.ThrottleSnapshot;
import java.io.IOException;

/** How full a guard's places are: its bulkhead, its limits, its retry budget. */
final class Saturation {

    private Saturation() {}

    /** The fullest of its places, 0 to 1. */
    static double of(GuardSnapshot guard) {
        double bulkhead = guard.bulkhead()
                .map(full -> share(full.active() + full.waiting(), full.maxConcurrent() + full.maxWaiting()))
                .orElse(0.0);
        double limit = guard.concurrencyLimit()
                .map(full -> share(full.inFlight(), full.limit()))
                .orElse(0.0);
        double throttle = guard.throttle().map(ThrottleSnapshot::probability).orElse(0.0);
        return Math.max(bulkhead, Math.max(limit, throttle));
    }

    private static double share(long used, long most) {
        return most <= 0 ? 0 : Math.min(1, used / (double) most);
    }

    /** As the page reads it: one member for each place that the guard has. */
    static void write(JsonGenerator json, GuardSnapshot guard) throws IOException {
        if (guard.bulkhead().isPresent()) {
            write(json, guard.bulkhead().get());
        }
        if (guard.concurrencyLimit().isPresent()) {
            write(json, guard.concurrencyLimit().get());
        }
        if (guard.rateLimiter().isPresent()) {
            write(json, guard.rateLimiter().get());
        }
        if (guard.throttle().isPresent()) {
            write(json, guard.throttle().get());
        }
        if (guard.budget().isPresent()) {
            write(json, guard.budget().get());
        }
    }

    private static void write(JsonGenerator json, BulkheadSnapshot bulkhead) throws IOException {
        json.writeObjectFieldStart("bulkhead");
        json.writeNumberField("used", bulkhead.active());
        json.writeNumberField("most", bulkhead.maxConcurrent());
        json.writeNumberField("waiting", bulkhead.waiting());
        json.writeNumberField("mostWaiting", bulkhead.maxWaiting());
        json.writeNumberField("orphans", bulkhead.orphans());
        json.writeNumberField("refused", bulkhead.rejected());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ConcurrencyLimitSnapshot limit) throws IOException {
        json.writeObjectFieldStart("limit");
        json.writeNumberField("used", limit.inFlight());
        json.writeNumberField("most", limit.limit());
        json.writeNumberField("lowest", limit.min());
        json.writeNumberField("highest", limit.max());
        json.writeStringField("algorithm", limit.algorithm());
        json.writeNumberField("refused", limit.refused());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, RateLimiterSnapshot rate) throws IOException {
        json.writeObjectFieldStart("rate");
        json.writeNumberField("available", rate.available());
        json.writeNumberField("waiting", rate.waiting());
        json.writeStringField("limit", rate.limit().toString());
        json.writeNumberField("refused", rate.refused());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ThrottleSnapshot throttle) throws IOException {
        json.writeObjectFieldStart("throttle");
        json.writeNumberField("heldBack", throttle.probability());
        json.writeNumberField("refused", throttle.refused());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, RetryBudget.Snapshot budget) throws IOException {
        if (budget.kind() == Kind.UNLIMITED) {
            return;
        }
        boolean tokens = budget.kind() == Kind.TOKEN_BUCKET;
        json.writeObjectFieldStart("budget");
        json.writeNumberField("left", tokens ? budget.tokens() : Math.max(0, budget.allowed() - budget.retries()));
        json.writeNumberField("most", tokens ? budget.capacity() : budget.allowed());
        json.writeStringField("unit", tokens ? "tokens" : "retries");
        json.writeNumberField("granted", budget.withdrawn());
        json.writeNumberField("refused", budget.denied());
        json.writeEndObject();
    }
}
