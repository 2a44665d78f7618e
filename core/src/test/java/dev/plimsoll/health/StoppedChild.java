package dev.plimsoll.health;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardHealth;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.time.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the two processes of {@link StoppedProcessTest}: {@code serve} is a server that answers after 50 ms and sends
 * heartbeats; {@code watch PORT} calls it through a guard, and watches it with every detector. What it is asked to do, and
 * what it says, is a line each.
 */
public final class StoppedChild {

    private static final int BEAT = 'b';
    private static final int CALL = 'c';
    private static final Time TIME = Time.system();
    private static final Duration LIMIT = Duration.ofMillis(1_200);
    private static final int CALLERS = 8;

    private final int port;
    private final Set<String> tripped = new ConcurrentSkipListSet<>();
    private final AtomicLong answered = new AtomicLong();
    private final HeartbeatMonitor heartbeats = HeartbeatMonitor.create(
            "server",
            h -> h.every(Duration.ofMillis(100))
                    .minDeviation(Duration.ofMillis(50))
                    .acceptablePause(Duration.ofSeconds(1)));
    private final LatencyMonitor latency =
            LatencyMonitor.create("server", l -> l.p99(Duration.ofMillis(800)).minimum(20));

    private StoppedChild(int port) {
        this.port = port;
    }

    /** {@code serve}, or {@code watch PORT}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("serve")) {
            serve();
        } else {
            new StoppedChild(Integer.parseInt(arguments[1])).watch();
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void pause(long millis) {
        try {
            TIME.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---------------------------------------------------------------- the server

    private static void serve() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println(server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                daemon("serves", () -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            int wanted;
            while ((wanted = socket.getInputStream().read()) >= 0) {
                do {
                    pause(wanted == BEAT ? 100 : 50);
                    socket.getOutputStream().write(wanted);
                } while (wanted == BEAT);
            }
        } catch (IOException gone) {
            // the other side has ended
        }
    }

    // ---------------------------------------------------------------- who watches it

    /** By a channel, which a timeout's interrupt can end. */
    private boolean ask() throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (SocketChannel channel = SocketChannel.open(server)) {
            ByteBuffer one = ByteBuffer.wrap(new byte[] {CALL});
            int written = channel.write(one);
            one.clear();
            return written == 1 && channel.read(one) == 1 && one.get(0) == CALL;
        }
    }

    private void listen() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(BEAT);
            while (socket.getInputStream().read() == BEAT) {
                heartbeats.heartbeat();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void look() {
        while (true) {
            if (!heartbeats.available()) {
                tripped.add("heartbeat");
            }
            if (latency.read().status() == HealthStatus.DEGRADED) {
                tripped.add("latency");
            }
            pause(1);
        }
    }

    private void call(Guard guard) {
        while (true) {
            try {
                if (guard.call(this::ask)) {
                    answered.incrementAndGet();
                }
            } catch (IOException | RuntimeException failed) {
                pause(20);
            }
        }
    }

    private void noteChange(HealthChanged change) {
        if (change.to() == HealthStatus.UNHEALTHY || change.to() == HealthStatus.DEGRADED) {
            tripped.add(change.source());
        }
    }

    private void watch() throws Exception {
        long begun = TIME.precise();
        try (Guards guards = Guards.create(g -> g.logging(false));
                HealthPoller poller = HealthPoller.start(
                        "server",
                        p -> p.check(this::ask)
                                .every(Duration.ofMillis(100))
                                .timeout(LIMIT)
                                .fall(1)
                                .rise(1)
                                .observer(event -> noteChange((HealthChanged) event)));
                Health health = Health.start(
                        h -> h.every(Duration.ofMillis(50)).observer(event -> noteChange((HealthChanged) event)))) {
            Guard guard =
                    guards.guard("server", g -> g.attemptTimeout(LIMIT).circuitBreaker(b -> b.consecutiveFailures(3)));
            guard.observe(latency);
            guard.observe(event -> {
                if (event instanceof CircuitTransition) {
                    tripped.add("breaker");
                }
            });
            health.watch(GuardHealth.of(guard), poller, heartbeats, latency);
            daemon("listens", this::listen);
            daemon("looks", this::look);
            for (int i = 0; i < CALLERS; i++) {
                daemon("calls-" + i, () -> call(guard));
            }
            obey(guard, poller, begun);
        }
    }

    /** {@code calls N} waits for so many answers more, or the first trip; {@code trips N} for so many that have tripped. */
    private void obey(Guard guard, HealthPoller poller, long begun) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line;
        while ((line = input.readLine()) != null) {
            String[] words = line.split(" ", -1);
            long wanted = Long.parseLong(words[1]);
            long before = answered.get();
            boolean calls = words[0].equals("calls");
            while (calls ? (tripped.isEmpty() && answered.get() - before < wanted) : tripped.size() < wanted) {
                pause(5);
            }
            System.out.println(report(guard, poller, begun));
        }
    }

    private String report(Guard guard, HealthPoller poller, long begun) {
        return "tripped=" + tripped
                + " lateMillis=" + TIME.lateness(begun) / 1_000_000
                + " stalls=" + guard.snapshot().stalls()
                + " spoilt=" + poller.snapshot().spoilt();
    }
}
