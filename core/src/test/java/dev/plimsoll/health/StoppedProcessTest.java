package dev.plimsoll.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Children;
import dev.plimsoll.Rendezvous;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** HL-1 with real processes, real time and real signals: one that serves, and one that calls and watches it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no SIGSTOP and SIGCONT")
final class StoppedProcessTest {

    private static final Pattern REPORT =
            Pattern.compile("tripped=\\[(.*)] lateMillis=(\\d+) stalls=(\\d+) spoilt=(\\d+)");

    /** A child and its two pipes. */
    private record Child(Process process, BufferedReader output, BufferedWriter input) implements AutoCloseable {

        static Child start(String... arguments) throws IOException {
            Process process = Children.start(StoppedChild.class, arguments);
            return new Child(process, process.inputReader(), process.outputWriter());
        }

        String line() throws IOException {
            Rendezvous.await(this::hasLine, "process " + process.pid() + " says something");
            return output.readLine();
        }

        private boolean hasLine() {
            try {
                return output.ready() || !process.isAlive();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Matcher asked(String command) throws IOException {
            input.write(command + "\n");
            input.flush();
            String line = line();
            Matcher report = REPORT.matcher(line);
            assertThat(report.matches()).as(line).isTrue();
            return report;
        }

        /** Runs a line of the shell's, in which $p is this process. */
        void shell(String script) throws IOException {
            Process shell = new ProcessBuilder("sh", "-c", "p=" + process.pid() + "; " + script)
                    .inheritIO()
                    .start();
            assertThat(Rendezvous.exit(shell)).isZero();
        }

        @Override
        public void close() {
            boolean unused = process.toHandle().destroyForcibly();
        }
    }

    @Test
    @DisplayName(
            "HL-1 a SIGSTOP of 2 s trips neither breaker nor detector; the same of the other side trips all of them")
    void processes_whenStopped() throws Exception {
        try (Child server = Child.start("serve");
                Child client = Child.start("watch", server.line())) {
            Matcher before = client.asked("calls 60");
            assertThat(before.group(1)).isEmpty();

            client.shell("kill -STOP $p && sleep 2; kill -CONT $p");
            Matcher after = client.asked("calls 60");
            assertThat(after.group(1)).as("tripped, though only we stood still").isEmpty();
            long stood = Long.parseLong(after.group(2)) - Long.parseLong(before.group(2));
            assertThat(stood).as("the stop was noticed").isBetween(1_800L, 10_000L);

            server.shell("kill -STOP $p");
            Matcher tripped = client.asked("trips 5");
            assertThat(tripped.group(1).split(", ", -1))
                    .containsExactly("breaker", "health", "health check", "heartbeat", "latency");
        }
    }
}
