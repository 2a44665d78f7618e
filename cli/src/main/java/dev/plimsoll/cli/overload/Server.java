package dev.plimsoll.cli.overload;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.http.Inbound;
import dev.plimsoll.http.InboundEdge;
import dev.plimsoll.time.Time;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 server on a free port of the loopback interface: a door, a queue without a bound, and workers who do not look
 * whether the client is still there.
 *
 * <pre>
 *   request ──▶ door ── no ──▶ 503, Retry-After
 *                │ yes
 *                ▼
 *              queue ──▶ worker, 20 ms ──▶ permit settled ──▶ 200, if the client has not given up
 * </pre>
 *
 * <p>One thread reads, asks at the door and answers. HTTP/2, for a client that gives up then cancels one stream, and need
 * not close a connection: with HTTP/1.1, every request that is still in the queue would hold a socket.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Server implements AutoCloseable {
    static final String CALLER = "x-caller";

    private static final String OK = "200";
    private static final String UNAVAILABLE = "503";

    private final InboundEdge inbound;
    private final Edge edge;
    private final Workers workers;
    private final Loop loop = new Loop("overload-server");
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel channel;
    private final LongAdder served = new LongAdder();
    private final LongAdder inVain = new LongAdder();

    private Server(Edge edge, Time time) throws IOException {
        this.inbound = InboundEdge.create("service", time);
        this.edge = edge;
        this.channel = loop.await(new ServerBootstrap()
                .group(loop.group())
                .channel(NioServerSocketChannel.class)
                .childHandler(new Initializer())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        this.workers = new Workers(Settings.WORKERS, Settings.WORK, time);
    }

    /** Starts to answer. */
    static Server start(Edge edge, Time time) throws IOException {
        return new Server(edge, time);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** How many requests wait in the queue. */
    int waiting() {
        return workers.waiting();
    }

    /** How many requests were worked on. */
    long served() {
        return served.sum();
    }

    /** How many of those had a client who had given up. */
    long inVain() {
        return inVain.sum();
    }

    private void receive(ChannelHandlerContext context, Http2HeadersFrame request) {
        Http2Headers headers = request.headers();
        try {
            Inbound said = inbound.receive(name -> field(headers, name), true);
            Permit permit = said.<Permit, RuntimeException>call(() -> edge.admit(caller(headers)));
            workers.add(new Request(context, request.stream(), permit, said.deadline()));
        } catch (RejectedException refusal) {
            Http2Headers answer = new DefaultHttp2Headers(false, 4).status(UNAVAILABLE);
            refusal.retryAfter().ifPresent(wait -> answer.set("retry-after", Durations.retryAfter(wait)));
            var unused = context.write(new DefaultHttp2HeadersFrame(answer, true).stream(request.stream()));
        }
    }

    private static @Nullable String field(Http2Headers headers, String name) {
        CharSequence value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? null : value.toString();
    }

    private static String caller(Http2Headers headers) {
        String caller = field(headers, CALLER);
        return caller == null ? "" : caller;
    }

    /** A request that was let in. */
    private final class Request implements Workers.Job {
        private final ChannelHandlerContext context;
        private final Http2FrameStream stream;
        private final Permit permit;
        private final Deadline deadline;

        Request(ChannelHandlerContext context, Http2FrameStream stream, Permit permit, Deadline deadline) {
            this.context = context;
            this.stream = stream;
            this.permit = permit;
            this.deadline = deadline;
        }

        @Override
        public void begun(long waitedNanos) {
            edge.waited(waitedNanos);
        }

        @Override
        public void done() {
            if (deadline.expired()) {
                permit.failed(new TimeoutException("done after the client's deadline"));
            } else {
                permit.succeeded();
            }
            served.increment();
            context.executor().execute(this::answer);
        }

        private void answer() {
            if (stream.state().localSideOpen()) {
                Http2Headers answer = new DefaultHttp2Headers(false, 1).status(OK);
                var unused = context.writeAndFlush(new DefaultHttp2HeadersFrame(answer, true).stream(stream));
            } else {
                inVain.increment();
            }
        }
    }

    private final class Initializer extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel connection) {
            connections.add(connection);
            connection
                    .pipeline()
                    .addLast(
                            Http2FrameCodecBuilder.forServer()
                                    .initialSettings(
                                            Http2Settings.defaultSettings().maxConcurrentStreams(Integer.MAX_VALUE))
                                    // Clients that give up are the point, not an attack.
                                    .decoderEnforceMaxRstFramesPerWindow(0, 0)
                                    .gracefulShutdownTimeoutMillis(0)
                                    .build(),
                            new Handler());
        }
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame request) {
                receive(context, request);
            } else {
                ReferenceCountUtil.release(frame);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A stream or a connection that is gone; who sent the request has counted it.
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        workers.close();
        // One by one: a loop that ends may leave a connection open, and then its client waits for ever.
        channel.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        loop.close();
    }
}
