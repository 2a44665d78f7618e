package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.TripRule;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.console.Listening.Ear;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * The page's picture of the present: what users feel, and the dependencies, the most harmful one first.
 *
 * <p>Harm is bad calls per second within the window; a breaker that is not closed adds a half, or a little less when an
 * operator holds it, and what is saturated up to a tenth: so that of two dependencies that do no harm the one in trouble stands
 * first, and what somebody did on purpose after that. It is a number with one digit behind
 * the point, and who does as much harm stands in the order of the names: so that the page does not reorder for nothing. A page
 * gets the first three hundred; what else there is it may ask for by name.
 *
 * <p><b>Threading:</b> for one thread at a time, and not while somebody ticks.
 */
final class Overview {

    private static final int MOST_SHOWN = 300;
    private static final int LONGEST_ERROR = 300;
    private static final double TROUBLED = 0.5;
    private static final double OPERATED = 0.4;
    private static final double SATURATED = 0.1;

    private final Guards guards;
    private final Counters counters;
    private final Listening listening;
    private final Watches watches;
    private final Time time;
    private final Histogram sum = Latencies.sum(); // of one dependency after the other

    Overview(Guards guards, Counters counters, Listening listening, Watches watches, Time time) {
        this.guards = guards;
        this.counters = counters;
        this.listening = listening;
        this.watches = watches;
        this.time = time;
    }

    /**
     * The keys of a group.
     *
     * @param troubled how many of them have a circuit that is not closed; the one that is shared by those beyond the most counts
     */
    private record Keys(long all, long troubled) {}

    /**
     * A dependency as it stands.
     *
     * @param guard its numbers; of a group those of the guard that its keys share
     * @param breaker its own breaker; null when it has none, or is a group
     * @param keys those of a group; null for one guard
     */
    private record Row(
            String name,
            GuardSnapshot guard,
            @Nullable CircuitBreaker breaker,
            @Nullable Keys keys,
            Traffic traffic,
            double harm) {}

    /** As the page reads it. */
    String json() {
        List<Row> rows = rows(any -> true);
        return Json.object(json -> {
            json.writeNumberField("at", time.wall().toEpochMilli());
            json.writeNumberField("seconds", Seconds.WINDOW);
            Ear ear = listening.ear();
            if (ear != null) {
                json.writeNumberField("heardSince", ear.since().toEpochMilli());
            }
            json.writeObjectFieldStart("users");
            if (ear != null && ear.listener().users().seconds() > 0) {
                write(json, ear.listener().users());
            } else {
                writeGuarded(json, rows);
            }
            json.writeEndObject();
            writeAttempts(json, rows);
            Banner.write(json, watches.banners());
            json.writeNumberField("all", rows.size());
            write(json, rows);
        });
    }

    /**
     * Those whose name has a text in it, also such as are too many for a page to get unasked.
     *
     * @param wanted the text, in capitals or not
     */
    String matching(String wanted) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        List<Row> rows = rows(name -> name.toLowerCase(Locale.ROOT).contains(lower));
        return Json.object(json -> {
            json.writeNumberField("all", guards.all().size() + guards.allKeyed().size());
            json.writeNumberField("matching", rows.size());
            json.writeNumberField("at", time.wall().toEpochMilli());
            write(json, rows);
        });
    }

    private void write(JsonGenerator json, List<Row> rows) throws IOException {
        json.writeArrayFieldStart("dependencies");
        for (Row row : rows.subList(0, Math.min(MOST_SHOWN, rows.size()))) {
            write(json, row);
        }
        json.writeEndArray();
    }

    /** The most harmful first. */
    private List<Row> rows(Predicate<String> wanted) {
        List<Row> rows = new ArrayList<>();
        for (Guard guard : guards.all()) {
            if (wanted.test(guard.name())) {
                rows.add(row(guard.name(), guard.snapshot(), guard.circuitBreaker(), null));
            }
        }
        for (KeyedGuards<?> keyed : guards.allKeyed()) {
            if (!wanted.test(keyed.name())) {
                continue;
            }
            List<GuardSnapshot> each = KeyCounts.guardsOf(keyed);
            GuardSnapshot shared = each.get(each.size() - 1);
            long troubled = each.stream().filter(Overview::isTroubled).count();
            rows.add(row(keyed.name(), shared, null, new Keys(each.size() - 1, troubled)));
        }
        rows.sort(Comparator.comparingDouble(Row::harm).reversed().thenComparing(Row::name));
        return rows;
    }

    private Row row(String name, GuardSnapshot guard, @Nullable CircuitBreaker breaker, @Nullable Keys keys) {
        Traffic traffic = counters.of(name);
        boolean troubled = keys == null ? isTroubled(guard) : keys.troubled() > 0;
        double trouble = !troubled ? 0 : isOperated(guard) ? OPERATED : TROUBLED;
        double full = keys == null ? SATURATED * Saturation.of(guard) : 0;
        double harm = traffic.bad() / (double) traffic.seconds() + trouble + full;
        return new Row(name, guard, breaker, keys, traffic, Math.rint(harm * 10) / 10);
    }

    private static boolean isTroubled(GuardSnapshot guard) {
        return !Troubles.isClosed(guard);
    }

    private static boolean isOperated(GuardSnapshot guard) {
        return guard.breaker().flatMap(BreakerSnapshot::operated).isPresent();
    }

    private void write(JsonGenerator json, Users users) throws IOException {
        json.writeNumberField("seconds", users.seconds());
        json.writeBooleanField("heard", true);
        json.writeNumberField("calls", users.calls());
        json.writeNumberField("answered", users.ended(End.ANSWERED) + users.fellBack());
        json.writeNumberField("fellBack", users.fellBack());
        json.writeNumberField("bad", users.ended(End.FAILED) + users.ended(End.TIMED_OUT) + users.ended(End.REFUSED));
        json.writeNumberField("refused", users.ended(End.REFUSED));
        sum.reset();
        users.addTo(sum);
        writePercentiles(json, sum);
        writeLatencies(json, sum);
    }

    /** The histogram itself: whoever shows several processes adds theirs, for percentiles cannot be added. */
    private static void writeLatencies(JsonGenerator json, Histogram micros) throws IOException {
        json.writeArrayFieldStart("latencies");
        for (HistogramIterationValue took : micros.recordedValues()) {
            json.writeStartArray();
            json.writeNumber(took.getValueIteratedTo());
            json.writeNumber(took.getCountAtValueIteratedTo());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /** What the guards have counted, for as long as nobody has listened: nested calls too, and before any fallback. */
    private static void writeGuarded(JsonGenerator json, List<Row> rows) throws IOException {
        long calls = 0;
        long answered = 0;
        long bad = 0;
        long refused = 0;
        for (Row row : rows) {
            calls += row.traffic().calls();
            answered += row.traffic().ended(End.ANSWERED);
            bad += row.traffic().bad();
            refused += row.traffic().ended(End.REFUSED);
        }
        json.writeNumberField("seconds", Seconds.WINDOW);
        json.writeBooleanField("heard", false);
        json.writeNumberField("calls", calls);
        json.writeNumberField("answered", answered);
        json.writeNumberField("fellBack", 0);
        json.writeNumberField("bad", bad);
        json.writeNumberField("refused", refused);
        json.writeNumberField("measured", 0);
    }

    /** How much load the dependencies get: attempts, and the calls that were not refused. */
    private static void writeAttempts(JsonGenerator json, List<Row> rows) throws IOException {
        long attempts = 0;
        long begun = 0;
        for (Row row : rows) {
            attempts += row.traffic().attempts();
            begun += row.traffic().calls() - row.traffic().ended(End.REFUSED);
        }
        json.writeNumberField("attempts", attempts);
        json.writeNumberField("begun", begun);
    }

    /** In milliseconds; absent when there is nothing to measure. */
    private static void writePercentiles(JsonGenerator json, Histogram micros) throws IOException {
        json.writeNumberField("measured", micros.getTotalCount());
        if (micros.getTotalCount() > 0) {
            json.writeNumberField("p50", micros.getValueAtPercentile(50) / 1e3);
            json.writeNumberField("p99", micros.getValueAtPercentile(99) / 1e3);
        }
    }

    private void write(JsonGenerator json, Row row) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", row.name());
        Traffic traffic = row.traffic();
        json.writeNumberField("harm", row.harm());
        json.writeNumberField("seconds", traffic.seconds());
        json.writeObjectFieldStart("ends");
        for (End end : End.values()) {
            json.writeNumberField(end.name(), traffic.ended(end));
        }
        json.writeEndObject();
        json.writeNumberField("attempts", traffic.attempts());
        sum.reset();
        traffic.addAttemptTimes(sum);
        writePercentiles(json, sum);
        writeSpark(json, "good", traffic.spark(End.ANSWERED));
        writeSpark(json, "bad", traffic.spark(End.FAILED, End.TIMED_OUT));
        writeSpark(json, "refused", traffic.spark(End.REFUSED));
        GuardSnapshot guard = row.guard();
        if (guard.attemptTimeout().isPresent()) {
            json.writeNumberField("timeout", guard.attemptTimeout().get().toNanos() / 1e6);
        }
        Keys keys = row.keys();
        if (keys != null) {
            json.writeNumberField("keys", keys.all());
            json.writeNumberField("troubledKeys", keys.troubled());
        } else {
            writeBreaker(json, row.breaker(), guard.breaker());
        }
        Troubles.write(
                json,
                keys == null ? Troubles.of(guard, traffic) : Troubles.ofKeys(guard, keys.troubled() > 0, traffic));
        writeFailures(json, traffic);
        if (keys == null) { // each key has places of its own
            Saturation.write(json, guard);
        }
        json.writeEndObject();
    }

    /** Since when calls fail, what was last heard of why, and since when it is too many that fail. */
    private static void writeFailures(JsonGenerator json, Traffic traffic) throws IOException {
        if (traffic.failingSince() == 0) {
            return;
        }
        json.writeNumberField("failingSince", traffic.failingSince());
        String last = traffic.lastFailure();
        if (last != null) {
            json.writeStringField("lastFailure", last);
        }
        if (traffic.failsSince() != 0 && traffic.tooManyFail()) {
            json.writeNumberField("failsSince", traffic.failsSince());
        }
    }

    /** Left out when there was nothing: most are, where there are many. */
    private static void writeSpark(JsonGenerator json, String name, List<Long> seconds) throws IOException {
        if (seconds.stream().allMatch(count -> count == 0)) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (long second : seconds) {
            json.writeNumber(second);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, BreakerSnapshot.Operated operated) throws IOException {
        json.writeObjectFieldStart("operated");
        json.writeStringField("who", operated.who());
        json.writeStringField("reason", operated.reason());
        if (operated.endsIn().isPresent()) {
            json.writeNumberField("endsIn", operated.endsIn().get().toMillis());
        }
        json.writeEndObject();
    }

    private static void writeBreaker(
            JsonGenerator json, @Nullable CircuitBreaker breaker, Optional<BreakerSnapshot> snapshot)
            throws IOException {
        if (breaker == null || snapshot.isEmpty()) {
            return;
        }
        BreakerSnapshot now = snapshot.get();
        json.writeObjectFieldStart("circuit");
        json.writeStringField("state", now.state().name());
        json.writeNumberField("since", now.since().toEpochMilli());
        json.writeStringField("reason", now.reason());
        json.writeNumberField("admitting", now.admitting());
        json.writeNumberField("probes", now.judged().probes());
        if (now.nextProbeIn().isPresent()) {
            json.writeNumberField("nextProbe", now.nextProbeIn().get().toMillis());
        }
        if (now.lastError().isPresent()) {
            json.writeStringField("lastError", Json.cut(now.lastError().get(), LONGEST_ERROR));
        }
        if (now.operated().isPresent()) {
            write(json, now.operated().get());
        }
        writeProbing(json, breaker.config(), now.state());
        Integer more = now.state() == BreakerState.CLOSED ? Outlook.nearest(breaker.config(), now) : null;
        if (more != null) {
            json.writeNumberField("moreOpen", more);
        }
        json.writeEndObject();
    }

    /** What is tried next, where something is. */
    private static void writeProbing(JsonGenerator json, BreakerConfig config, BreakerState state) throws IOException {
        if (state == BreakerState.OPEN || state == BreakerState.HALF_OPEN) {
            json.writeNumberField("mostProbes", config.probing().maxConcurrent());
            json.writeNumberField("goodProbes", config.probing().successesToClose());
            json.writeBooleanField(
                    "slowOpens", config.rules().stream().anyMatch(rule -> rule instanceof TripRule.SlowCallRate));
        }
    }
}
