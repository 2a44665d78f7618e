package dev.plimsoll.http.servlet;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.http.Inbound;
import dev.plimsoll.http.InboundEdge;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The inbound edge of a servlet application: puts the deadline of a request and its sender's retry mark in force for the
 * rest of the chain, refuses what comes too late or while draining, and answers for the guards within.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic plimsoll = context.addFilter("plimsoll", InboundFilter.of(edge).drainedBy(drain));
 * plimsoll.setAsyncSupported(true);
 * plimsoll.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
 * }</pre>
 *
 * <table>
 *   <caption>What it answers, when nobody within has</caption>
 *   <tr><th>what reaches it</th><th>answer</th></tr>
 *   <tr><td>{@link RejectedException}</td><td>503, with Retry-After in whole seconds, rounded up, where it is known</td></tr>
 *   <tr><td>{@link TimeoutExceededException}</td><td>504</td></tr>
 *   <tr><td>anything else</td><td>none: it passes on</td></tr>
 * </table>
 *
 * <p>The body is a problem of RFC 9457. It names the dependency, the gate and its numbers, as the exception does; where
 * strangers must not read that, answer such exceptions further in. Both are recognized within a {@link ServletException} and
 * within what {@link dev.plimsoll.http.GuardedHttpClient} throws, not within exceptions of the application.
 * An answer that is committed is left alone, and the exception passes on.
 *
 * <p><b>Asynchronous requests:</b> the deadline and the mark are in force on the thread of the chain, on what guards within
 * take elsewhere, and on every asynchronous dispatch for which the filter is mapped; on threads that the application starts
 * by itself they are not, and {@link #inbound(ServletRequest)} gives them there. The drain waits until the request
 * is complete. What goes wrong once the request is asynchronous is not answered here.
 *
 * <p><b>Threading:</b> immutable; used by any number of threads.
 */
@SuppressWarnings("exports") // whoever names a filter has the Servlet API; the null annotations are optional
public final class InboundFilter implements Filter {

    private static final String RECEIVED = InboundFilter.class.getName() + ".received";

    private final InboundEdge edge;
    private final @Nullable Drain drain;
    private final Predicate<? super HttpServletRequest> trusted;

    private InboundFilter(InboundEdge edge, @Nullable Drain drain, Predicate<? super HttpServletRequest> trusted) {
        this.edge = edge;
        this.drain = drain;
        this.trusted = trusted;
    }

    /**
     * A filter without a drain.
     *
     * @param edge lets the requests in
     * @return a new filter
     */
    public static InboundFilter of(InboundEdge edge) {
        return new InboundFilter(Objects.requireNonNull(edge, "edge"), null, request -> false);
    }

    /**
     * The same filter, for which each request is a unit of a drain; once that has begun, requests are answered 503.
     *
     * @param waits admits the requests, and waits for those that it has admitted
     * @return a new filter
     */
    public InboundFilter drainedBy(Drain waits) {
        return new InboundFilter(edge, Objects.requireNonNull(waits, "waits"), trusted);
    }

    /**
     * The same filter, which believes some senders how much their requests matter ({@code X-Criticality}); without this it
     * believes nobody.
     *
     * @param senders says whether a request comes from one of ours: by its certificate or its network, not by what it says
     * @return a new filter
     */
    public InboundFilter trusting(Predicate<? super HttpServletRequest> senders) {
        return new InboundFilter(edge, drain, Objects.requireNonNull(senders, "senders"));
    }

    /**
     * What a request said when it came through the filter, to do its work on another thread.
     *
     * @param request as it is passed down the chain
     * @return empty when it did not come through one
     */
    public static Optional<Inbound> inbound(ServletRequest request) {
        return request.getAttribute(RECEIVED) instanceof Inbound inbound ? Optional.of(inbound) : Optional.empty();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        Optional<Inbound> before = inbound(request);
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            chain.doFilter(request, response);
        } else if (before.isPresent()) {
            answering(asked, answer, () -> within(before.get(), asked, answer, chain));
        } else {
            arrive(asked, answer, chain);
        }
    }

    private void arrive(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Unit unit;
        try {
            unit = drain == null ? null : drain.enter(label(request));
        } catch (RejectedException draining) {
            if (response.isCommitted()) {
                throw draining;
            }
            Problem.of(draining).write(response);
            return;
        }
        try {
            answering(request, response, () -> {
                Inbound inbound = edge.receive(name -> field(request, name), trusted.test(request));
                request.setAttribute(RECEIVED, inbound);
                within(inbound, request, response, chain);
            });
        } finally {
            if (unit != null) {
                UnitEnd.of(unit, request);
            }
        }
    }

    /** What the rest of the chain does. */
    @FunctionalInterface
    private interface Step {
        void take() throws IOException, ServletException;
    }

    private static void answering(HttpServletRequest request, HttpServletResponse response, Step step)
            throws IOException, ServletException {
        try {
            step.take();
        } catch (IOException | ServletException | RuntimeException e) {
            Optional<Problem> problem = Problem.in(e);
            if (problem.isEmpty() || response.isCommitted() || request.isAsyncStarted()) {
                throw e;
            }
            problem.get().write(response);
        }
    }

    /** An inbound keeps one type of checked exception, and a chain throws two. */
    private static void within(
            Inbound inbound, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            inbound.<Exception>run(() -> chain.doFilter(request, response));
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static @Nullable String field(HttpServletRequest request, String name) {
        Enumeration<String> values = request.getHeaders(name);
        if (values == null || !values.hasMoreElements()) {
            return null;
        }
        return String.join(", ", Collections.list(values));
    }

    /** Without query and parameters of the path, for they may hold secrets. */
    private static String label(HttpServletRequest request) {
        return request.getMethod() + " " + request.getRequestURI().replaceAll(";[^/]*", "");
    }
}
