package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.ConfigurationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class CheckoutCommandTest {
    private final AtomicReference<Exception> thrown = new AtomicReference<>();
    private final CommandLine command = new CommandLine(new CheckoutCommand())
            .setExecutionExceptionHandler((error, line, parsed) -> {
                thrown.set(error);
                return 2;
            });

    @Test
    void options_outOfRange_areAllNamedAtOnce() {
        command.execute("--users", "0", "--rate", "1", "--speed", "0", "--payment-latency", "2h");

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.problems())
                                .containsExactly(
                                        "--users must be 1 to 5000: 0",
                                        "--rate must be 50 to 1000: 1",
                                        "--speed must be 1 to 1000: 0",
                                        "--payment-latency must be at most 10m: 2h"));
    }

    @Test
    void usage_namesEveryOptionAndItsDefault() {
        assertThat(command.getUsageMessage())
                .contains("--users", "1000", "--payment-latency", "30s", "--speed", "10", "--rate", "250")
                .contains("--unprotected", "--json");
    }
}
