package dev.plimsoll.cli.overload;

import dev.plimsoll.call.Criticality;
import dev.plimsoll.time.Time;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * All clients: sends requests when it is told to, and counts what becomes of them. A request that is not answered by its
 * deadline is given up: its stream is cancelled, and no answer to it counts any more.
 *
 * <p>They share one connection, and one thread does everything, so that the generator that tells it is not disturbed.
 *
 * <p><b>Threading:</b> started, told and closed by one thread.
 */
final class Client implements AutoCloseable {
    private final Time time;
    private final Tally tally;
    private final Loop loop = new Loop("overload-client");
    private final Calls calls = new Calls();
    private final Channel channel;
    private final String authority;

    private Client(InetSocketAddress server, Tally tally, Time time) throws IOException {
        this.time = time;
        this.tally = tally;
        this.authority = server.getHostString() + ":" + server.getPort();
        this.channel = loop.await(new Bootstrap()
                .group(loop.group())
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient()
                                                .encoderEnforceMaxConcurrentStreams(false)
                                                .build(),
                                        calls);
                    }
                })
                .connect(server));
    }

    /** Connects, and counts there. */
    static Client connect(InetSocketAddress server, Tally tally, Time time) throws IOException {
        return new Client(server, tally, time);
    }

    /** Sends a request for each of the instants at which one should have been sent. */
    void send(long[] due) {
        channel.eventLoop().execute(() -> calls.send(due));
    }

    /** Waits until everything that was told so far is done, and gives up what has had its time. */
    void settle() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        channel.eventLoop().execute(() -> {
            calls.send(new long[0]);
            done.countDown();
        });
        done.await();
    }

    @Override
    public void close() {
        loop.close();
    }

    /** What is on its way; everything in here happens on the client's thread. */
    private final class Calls extends Http2ChannelDuplexHandler {
        private final Map<Http2FrameStream, Call> open = new HashMap<>();
        /* In the order of their deadlines, which is that of their times: all have the same patience. */
        private final Deque<Call> byDeadline = new ArrayDeque<>();

        void send(long[] due) {
            ChannelHandlerContext context = channel.pipeline().context(this);
            if (context == null) {
                lose(due); // the connection is gone
                return;
            }
            for (long each : due) {
                send(context, each);
            }
            giveUp(context);
            context.flush();
        }

        private void lose(long[] due) {
            for (long each : due) {
                tally.sent(each, criticality(time.random()), time.precise());
                tally.lost(each);
            }
        }

        private void send(ChannelHandlerContext context, long due) {
            long now = time.precise();
            Criticality criticality = criticality(time.random());
            tally.sent(due, criticality, now);
            Call call = new Call(due, criticality, newStream());
            long left = due + Settings.DEADLINE.toNanos() - now;
            if (left <= 0) {
                tally.gaveUp(call);
                return;
            }
            open.put(call.stream, call);
            byDeadline.add(call);
            var unused =
                    context.write(new DefaultHttp2HeadersFrame(request(criticality, left), true).stream(call.stream));
        }

        private Http2Headers request(Criticality criticality, long left) {
            return new DefaultHttp2Headers(false, 8)
                    .method("GET")
                    .scheme("http")
                    .authority(authority)
                    .path("/")
                    .set("x-deadline-remaining", left / 1000 + "u")
                    .set("x-criticality", criticality.name())
                    .set(Server.CALLER, "caller-" + (int) (time.random() * Settings.CALLERS));
        }

        private Criticality criticality(double drawn) {
            if (drawn < Settings.CRITICAL) {
                return Criticality.CRITICAL;
            }
            return drawn < Settings.CRITICAL + Settings.NORMAL ? Criticality.NORMAL : Criticality.SHEDDABLE;
        }

        private void giveUp(ChannelHandlerContext context) {
            long deadline = time.precise() - Settings.DEADLINE.toNanos();
            Call first = byDeadline.peek();
            while (first != null && (first.over || first.due - deadline < 0)) {
                byDeadline.remove();
                if (!first.over) {
                    end(first);
                    tally.gaveUp(first);
                    var unused = context.write(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(first.stream));
                }
                first = byDeadline.peek();
            }
        }

        private void end(Call call) {
            call.over = true;
            open.remove(call.stream);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame answer) {
                answered(answer);
            } else if (frame instanceof Http2ResetFrame reset) {
                Call call = open.get(reset.stream());
                if (call != null) {
                    end(call);
                    tally.lost(call.due);
                }
            } else {
                ReferenceCountUtil.release(frame);
            }
        }

        private void answered(Http2HeadersFrame answer) {
            Call call = open.get(answer.stream());
            if (call == null) {
                return; // given up
            }
            end(call);
            if ("200".contentEquals(answer.headers().status())) {
                tally.answered(call, time.precise());
            } else {
                tally.refused(call);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.values().forEach(call -> {
                call.over = true;
                tally.lost(call.due);
            });
            open.clear();
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // What it was about is given up at its deadline.
        }
    }
}
