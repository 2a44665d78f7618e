package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Settings SETTINGS = new Settings(
            1000, Duration.ofSeconds(4), 250, TEN_SECONDS, 5000, TEN_SECONDS, Duration.ofSeconds(30), 200, 10);
    private static final OptionalInt KERNEL_LIMIT = OptionalInt.of(4096);
    private static final Summary CALM = new Summary(5000, 5000, 6_412_345, 9_876_543, 20_000_000);
    private static final Summary STALLED =
            new Summary(5000, 1234, 9_420_406_783L, TEN_SECONDS.toNanos(), TEN_SECONDS.toNanos());
    private static final Summary ALMOST = new Summary(5000, 4999, 6_500_000, 10_000_000, 30_000_000);
    private static final Summary TRIES = new Summary(4970, 0, 1_250_000, 1_000_000_000, 1_001_000_000);
    private static final Summary LATE = new Summary(5000, 5000, 70_000, 210_000, 900_000);
    private static final Figures GUARDED = new Figures(
            new Figures.Phase(CALM, CALM, LATE),
            new Figures.Phase(ALMOST, TRIES, LATE),
            9,
            53,
            OptionalLong.of(1_012_345_678));
    private static final Figures UNGUARDED = new Figures(
            new Figures.Phase(CALM, CALM, LATE),
            new Figures.Phase(STALLED, STALLED, LATE),
            9,
            200,
            OptionalLong.empty());

    @Test
    void json_hasOneObjectForEachRun() {
        assertThat(new Report(SETTINGS, KERNEL_LIMIT, GUARDED, UNGUARDED).json())
                .isEqualTo("{\"protected\":{\"browse_p50_ms\":6.500,\"browse_p99_ms\":10.000,"
                        + "\"browse_p99_before_ms\":9.877,\"browse_success\":0.999800,\"opened_after_ms\":1012.346,"
                        + "\"samples\":5000,\"rate_per_s\":250,\"server_threads\":200,\"threads_busy_max\":53,"
                        + "\"speed\":10},"
                        + "\"unprotected\":{\"browse_p50_ms\":9420.407,\"browse_p99_ms\":10000.000,"
                        + "\"browse_p99_before_ms\":9.877,\"browse_success\":0.246800,\"opened_after_ms\":null,"
                        + "\"samples\":5000,\"rate_per_s\":250,\"server_threads\":200,\"threads_busy_max\":200,"
                        + "\"speed\":10}}");
    }

    @Test
    void json_withoutTheGuardedRun_hasNoMemberForIt() {
        assertThat(new Report(SETTINGS, KERNEL_LIMIT, null, UNGUARDED).json()).startsWith("{\"unprotected\":{");
    }

    @Test
    void lines_tellTheStoryTheTableAndWhatItMeans() {
        assertThat(String.join("\n", new Report(SETTINGS, KERNEL_LIMIT, GUARDED, UNGUARDED).lines()))
                .isEqualTo("""
                        1000 users check out, 4s between an answer and the next try; others browse inventory and
                        shipping, 250 requests a second in every phase. Both through one checkout server:
                        200 threads, accept backlog 4096. On the bad day payment takes 3s and then fails.
                        Speed 10: payment's 30s and the breakers' open wait of 30s are divided by it; not scaled are the
                        warm-up (10s, thrown away), the rate and the cut-off: no answer within 10s counts as failed.
                        Protected: each service has a bulkhead of 50, an attempt timeout of 1s and a circuit breaker
                        (5 failures in a row). Unprotected: none of these. All else is the same.

                                                                       protected     unprotected
                        browsing before, latency from the intended time
                          requests                                          5000            5000
                          p50                                             6.4 ms          6.4 ms
                          p99                                             9.9 ms          9.9 ms
                          success                                       100.00 %        100.00 %
                        browsing during the bad day
                          requests                                          5000            5000
                          p50                                             6.5 ms          9.42 s
                          p99                                            10.0 ms     10s or more
                          success                                        99.98 %         24.68 %
                        checking out during the bad day
                          tries                                             4970            5000
                          until the answer, p50                           1.3 ms          9.42 s
                          success                                         0.00 %         24.68 %
                        the checkout server
                          threads busy before, at most                  9 of 200        9 of 200
                          threads busy during, at most                 53 of 200      200 of 200
                          payment's breaker opened after                  1.01 s           never
                        the load generator
                          late by, p99 before                             0.2 ms          0.2 ms
                          late by, p99 during                             0.2 ms          0.2 ms

                        Protected: browsing hardly noticed (success 99.9 % or more, p99 within max(1.5 x, + 20 ms)).
                        Unprotected: the whole site stalled (success below 50 %, or p99 ten times as high).""");
    }

    @Test
    void lines_whenTheGuardsDidNotHelp_sayThat() {
        assertThat(new Report(SETTINGS, KERNEL_LIMIT, UNGUARDED, GUARDED).lines())
                .endsWith(
                        "Protected: browsing SUFFERED (success below 99.9 %, or p99 beyond max(1.5 x, + 20 ms)).",
                        "Unprotected: the site did not stall (success 50 % or more, p99 less than ten times as high).");
    }

    @Test
    void backlog_thatTheKernelCaps_isSaid() {
        assertThat(Backlog.describe(OptionalInt.of(65_535))).isEqualTo("4096");
        assertThat(Backlog.warning(OptionalInt.of(65_535))).isEmpty();
        assertThat(Backlog.describe(OptionalInt.of(2048))).isEqualTo("2048 (the kernel's limit)");
        assertThat(Backlog.warning(OptionalInt.of(2048))).isEmpty();
        assertThat(Backlog.describe(OptionalInt.of(128))).isEqualTo("128 (the kernel's limit)");
        assertThat(Backlog.warning(OptionalInt.of(128)))
                .contains("The kernel caps the accept backlog at 128, below 2000: sysctl -w net.core.somaxconn=4096");
        assertThat(Backlog.describe(OptionalInt.empty())).contains("4096", "unknown");
    }
}
