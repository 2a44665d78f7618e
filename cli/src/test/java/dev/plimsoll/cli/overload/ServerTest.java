package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Permit;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The real server and the real clients, on the loopback interface. */
final class ServerTest {
    private final Time time = Time.system();

    /** Instants so far ahead that no deadline comes up, however slow the machine is. */
    private long[] patient(int requests) {
        long[] due = new long[requests];
        Arrays.fill(due, time.precise() + Duration.ofMinutes(1).toNanos());
        return due;
    }

    @Test
    void requests_areAnsweredInTime_orRefusedAtOnce() throws Exception {
        Tally tally = new Tally(time.precise());
        Bulkhead bulkhead = Bulkhead.create("service", 2);
        try (Server server = Server.start(Edge.behind(bulkhead), time);
                Client client = Client.connect(server.address(), tally, time)) {
            Permit one = Objects.requireNonNull(bulkhead.tryEnter());
            Permit other = Objects.requireNonNull(bulkhead.tryEnter());
            client.send(patient(3));
            Rendezvous.await(() -> tally.counts().refused() == 3, "three are refused");
            one.succeeded();
            other.succeeded();
            client.send(patient(2));
            Rendezvous.await(() -> tally.counts().inTime() == 2, "two are answered");
            assertThat(tally.counts()).isEqualTo(new Counts(5, 0, 2, 3, 0, 0));
            assertThat(server.served()).isEqualTo(2);
            assertThat(bulkhead.snapshot().available()).isEqualTo(2);
        }
        Rendezvous.await(() -> threads().isEmpty(), "the threads have ended");
    }

    @Test
    @DisplayName("Without protection the work of clients who have given up is done all the same")
    void work_ofWhoHasGivenUp_isDoneInVain() throws Exception {
        Tally tally = new Tally(time.precise());
        try (Server server = Server.start(Edge.open(time), time);
                Client client = Client.connect(server.address(), tally, time)) {
            client.send(patient(32 * Settings.WORKERS)); // more than half a second of work
            Rendezvous.await(
                    () -> {
                        client.send(new long[] {time.precise()});
                        return server.inVain() > 0;
                    },
                    "something is done in vain");
            assertThat(tally.counts().gaveUp()).isPositive();
            assertThat(tally.counts().refused()).isZero();
        }
    }

    @RepeatedTest(10) // a loop that ends in the middle of an answer must not leave the connection open
    @SuppressWarnings("try") // closed early on purpose
    void requests_whenTheServerIsGone_areLost() throws Exception {
        Tally tally = new Tally(time.precise());
        try (Server server = Server.start(Edge.open(time), time);
                Client client = Client.connect(server.address(), tally, time)) {
            client.send(patient(64 * Settings.WORKERS));
            Rendezvous.await(() -> server.served() > 0, "the first are worked on");
            server.close();
            Rendezvous.await(() -> tally.counts().lost() > 0, "the others are lost");
            client.settle();
            assertThat(tally.counts().inTime() + tally.counts().lost())
                    .isEqualTo(tally.counts().sent());

            long critical = tally.critical();
            client.send(patient(64 * Settings.WORKERS)); // by no connection
            client.settle();
            assertThat(tally.counts().inTime() + tally.counts().lost())
                    .isEqualTo(tally.counts().sent())
                    .isEqualTo(2 * 64 * Settings.WORKERS);
            assertThat(tally.critical()).isGreaterThan(critical);
        }
    }

    @Test
    void connect_whenNobodyListens_fails() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        assertThatThrownBy(() -> Client.connect(nobody, new Tally(0), time)).isInstanceOf(IOException.class);
        Rendezvous.await(() -> threads().isEmpty(), "the threads have ended");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("overload-"))
                .toList();
    }
}
