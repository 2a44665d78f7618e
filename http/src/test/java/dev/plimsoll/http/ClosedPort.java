package dev.plimsoll.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** A port that nobody listens on. It is held, so that nobody else gets it meanwhile. */
final class ClosedPort implements AutoCloseable {

    private final Socket held = new Socket();

    ClosedPort() throws IOException {
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    URI uri() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + held.getLocalPort()
                + "/prices?token=secret");
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
