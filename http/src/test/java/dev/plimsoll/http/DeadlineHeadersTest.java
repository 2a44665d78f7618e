package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.http.DeadlineHeaders.Form;
import dev.plimsoll.http.DeadlineHeaders.Said;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlineHeadersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Said read(String... namesAndValues) {
        HttpHeaders fields = Received.fields(namesAndValues);
        return DeadlineHeaders.read(name -> fields.firstValue(name).orElse(null), () -> NOW);
    }

    private static HttpHeaders written(Deadline deadline, Instant wall) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost/"));
        DeadlineHeaders.write(request, deadline, wall);
        return request.build().headers();
    }

    @ParameterizedTest
    @DisplayName("DL-1 DL-2 both forms are sent, less the reserve: 100 ms, or a tenth of what remains if that is less")
    @CsvSource({
        "PT5S, 4900000u, 2026-01-01T00:00:04.900Z",
        "PT1S, 900000u, 2026-01-01T00:00:00.900Z",
        "PT0.5S, 450000u, 2026-01-01T00:00:00.450Z",
        "PT0.01S, 9000000n, 2026-01-01T00:00:00.009Z",
        "PT0.0001S, 90000n, 2026-01-01T00:00:00Z",
        "PT0.000000009S, 9n, 2026-01-01T00:00:00Z",
        "PT0S, 0n, 2026-01-01T00:00:00Z",
        "-PT3S, 0n, 2026-01-01T00:00:00Z",
        "PT30M, 1799900m, 2026-01-01T00:29:59.900Z",
        "P400D, 34559999S, 2027-02-04T23:59:59.900Z",
    })
    void deadline_isWrittenLessTheReserve(Duration span, String remaining, String instant) {
        for (long origin : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            VirtualTime time = VirtualTime.startingAt(origin, 0);
            HttpHeaders headers = written(Deadline.in(time, span), time.wall());
            assertThat(headers.firstValue("X-Deadline-Remaining")).contains(remaining);
            assertThat(headers.firstValue("X-Deadline")).contains(instant);
        }
    }

    @ParameterizedTest
    @DisplayName("DL-2 an instant is written to the millisecond, rounded down")
    @CsvSource({
        "2026-01-01T00:00:00Z, 0, 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z, 999999, 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z, 1000000, 2026-01-01T00:00:00.001Z",
        "2026-01-01T00:00:00.000999999Z, 1, 2026-01-01T00:00:00.001Z",
        "2026-12-31T23:59:59.999Z, 1000000, 2027-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z, 0, 1969-12-31T23:59:59.999Z",
    })
    void instant_isRoundedDown(Instant wall, long nanos, String text) {
        assertThat(DeadlineHeaders.instant(wall, nanos)).isEqualTo(text);
    }

    @Property
    @Label("DL-2 what is written is read as no more, and little less, wherever the clock starts")
    void whatIsWritten_isReadAsNoMore(@ForAll @LongRange(min = 0, max = Time.LONGEST) long nanos) {
        VirtualTime time = VirtualTime.startingAt(nanos % 2 == 0 ? Long.MAX_VALUE - nanos / 2 : -1, 0);
        Deadline deadline = Deadline.in(time, Duration.ofNanos(nanos));
        long promised = deadline.lessReserve().remaining().toNanos();
        HttpHeaders headers = written(deadline, NOW);
        Said span = read(
                "X-Deadline-Remaining",
                headers.firstValue("X-Deadline-Remaining").orElseThrow());
        Said instant = read("X-Deadline", headers.firstValue("X-Deadline").orElseThrow());
        assertThat(span.form()).isEqualTo(Form.SPAN);
        assertThat(instant.form()).isEqualTo(Form.INSTANT);
        assertThat(promised - span.nanos()).isBetween(0L, promised / 100_000);
        assertThat(promised - instant.nanos()).isBetween(0L, 999_999L);
    }

    @Test
    @DisplayName("DL-2 a relative form is preferred to the instant, ours to that of gRPC, a readable one to any other")
    void form_isChosen() {
        String instant = "2026-01-01T00:00:07Z";
        assertThat(read("X-Deadline-Remaining", "5S", "grpc-timeout", "6S", "X-Deadline", instant))
                .isEqualTo(new Said(Form.SPAN, 5_000_000_000L, null));
        assertThat(read("grpc-timeout", "6S", "X-Deadline", instant))
                .isEqualTo(new Said(Form.SPAN, 6_000_000_000L, null));
        assertThat(read("X-Deadline", instant)).isEqualTo(new Said(Form.INSTANT, 7_000_000_000L, null));
        assertThat(read("X-Deadline-Remaining", "soon", "grpc-timeout", "6S"))
                .isEqualTo(new Said(Form.SPAN, 6_000_000_000L, "X-Deadline-Remaining: soon"));
        assertThat(read("X-Deadline-Remaining", "soon", "X-Deadline", instant))
                .isEqualTo(new Said(Form.INSTANT, 7_000_000_000L, "X-Deadline-Remaining: soon"));
        assertThat(read()).isEqualTo(new Said(Form.NONE, 0, null));
    }

    @ParameterizedTest
    @DisplayName("DL-2 an instant is read in every form of ISO 8601 with a zone, and may be anywhere in time")
    @CsvSource({
        "2026-01-01T00:00:01Z, 1000000000",
        "2026-01-01T00:00:01.000Z, 1000000000",
        "2026-01-01T00:00:00.000000001Z, 1",
        "2026-01-01T01:00:01+01:00, 1000000000",
        "2026-01-01T00:00:00Z, 0",
        "2025-12-31T23:59:59.999999999Z, 0",
        "1970-01-01T00:00:00Z, 0",
        "-999999999-01-01T00:00:00Z, 0",
        "+999999999-12-31T23:59:59Z, 4611686018427387904",
        "9999-12-31T23:59:59Z, 4611686018427387904",
    })
    void instant_isRead(String text, long nanos) {
        assertThat(read("X-Deadline", text)).isEqualTo(new Said(Form.INSTANT, nanos, null));
        assertThat(read("X-Deadline", " " + text + "\t")).isEqualTo(new Said(Form.INSTANT, nanos, null));
    }

    @ParameterizedTest
    @DisplayName("DL-2 what is no instant says nothing, and is shown")
    @ValueSource(
            strings = {
                "",
                "soon",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "1767225600",
                "1767225600000",
                "Thu, 01 Jan 2026 00:00:00 GMT",
                "2026-13-01T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z",
                "+9999999999-12-31T23:59:59Z",
                "-1",
                "٢٠٢٦-01-01T00:00:00Z",
            })
    void text_thatIsNoInstant_saysNothing(String text) {
        Said said = DeadlineHeaders.read(Map.of("X-Deadline", text)::get, () -> NOW);
        assertThat(said).isEqualTo(new Said(Form.NONE, 0, "X-Deadline: " + text));
    }

    @Test
    @DisplayName("DL-2 what is shown of a bad value is short and plain")
    void unreadable_isShownShortAndPlain() {
        Said longOne = DeadlineHeaders.read(Map.of("X-Deadline", "2".repeat(100_000))::get, () -> NOW);
        assertThat(longOne.unreadable()).isEqualTo("X-Deadline: " + "2".repeat(64) + "…");
        Said wild = DeadlineHeaders.read(Map.of("grpc-timeout", "\u001b[2J\r\nx\ud83d")::get, () -> NOW);
        assertThat(wild.unreadable()).isEqualTo("grpc-timeout: ?[2J??x?");
    }

    @Test
    @DisplayName("DL-2 the wall clock is read for an instant only")
    void wallClock_isReadForAnInstantOnly() {
        Said said =
                DeadlineHeaders.read(Map.of("grpc-timeout", "1S", "X-Deadline", "2026-01-01T00:00:00Z")::get, () -> {
                    throw new AssertionError("read");
                });
        assertThat(said.form()).isEqualTo(Form.SPAN);
    }
}
