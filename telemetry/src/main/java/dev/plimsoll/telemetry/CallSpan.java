package dev.plimsoll.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The span of one call, as it is found inside of that by who hears of its end.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 *
 * @param span not ended yet
 * @param dependency the guard's name
 * @param begin when the call began
 * @param over whether its end has been told
 */
record CallSpan(Span span, String dependency, Instant begin, AtomicBoolean over) {

    /** Begins one below the span in force. */
    static CallSpan begin(Tracer tracer, String dependency, Instant begin) {
        int slash = dependency.indexOf('/');
        Span span = tracer.spanBuilder("call " + (slash < 0 ? dependency : dependency.substring(0, slash)))
                .setStartTimestamp(begin)
                .setAttribute(CallSpans.DEPENDENCY, dependency)
                .startSpan();
        return new CallSpan(span, dependency, begin, new AtomicBoolean());
    }

    /** That of the call that this thread is inside of and that ends now; null when there is none. */
    static @Nullable CallSpan endingHere(String dependency, ContextKey<CallSpan> key) {
        CallSpan open = Context.current().get(key);
        return open != null && open.dependency.equals(dependency) && open.ends() ? open : null;
    }

    /** Whether whoever asks is the first to end it. */
    boolean ends() {
        return over.compareAndSet(false, true);
    }

    /** The context with the span in it. */
    Context in(Context outer, ContextKey<CallSpan> key) {
        return outer.with(span).with(key, this);
    }
}
