package dev.plimsoll.http;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.http.DeadlineHeaders.Said;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come in to a service: reads by when their senders want an answer and which attempt of theirs it is,
 * refuses those whose time is up, and counts. One per service.
 *
 * <pre>{@code
 * InboundEdge edge = InboundEdge.create("orders");
 * edge.receive(exchange.getRequestHeaders()).run(() -> answer(exchange));
 * }</pre>
 *
 * <p>A deadline is the first of these that is there and can be read; what cannot be read is counted and ignored:
 *
 * <ol>
 *   <li>{@code X-Deadline-Remaining}, then {@code grpc-timeout}: how long is left, as one to eight digits and a unit
 *       (H, M, S, m, u, n). It counts from here, so what the request spent on its way is not taken from it.
 *   <li>{@code X-Deadline}: an instant (ISO 8601 with a zone), compared with the wall clock once, now.
 * </ol>
 *
 * <p>It combines with one that is in force already to the earlier: whoever sends it can only shorten.
 *
 * <p>Clocks differ, so of the requests that have an instant alone at most 20 % are refused (and at most ten more in a row,
 * after a time without refusals). The others whose time seems to be up are done without a deadline, for the guards within
 * would refuse in our place. A request that says how long is left, and says zero, is always refused.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing waits.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class InboundEdge {

    private static final String GATE = "deadline";

    private final String name;
    private final Time time;
    private final ClockTrust trust = new ClockTrust();
    private final LongAdder received = new LongAdder();
    private final LongAdder withSpan = new LongAdder();
    private final LongAdder withInstant = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final LongAdder expiredBySpan = new LongAdder();
    private final LongAdder expiredByClock = new LongAdder();
    private final LongAdder excused = new LongAdder();
    private final LongAdder untrusted = new LongAdder();
    private final LongAdder unknownCriticality = new LongAdder();
    private volatile @Nullable String lastUnreadable;

    private InboundEdge(String name, Time time) {
        this.name = name;
        this.time = time;
    }

    /**
     * An edge on the real time.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @return a new edge
     * @throws ConfigurationException when the name cannot be used
     */
    public static InboundEdge create(String name) {
        return create(name, Time.system());
    }

    /**
     * An edge on a time of its own, which must be that of the guards within.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param time its clocks
     * @return a new edge
     * @throws ConfigurationException when the name cannot be used
     */
    public static InboundEdge create(String name, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("inbound edge " + name);
        check.name(name);
        check.given("time", time);
        check.done();
        return new InboundEdge(name, time);
    }

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /**
     * Lets a request in.
     *
     * @param headers the values of each field, by its name in any case, as {@link java.net.http.HttpHeaders#map()} and the
     *     JDK's {@code HttpServer} give them; several values of one field count as one that cannot be read
     * @return what it says; its work is to be done through it
     * @throws RejectedException DEADLINE_EXPIRED when its time is up; no work should be done for it
     */
    public Inbound receive(Map<String, List<String>> headers) {
        Objects.requireNonNull(headers, "headers");
        return receive(name -> Inbound.joined(headers, name));
    }

    /**
     * Lets a request in.
     *
     * @param header gives the value of a field, null when it is absent; such as {@code request::getHeader}
     * @return what it says; its work is to be done through it
     * @throws RejectedException DEADLINE_EXPIRED when its time is up; no work should be done for it
     */
    public Inbound receive(Function<String, @Nullable String> header) {
        return receive(header, false);
    }

    /**
     * Lets a request in.
     *
     * @param headers as in {@link #receive(Map)}
     * @param trusted as in {@link #receive(Function, boolean)}
     * @return what it says; its work is to be done through it
     * @throws RejectedException DEADLINE_EXPIRED when its time is up; no work should be done for it
     */
    public Inbound receive(Map<String, List<String>> headers, boolean trusted) {
        Objects.requireNonNull(headers, "headers");
        return receive(name -> Inbound.joined(headers, name), trusted);
    }

    /**
     * Lets a request in, whose sender may be trusted to say how much it matters ({@code X-Criticality}). Of others that is
     * ignored and counted: whoever may call himself critical is.
     *
     * @param header gives the value of a field, null when it is absent; such as {@code request::getHeader}
     * @param trusted whether its sender is one of ours: by its certificate or its network, not by what it says
     * @return what it says; its work is to be done through it
     * @throws RejectedException DEADLINE_EXPIRED when its time is up; no work should be done for it
     */
    public Inbound receive(Function<String, @Nullable String> header, boolean trusted) {
        Objects.requireNonNull(header, "header");
        Said said = DeadlineHeaders.read(header, time::wall);
        received.increment();
        if (said.unreadable() != null) {
            lastUnreadable = said.unreadable();
            unreadable.increment();
        }
        Deadline deadline = switch (said.form()) {
            case NONE -> Deadline.none();
            case SPAN -> bySpan(said.nanos());
            case INSTANT -> byClock(said.nanos());
        };
        return new Inbound(header.apply(AttemptHeader.NAME), deadline, criticality(header, trusted));
    }

    private @Nullable Criticality criticality(Function<String, @Nullable String> header, boolean trusted) {
        String said = header.apply(CriticalityHeader.NAME);
        if (said == null) {
            return null;
        }
        if (!trusted) {
            untrusted.increment();
            return null;
        }
        Criticality criticality = CriticalityHeader.read(said);
        if (criticality == null) {
            unknownCriticality.increment();
        }
        return criticality;
    }

    private Deadline bySpan(long nanos) {
        withSpan.increment();
        if (nanos == 0) {
            expiredBySpan.increment();
            throw expired("its sender's time was up");
        }
        return Deadline.at(time, time.precise() + nanos);
    }

    private Deadline byClock(long nanos) {
        withInstant.increment();
        if (trust.refuses(nanos == 0)) {
            expiredByClock.increment();
            throw expired("its time was up by the wall clocks");
        }
        if (nanos == 0) {
            excused.increment();
            return Deadline.none();
        }
        return Deadline.at(time, time.precise() + nanos);
    }

    private RejectedException expired(String detail) {
        return new Rejection(name, GATE, Rejection.Reason.DEADLINE_EXPIRED, detail, Rejection.UNKNOWN).exception(false);
    }

    /**
     * What has come in so far.
     *
     * @return the numbers of this moment
     */
    public InboundCounts counts() {
        long byClock = expiredByClock.sum();
        return new InboundCounts(
                received.sum(),
                withSpan.sum(),
                withInstant.sum(),
                unreadable.sum(),
                expiredBySpan.sum() + byClock,
                byClock,
                excused.sum(),
                untrusted.sum(),
                unknownCriticality.sum(),
                Optional.ofNullable(lastUnreadable));
    }

    @Override
    public String toString() {
        return name + " " + counts();
    }
}
