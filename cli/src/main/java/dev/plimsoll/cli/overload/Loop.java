package dev.plimsoll.cli.overload;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of a server or a client, with all its sockets.
 *
 * <p><b>Threading:</b> for the thread that made it.
 */
final class Loop implements AutoCloseable {
    private static final long LONGEST_END_SECONDS = 5;

    private final EventLoopGroup group;

    Loop(String name) {
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    EventLoopGroup group() {
        return group;
    }

    /** Waits for a socket; closes itself when there is none. */
    Channel await(ChannelFuture opening) throws IOException {
        opening.awaitUninterruptibly();
        if (!opening.isSuccess()) {
            close();
            throw new IOException(opening.cause().getMessage(), opening.cause());
        }
        return opening.channel();
    }

    /** Closes all sockets, and waits until the thread has ended. */
    @Override
    public void close() {
        group.shutdownGracefully(0, LONGEST_END_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
