package dev.plimsoll.telemetry;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.Tried;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A span for each call, with one below it for each attempt. They are made when the call is over, with the times at which
 * it all happened: an observer hears of the end only. So they stand below the span that the caller was in, beside those
 * that the work has made itself.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class CallSpans implements Observer {

    static final AttributeKey<String> DEPENDENCY = AttributeKey.stringKey("plimsoll.dependency");
    static final AttributeKey<String> END = AttributeKey.stringKey("plimsoll.end");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("plimsoll.attempts");
    static final AttributeKey<Double> REMAINING = AttributeKey.doubleKey("plimsoll.deadline.remaining");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("plimsoll.attempt");
    static final AttributeKey<String> VERDICT = AttributeKey.stringKey("plimsoll.verdict");
    static final AttributeKey<String> GATE = AttributeKey.stringKey("plimsoll.refusal.gate");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("plimsoll.refusal.reason");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type"); // OpenTelemetry's own name for it

    private final Tracer tracer;
    private final Time time;

    CallSpans(Tracer tracer, Time time) {
        this.tracer = tracer;
        this.time = time;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CallEnded call) {
            Instant end = time.wall();
            tell(call, end.minusNanos(call.elapsedNanos()), end);
        }
    }

    private void tell(CallEnded call, Instant begin, Instant end) {
        Span span = tracer.spanBuilder("call " + call.group())
                .setStartTimestamp(begin)
                .startSpan();
        if (span.isRecording()) {
            span.setAttribute(DEPENDENCY, call.dependency());
            span.setAttribute(END, Meters.word(call.end()));
            span.setAttribute(ATTEMPTS, (long) call.attempts());
            if (call.leftNanos() != CallEnded.NO_DEADLINE) {
                span.setAttribute(REMAINING, call.leftNanos() / 1e9);
            }
            refused(span, call.refusal());
            failed(span, call.end() == Event.End.ANSWERED ? null : call.error());
            Context inside = Context.current().with(span);
            for (Tried attempt : call.course()) {
                tell(attempt, call.dependency(), inside, begin);
            }
        }
        span.end(end);
    }

    private void tell(Tried attempt, String dependency, Context inside, Instant begin) {
        Span span = tracer.spanBuilder("attempt")
                .setParent(inside)
                .setStartTimestamp(begin.plusNanos(attempt.fromNanos()))
                .startSpan();
        span.setAttribute(DEPENDENCY, dependency);
        span.setAttribute(ATTEMPT, (long) attempt.number());
        span.setAttribute(VERDICT, Meters.word(attempt.verdict()));
        refused(span, attempt.refusal());
        failed(span, attempt.verdict() == Verdict.SUCCESS ? null : attempt.error());
        span.end(begin.plusNanos(attempt.untilNanos()));
    }

    private static void refused(Span span, @Nullable Rejection refusal) {
        if (refusal != null) {
            span.setAttribute(GATE, refusal.gate());
            span.setAttribute(REASON, Meters.word(refusal.reason()));
            span.setStatus(StatusCode.ERROR, refusal.detail());
        }
    }

    private static void failed(Span span, @Nullable Throwable error) {
        if (error != null) {
            String message = error.getMessage();
            span.setAttribute(ERROR, error.getClass().getName());
            span.setStatus(StatusCode.ERROR, message == null ? "" : message);
        }
    }
}
