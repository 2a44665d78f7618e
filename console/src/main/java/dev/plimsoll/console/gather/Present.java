package dev.plimsoll.console.gather;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.plimsoll.console.gather.Seen.Row;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The present of several processes as one: counts are added, percentiles come from the sum of the histograms, and the
 * dependencies of all stand in one order. A process that is gone counts in no sum; its dependencies stand last, as they were.
 */
final class Present {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_SHOWN = 300;
    private static final long MOST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 2;
    private static final String ALL = "all";
    private static final String SECONDS = "seconds";
    private static final long USUAL_SECONDS = 10;
    private static final List<String> USERS = List.of("calls", "answered", "fellBack", "bad", "refused", "measured");

    private Present() {}

    /** A dependency, and since when its process is gone; null when it is there. */
    private record Shown(Row row, long age, @Nullable Long gone) {

        private boolean isGone() {
            return gone != null;
        }
    }

    static String json(List<Member> members, Instant now, long precise) {
        List<Seen> there = members.stream()
                .filter(Member::isThere)
                .map(Member::seen)
                .filter(seen -> seen != null)
                .toList();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("at", now.toEpochMilli());
            writeTotals(json, there, members);
            writeUsers(json, there);
            writeProcesses(json, members);
            writeBanners(json, members, precise);
            write(json, shown(members, precise));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot be: a StringWriter takes all
        }
        return text.toString();
    }

    /** Those whose name has a text in it, among all that was received. */
    static String matching(List<Member> members, String lower, Instant now, long precise) {
        List<Shown> all = shown(members, precise);
        List<Shown> matching = all.stream()
                .filter(shown -> shown.row().name().toLowerCase(Locale.ROOT).contains(lower))
                .toList();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField(
                    ALL, all.stream().filter(shown -> !shown.isGone()).count());
            json.writeNumberField("matching", matching.size());
            json.writeNumberField("at", now.toEpochMilli());
            write(json, matching);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot be: a StringWriter takes all
        }
        return text.toString();
    }

    private static void writeTotals(JsonGenerator json, List<Seen> there, List<Member> members) throws IOException {
        Map<String, Long> totals = new LinkedHashMap<>(Map.of("attempts", 0L, "begun", 0L));
        for (Seen seen : there) {
            seen.totals().forEach((name, number) -> add(totals, name, number));
        }
        totals.remove("at");
        totals.putIfAbsent(SECONDS, USUAL_SECONDS);
        totals.put(
                ALL,
                members.stream()
                        .filter(Member::isThere)
                        .mapToLong(Present::dependencies)
                        .sum());
        for (Map.Entry<String, Long> total : totals.entrySet()) {
            json.writeNumberField(total.getKey(), total.getValue());
        }
    }

    /** How many a process has, shown or not. */
    private static long dependencies(Member member) {
        Seen seen = member.seen();
        return seen == null ? 0 : seen.totals().getOrDefault(ALL, 0L);
    }

    /** Spans of time and instants are those of the longest, and the latest; all else is counted. */
    private static void add(Map<String, Long> totals, String name, long number) {
        boolean isTime = name.equals(SECONDS) || name.endsWith("Since");
        totals.merge(name, number, isTime ? Math::max : Long::sum);
    }

    private static void writeUsers(JsonGenerator json, List<Seen> there) throws IOException {
        Map<String, Long> users = new LinkedHashMap<>();
        USERS.forEach(name -> users.put(name, 0L));
        Histogram latencies = new Histogram(MOST_MICROS, DIGITS);
        for (Seen seen : there) {
            seen.users().forEach((name, number) -> add(users, name, number));
            for (long[] took : seen.latencies()) {
                latencies.recordValueWithCount(Math.min(MOST_MICROS, took[0]), took[1]);
            }
        }
        users.putIfAbsent(SECONDS, USUAL_SECONDS);
        json.writeObjectFieldStart("users");
        json.writeBooleanField("heard", there.stream().allMatch(Seen::isHeard));
        for (Map.Entry<String, Long> number : users.entrySet()) {
            json.writeNumberField(number.getKey(), number.getValue());
        }
        if (latencies.getTotalCount() > 0) {
            json.writeNumberField("p50", latencies.getValueAtPercentile(50) / 1e3);
            json.writeNumberField("p99", latencies.getValueAtPercentile(99) / 1e3);
        }
        json.writeEndObject();
    }

    private static void writeProcesses(JsonGenerator json, List<Member> members) throws IOException {
        json.writeArrayFieldStart("processes");
        for (Member member : members) {
            Member.State state = member.state();
            json.writeStartObject();
            json.writeStringField("name", member.name());
            json.writeStringField("address", member.address().toString());
            if (state.phase() == Member.Phase.GONE) {
                json.writeNumberField("gone", state.since().toEpochMilli());
                json.writeBooleanField("wasThere", state.wasThere());
                json.writeStringField("why", state.why());
                json.writeBooleanField("answers", state.answers());
                json.writeNumberField("every", state.pause().toSeconds());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What the services say of themselves, of those that are there. */
    private static void writeBanners(JsonGenerator json, List<Member> members, long precise) throws IOException {
        json.writeArrayFieldStart("banners");
        for (Member member : members) {
            Seen seen = member.seen();
            if (seen != null && member.isThere()) {
                for (Row banner : seen.banners()) {
                    json.writeRawValue(banner.json(age(member, precise), null));
                }
            }
        }
        json.writeEndArray();
    }

    private static long age(Member member, long precise) {
        return Math.max(0, precise - member.seenAt()) / 1_000_000;
    }

    /** Those that are there before those that are not, and the most harmful first. */
    private static List<Shown> shown(List<Member> members, long precise) {
        List<Shown> all = new ArrayList<>();
        for (Member member : members) {
            Seen seen = member.seen();
            Member.State state = member.state();
            Long gone = state.phase() == Member.Phase.GONE ? state.since().toEpochMilli() : null;
            long age = age(member, precise);
            for (Row row : seen == null ? List.<Row>of() : seen.rows()) {
                all.add(new Shown(row, age, gone));
            }
        }
        all.sort(Comparator.comparing(Shown::isGone)
                .thenComparingDouble(shown -> -shown.row().harm())
                .thenComparing(shown -> shown.row().name()));
        return all;
    }

    private static void write(JsonGenerator json, List<Shown> all) throws IOException {
        json.writeArrayFieldStart("dependencies");
        for (Shown shown : all.subList(0, Math.min(MOST_SHOWN, all.size()))) {
            json.writeRawValue(shown.row().json(shown.age(), shown.gone()));
        }
        json.writeEndArray();
    }

    /** A dependency from near, named with its process. */
    static Forwarded named(String process, Forwarded detail) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonParser in = JSON.createParser(detail.body());
                JsonGenerator out = JSON.createGenerator(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it sends something that is no object");
            }
            out.writeStartObject();
            out.writeStringField("process", process);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                JsonToken value = in.nextToken();
                out.writeFieldName(field);
                if (field.equals("name") && value == JsonToken.VALUE_STRING) {
                    out.writeString(process + ":" + in.getText());
                } else {
                    out.copyCurrentStructure(in);
                }
            }
            out.writeEndObject();
        }
        return new Forwarded(detail.status(), detail.type(), text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
