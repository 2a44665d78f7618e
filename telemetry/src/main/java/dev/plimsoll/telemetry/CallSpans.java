package dev.plimsoll.telemetry;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.Tried;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.time.Time;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A span for each call, with one below it for each attempt, and for each leg of those that may be hedged.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class CallSpans implements CallObserver {
    /*
     * The span of a call begins with it, and is in force for whatever runs inside; the call takes it along to its other
     * threads. So what the work traces itself stands below it, spans of other guards' calls included. Those of attempts and
     * legs are made when they are over, with the times at which it happened.
     *
     * The end of a call is told inside of it, on whatever thread: so the span is found in the context that is in force
     * there. Where it is not, for the call began before anybody listened, one is made then.
     *
     * Concurrency: whoever is the first to end a span ends it. One that begins while all are ended, for nobody listens any more,
     * either is among them or sees that it comes too late.
     */

    static final AttributeKey<String> DEPENDENCY = AttributeKey.stringKey("plimsoll.dependency");
    static final AttributeKey<String> END = AttributeKey.stringKey("plimsoll.end");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("plimsoll.attempts");
    static final AttributeKey<Double> REMAINING = AttributeKey.doubleKey("plimsoll.deadline.remaining");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("plimsoll.attempt");
    static final AttributeKey<Long> LEG = AttributeKey.longKey("plimsoll.leg");
    static final AttributeKey<String> RESULT = AttributeKey.stringKey("plimsoll.leg.result");
    static final AttributeKey<String> VERDICT = AttributeKey.stringKey("plimsoll.verdict");
    static final AttributeKey<String> GATE = AttributeKey.stringKey("plimsoll.refusal.gate");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("plimsoll.refusal.reason");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type"); // OpenTelemetry's own name for it

    private final ContextKey<CallSpan> key =
            ContextKey.named("plimsoll-call"); // others that trace the same have their own
    private final Set<CallSpan> underWay = ConcurrentHashMap.newKeySet();
    private final Tracer tracer;
    private final Time time;
    private volatile boolean closed;

    CallSpans(Tracer tracer, Time time) {
        this.tracer = tracer;
        this.time = time;
    }

    // ---------------------------------------------------------------- the beginning

    @Override
    public Scope begins(String dependency) {
        CallSpan begun = CallSpan.begin(tracer, dependency, time.wall());
        underWay.add(begun);
        if (closed) {
            cutOff(begun);
        }
        return GuardTraces.inForce(begun.in(Context.current(), key));
    }

    @Override
    public Snapshot capture() {
        return GuardTraces.carrier().capture();
    }

    // ---------------------------------------------------------------- the end

    @Override
    public void on(Event event) {
        if (closed) {
            return;
        }
        if (event instanceof CallEnded call) {
            ended(call);
        } else if (event instanceof LegEnded leg) {
            ended(leg);
        }
    }

    private void ended(CallEnded call) {
        CallSpan open = CallSpan.endingHere(call.dependency(), key);
        if (open != null) {
            underWay.remove(open);
        } else {
            open = CallSpan.begin(tracer, call.dependency(), time.wall().minusNanos(call.elapsedNanos()));
        }
        try {
            tell(call, open);
        } finally {
            open.span().end(open.begin().plusNanos(call.elapsedNanos()));
        }
    }

    private void tell(CallEnded call, CallSpan open) {
        Span span = open.span();
        if (!span.isRecording()) {
            return;
        }
        span.setAttribute(END, Meters.word(call.end()));
        span.setAttribute(ATTEMPTS, (long) call.attempts());
        if (call.leftNanos() != CallEnded.NO_DEADLINE) {
            span.setAttribute(REMAINING, call.leftNanos() / 1e9);
        }
        describe(span, call.end() != Event.End.ANSWERED, call.refusal(), call.error());
        Context inside = open.in(Context.current(), key);
        for (Tried attempt : call.course()) {
            tell(attempt, call.dependency(), inside, open.begin());
        }
    }

    private void tell(Tried attempt, String dependency, Context inside, Instant begin) {
        Span span = below(inside, "attempt", dependency, attempt.number(), begin.plusNanos(attempt.fromNanos()));
        try {
            span.setAttribute(VERDICT, Meters.word(attempt.verdict()));
            boolean bad = attempt.verdict().isBad() || attempt.refusal() != null || attempt.error() != null;
            describe(span, bad && attempt.verdict() != Verdict.SUCCESS, attempt.refusal(), attempt.error());
        } finally {
            span.end(begin.plusNanos(attempt.untilNanos()));
        }
    }

    /** A leg may be over when its call is already; it is told inside of it all the same. */
    private void ended(LegEnded leg) {
        Instant end = time.wall();
        Instant begin = end.minusNanos(leg.elapsedNanos());
        Span span = below(Context.current(), "leg", leg.dependency(), leg.number(), begin);
        try {
            span.setAttribute(LEG, (long) leg.leg());
            span.setAttribute(RESULT, Meters.word(leg.result()));
            span.setAttribute(VERDICT, Meters.word(leg.verdict()));
            boolean bad = leg.error() != null && leg.result() != LegEnded.Result.CANCELLED; // losing is none
            describe(span, bad, null, leg.error());
        } finally {
            span.end(end);
        }
    }

    private Span below(Context inside, String name, String dependency, int number, Instant begin) {
        SpanBuilder builder = tracer.spanBuilder(name).setParent(inside).setStartTimestamp(begin);
        return builder.setAttribute(DEPENDENCY, dependency)
                .setAttribute(ATTEMPT, (long) number)
                .startSpan();
    }

    /** How something ended: who refused it or what went wrong, and whether that is an error for whoever looks at the span. */
    private static void describe(Span span, boolean bad, @Nullable Rejection refusal, @Nullable Throwable error) {
        String words = "";
        if (refusal != null) {
            span.setAttribute(GATE, Meters.gate(refusal));
            span.setAttribute(REASON, Meters.word(refusal.reason()));
            words = refusal.detail();
        }
        if (bad && error != null) {
            span.setAttribute(ERROR, error.getClass().getName());
            String message = messageOf(error);
            words = message == null ? words : message;
        }
        if (bad) {
            span.setStatus(StatusCode.ERROR, words);
        }
    }

    /** Code of the user's. */
    private static @Nullable String messageOf(Throwable error) {
        try {
            return error.getMessage();
        } catch (RuntimeException unreadable) {
            return "(its message cannot be read)";
        }
    }

    // ---------------------------------------------------------------- nobody listens any more

    private void cutOff(CallSpan open) {
        underWay.remove(open);
        if (open.ends()) {
            open.span().end();
        }
    }

    /** Ends the spans of the calls that are under way: nobody will tell when these end. */
    void close() {
        closed = true;
        underWay.forEach(this::cutOff);
    }
}
