package dev.plimsoll.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class WatchLinesTest {
    private static final Instant AT = Instant.parse("2026-01-31T10:00:00.123456Z");

    @Test
    void call_whenItWasOk_hasNoReason() {
        Called call = new Called(AT, 17, new Tried(Result.OK, null), 1_234_499, BreakerState.CLOSED);

        assertThat(call.toJson())
                .isEqualTo("{\"t\":\"2026-01-31T10:00:00.123Z\",\"n\":17,\"result\":\"ok\",\"state\":\"CLOSED\","
                        + "\"millis\":1.234}");
    }

    @Test
    void call_whenItFailed_saysWhy() {
        Called call = new Called(
                Instant.parse("2026-01-31T10:00:00Z"),
                1,
                new Tried(Result.FAILED, "HTTP 500"),
                1_000_000_000,
                BreakerState.OPEN);

        assertThat(call.toJson())
                .isEqualTo("{\"t\":\"2026-01-31T10:00:00.000Z\",\"n\":1,\"result\":\"failed\",\"state\":\"OPEN\","
                        + "\"millis\":1000.000,\"reason\":\"HTTP 500\"}");
    }

    @Test
    void transition_namesTheCallThatCausedIt() {
        assertThat(new Moved(OptionalLong.of(17), transition(false)).toJson())
                .isEqualTo("{\"t\":\"2026-01-31T10:00:00.123Z\",\"event\":\"transition\",\"n\":17,"
                        + "\"from\":\"CLOSED\",\"to\":\"OPEN\",\"reason\":\"3 consecutive failures\"}");
    }

    @Test
    void transition_ofTheTimer_hasNoCall() {
        assertThat(new Moved(OptionalLong.empty(), transition(true)).toJson()).contains("\"n\":null");
    }

    @Test
    void view_whenItIsClosed_printsNothingMore() {
        StringWriter written = new StringWriter();
        JsonView view = new JsonView(new PrintWriter(written));
        view.moved(new Moved(OptionalLong.empty(), transition(true)));
        view.close();
        view.moved(new Moved(OptionalLong.empty(), transition(true)));

        assertThat(written.toString().lines()).hasSize(1);
    }

    private static CircuitTransition transition(boolean byTimer) {
        return new CircuitTransition(
                "watched", 1, BreakerState.CLOSED, BreakerState.OPEN, "3 consecutive failures", byTimer, AT);
    }
}
