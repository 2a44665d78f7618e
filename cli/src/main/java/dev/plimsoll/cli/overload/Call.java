package dev.plimsoll.cli.overload;

import dev.plimsoll.call.Criticality;
import io.netty.handler.codec.http2.Http2FrameStream;

/**
 * A request that was sent and may be answered.
 *
 * <p><b>Threading:</b> belongs to the client's thread.
 */
final class Call {
    final long due;
    final Criticality criticality;
    final Http2FrameStream stream;
    boolean over;

    /** A request that should have been sent at {@code due}. */
    Call(long due, Criticality criticality, Http2FrameStream stream) {
        this.due = due;
        this.criticality = criticality;
        this.stream = stream;
    }
}
