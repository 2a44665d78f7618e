package dev.plimsoll.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does what no HTTP server should: says nothing, or breaks off. */
final class RawServer implements AutoCloseable {

    final AtomicInteger requests = new AtomicInteger();

    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final String says;
    private final boolean thenBreaksOff;

    private RawServer(String says, boolean thenBreaksOff) throws IOException {
        this.says = says;
        this.thenBreaksOff = thenBreaksOff;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Accepts, reads the request and never answers. */
    static RawServer silent() throws IOException {
        return started(new RawServer("", false));
    }

    /** Begins a body, and then says no more. */
    static RawServer stalling() throws IOException {
        return started(new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", false));
    }

    /** Begins a body, and is killed. */
    static RawServer dying() throws IOException {
        return started(new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true));
    }

    /** Answers 503 with these header fields. */
    static RawServer busy(String retryAfter, String date) throws IOException {
        List<String> head = List.of(
                "HTTP/1.1 503 Busy", "Content-Length: 0", "Date: " + date, "Retry-After: " + retryAfter, "", "");
        return started(new RawServer(String.join("\r\n", head), false));
    }

    private static RawServer started(RawServer server) {
        Thread thread = new Thread(server::serve, "raw-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    URI uri() {
        return URI.create("http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort()
                + "/prices?token=secret");
    }

    private void serve() {
        try {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                open.add(client);
                serve(client);
            }
        } catch (IOException e) {
            // closed, which is the end
        }
    }

    private void serve(Socket client) {
        try {
            speak(client);
        } catch (IOException e) {
            // it has gone, and the next one comes
        }
    }

    private void speak(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        if (line == null) {
            return; // it has gone before it asked
        }
        requests.incrementAndGet();
        client.getOutputStream().write(says.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
        if (thenBreaksOff) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
