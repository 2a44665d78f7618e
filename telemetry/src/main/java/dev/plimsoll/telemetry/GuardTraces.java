package dev.plimsoll.telemetry;

import dev.plimsoll.Guards;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells OpenTelemetry what all guards of an application do, those included that are made later: a span for each call with
 * its attempts and the legs of those below it, and the same numbers that Micrometer gets.
 *
 * <pre>{@code
 * GuardTraces traces = GuardTraces.of(guards).start(openTelemetry);
 * }</pre>
 *
 * <p>The span of a call is in force for whatever runs inside, on all threads that the call comes to: what the work traces
 * stands below it.
 *
 * <p><b>Threading:</b> set up and closed by one thread.
 */
@SuppressWarnings("exports") // who uses this has OpenTelemetry
public final class GuardTraces implements AutoCloseable {

    /** The name of the tracer and the meter. */
    static final String SCOPE = "dev.plimsoll";

    private final Guards guards;
    private final List<Drain> drains = new ArrayList<>();
    private final List<Shedder> shedders = new ArrayList<>();
    private final List<Degradation> degradations = new ArrayList<>();
    private boolean spans = true;
    private boolean metrics = true;
    private @Nullable CallSpans observer;
    private @Nullable Numbers numbers;
    private @Nullable OpenTelemetryInstruments instruments;

    private GuardTraces(Guards guards) {
        this.guards = guards;
    }

    /**
     * What guards do, not told to anybody yet.
     *
     * @param guards whose
     * @return to be started
     */
    public static GuardTraces of(Guards guards) {
        return new GuardTraces(Objects.requireNonNull(guards, "guards"));
    }

    /**
     * Carries OpenTelemetry's context to all threads that a call moves to, so that spans of the work there have the
     * caller's span above them. For {@code GuardsBuilder.contextCarrier}, where the calls themselves have no spans: those
     * that have take it along without.
     *
     * @return the same for everybody
     */
    public static ContextCarrier carrier() {
        return () -> {
            Context context = Context.current();
            return () -> inForce(context);
        };
    }

    /** Puts a context in force on this thread. */
    @SuppressWarnings("MustBeClosedChecker") // the engine that asks for it closes it, in a finally
    static ContextCarrier.Scope inForce(Context context) {
        Scope scope = context.makeCurrent();
        return scope::close;
    }

    /**
     * Leaves the numbers out, as when Micrometer has them already.
     *
     * @return this
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces spansOnly() {
        checkNotStarted();
        metrics = false;
        return this;
    }

    /**
     * Leaves the spans out.
     *
     * @return this
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces metricsOnly() {
        checkNotStarted();
        spans = false;
        return this;
    }

    /**
     * Has numbers for a drain as well.
     *
     * @param drain its name is the value of the attribute {@code dependency}
     * @return this
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces drain(Drain drain) {
        checkNotStarted();
        drains.add(Objects.requireNonNull(drain, "drain"));
        return this;
    }

    /**
     * Has numbers for a shedder as well.
     *
     * @param shedder its name is the value of the attribute {@code dependency}
     * @return this
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces shedder(Shedder shedder) {
        checkNotStarted();
        shedders.add(Objects.requireNonNull(shedder, "shedder"));
        return this;
    }

    /**
     * Has numbers for a level of degradation as well.
     *
     * @param degradation its name is the value of the attribute {@code dependency}
     * @return this
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces degradation(Degradation degradation) {
        checkNotStarted();
        degradations.add(Objects.requireNonNull(degradation, "degradation"));
        return this;
    }

    private void checkNotStarted() {
        if (observer != null || numbers != null) {
            throw new IllegalStateException("started already");
        }
    }

    /**
     * Tells everything from now on.
     *
     * @param openTelemetry whom
     * @return this, to be closed
     * @throws IllegalStateException when it was started already
     */
    public GuardTraces start(OpenTelemetry openTelemetry) {
        Objects.requireNonNull(openTelemetry, "openTelemetry");
        checkNotStarted();
        if (metrics) {
            OpenTelemetryInstruments made = new OpenTelemetryInstruments(openTelemetry.getMeter(SCOPE));
            instruments = made;
            numbers = Numbers.bind(new Numbers.Bound(guards, false, drains, shedders, degradations), made);
        }
        if (spans) {
            CallSpans made = new CallSpans(openTelemetry.getTracer(SCOPE), guards.time());
            observer = made;
            guards.observe(made);
        }
        return this;
    }

    /** Tells nothing any more. The spans of calls under way end now, without saying how those end. */
    @Override
    public void close() {
        if (observer != null) {
            guards.forget(observer);
            observer.close();
            observer = null;
        }
        if (numbers != null) {
            numbers.close();
            numbers = null;
        }
        if (instruments != null) {
            instruments.close();
            instruments = null;
        }
    }
}
