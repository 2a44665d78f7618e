package dev.plimsoll.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.EnumSet;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** A real servlet container on a free port of this machine, with filters before one servlet. */
final class ServletServer implements AutoCloseable {

    /** What the servlet does with a request. */
    @FunctionalInterface
    interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    private final Server server;
    private final ServerConnector connector;

    ServletServer(Handler handler, Filter... filters) throws Exception {
        this(handler, context -> {}, filters);
    }

    /** With more set up by the application itself, as the container starts it. */
    ServletServer(Handler handler, Consumer<ServletContext> setUp, Filter... filters) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(0);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        for (Filter filter : filters) {
            FilterHolder held = new FilterHolder(filter);
            held.setAsyncSupported(true);
            context.addFilter(held, "/*", EnumSet.allOf(DispatcherType.class));
        }
        ServletHolder holder = new ServletHolder(new Handled(handler));
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        context.addEventListener(new ServletContextListener() {
            @Override
            public void contextInitialized(ServletContextEvent event) {
                setUp.accept(event.getServletContext());
            }
        });
        server.setHandler(context);
        server.start();
    }

    URI uri(String path) {
        InetSocketAddress address = new InetSocketAddress(connector.getHost(), connector.getLocalPort());
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path);
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Not an HttpServlet, for those are serializable. */
    private static final class Handled implements Servlet {

        private final Handler handler;
        private @Nullable ServletConfig config;

        Handled(Handler handler) {
            this.handler = handler;
        }

        @Override
        public void init(ServletConfig given) {
            config = given;
        }

        @Override
        public @Nullable ServletConfig getServletConfig() {
            return config;
        }

        @Override
        public void service(ServletRequest request, ServletResponse response) throws IOException, ServletException {
            handler.handle((HttpServletRequest) request, (HttpServletResponse) response);
        }

        @Override
        public String getServletInfo() {
            return "";
        }

        @Override
        public void destroy() {}
    }
}
