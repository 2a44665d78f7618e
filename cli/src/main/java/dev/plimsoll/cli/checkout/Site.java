package dev.plimsoll.cli.checkout;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The whole shop on loopback: the checkout server and the three services behind it, each a real HTTP server on a free
 * port.
 *
 * <p><b>Threading:</b> made and closed by one thread; the rest is safe for use by any.
 */
final class Site implements AutoCloseable {
    private final Map<Dependency, BackendServer> backends = new EnumMap<>(Dependency.class);
    private final CheckoutServer checkout;

    private Site(Calls calls, int threads) throws IOException {
        checkout = new CheckoutServer(calls, threads);
    }

    /**
     * Opens the shop.
     *
     * @param calls how the checkout server calls the services; not closed by the site
     * @param threads of the checkout server
     */
    static Site open(Calls calls, int threads, Time time) throws IOException {
        tuneTheServers();
        Site site = new Site(calls, threads);
        try {
            Map<Dependency, URI> uris = new EnumMap<>(Dependency.class);
            for (Dependency dependency : Dependency.values()) {
                BackendServer backend = new BackendServer(dependency, time);
                site.backends.put(dependency, backend);
                backend.start();
                uris.put(dependency, backend.uri());
            }
            site.checkout.start(uris);
            return site;
        } catch (IOException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /**
     * The JDK's server writes head and body apart, which Nagle's algorithm turns into 40 ms, and drops idle connections
     * beyond 200: neither belongs to the story. It reads these properties once, when the first server of the process is made,
     * whatever for.
     */
    static void tuneTheServers() {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
    }

    CheckoutServer checkout() {
        return checkout;
    }

    /** Payment's bad day begins: every request takes so long and then fails. */
    void failPayment(Duration latency) {
        BackendServer payment = backends.get(Dependency.PAYMENT);
        if (payment == null) {
            throw new IllegalStateException("The site is not open");
        }
        payment.fail(latency);
    }

    /** Stops all servers at once. */
    @Override
    public void close() {
        checkout.close();
        backends.values().forEach(BackendServer::close);
    }
}
