package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpClassifierTest {

    private static final URI ANYWHERE = URI.create("http://localhost/");
    private static final HttpClient STAYING = HttpClient.newHttpClient();
    private static final HttpClient FOLLOWING =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    private static Judgement judge(int status, String... headers) {
        return HttpClassifier.standard().judge(Outcome.returned(Received.of(status, Received.fields(headers))));
    }

    private static HttpRequest request(String method, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(ANYWHERE).method(method, BodyPublishers.noBody());
        return headers.length == 0 ? builder.build() : builder.headers(headers).build();
    }

    @ParameterizedTest
    @DisplayName("CB-13 RT-2 what each status means and whether it is retried")
    @CsvSource({
        "100, SUCCESS, IF_NAMED",
        "200, SUCCESS, IF_NAMED",
        "204, SUCCESS, IF_NAMED",
        "301, SUCCESS, IF_NAMED",
        "304, SUCCESS, IF_NAMED",
        "400, SUCCESS, NEVER",
        "401, SUCCESS, NEVER",
        "403, SUCCESS, NEVER",
        "404, SUCCESS, NEVER",
        "408, FAILURE, IF_IDEMPOTENT",
        "409, SUCCESS, NEVER",
        "413, SUCCESS, NEVER",
        "418, SUCCESS, NEVER",
        "425, FAILURE, IF_IDEMPOTENT",
        "429, OVERLOAD, IF_IDEMPOTENT",
        "431, SUCCESS, NEVER",
        "499, SUCCESS, NEVER",
        "500, FAILURE, IF_IDEMPOTENT",
        "501, FAILURE, IF_NAMED",
        "502, FAILURE, IF_IDEMPOTENT",
        "503, OVERLOAD, IF_IDEMPOTENT",
        "504, FAILURE, IF_IDEMPOTENT",
        "505, FAILURE, IF_NAMED",
        "507, FAILURE, IF_NAMED",
        "511, FAILURE, IF_NAMED",
        "524, FAILURE, IF_NAMED",
        "599, FAILURE, IF_NAMED",
        "600, FAILURE, IF_NAMED",
        "999, FAILURE, IF_NAMED",
        "42, FAILURE, IF_NAMED"
    })
    void status_meansWhatTheTableSays(int status, Verdict verdict, Repeat repeat) {
        assertThat(judge(status)).isEqualTo(Judgement.of(verdict, repeat));
    }

    static Stream<Arguments> errors() {
        Judgement refusedElsewhere = Judgement.REFUSED_ELSEWHERE;
        return Stream.of(
                Arguments.of(new ConnectException("refused"), Judgement.UNSENT),
                Arguments.of(new HttpConnectTimeoutException("slow"), Judgement.UNSENT),
                Arguments.of(new UnresolvedAddressException(), Judgement.UNSENT),
                Arguments.of(new UnknownHostException("who"), Judgement.UNSENT),
                Arguments.of(new NoRouteToHostException("where"), Judgement.UNSENT),
                Arguments.of(new CompletionException(new ConnectException("refused")), Judgement.UNSENT),
                Arguments.of(new ExecutionException(new HttpConnectTimeoutException("slow")), Judgement.UNSENT),
                Arguments.of(new HttpTimeoutException("slow"), Judgement.TRANSIENT),
                Arguments.of(new SocketTimeoutException("slow"), Judgement.TRANSIENT),
                Arguments.of(timeout(), Judgement.TRANSIENT),
                Arguments.of(new SocketException("reset"), Judgement.TRANSIENT),
                Arguments.of(new EOFException("short"), Judgement.TRANSIENT),
                Arguments.of(new IOException("goaway"), Judgement.TRANSIENT),
                Arguments.of(new IOException(new ConnectException("of a body handler")), Judgement.TRANSIENT),
                Arguments.of(new SSLException("record"), Judgement.TRANSIENT),
                Arguments.of(handshake(new EOFException()), Judgement.TRANSIENT),
                Arguments.of(handshake(new SocketException("reset")), Judgement.TRANSIENT),
                Arguments.of(new SSLHandshakeException("no common suite"), Judgement.FAILURE),
                Arguments.of(handshake(new CertificateExpiredException()), Judgement.FAILURE),
                Arguments.of(new SSLPeerUnverifiedException("who"), Judgement.FAILURE),
                Arguments.of(new IllegalArgumentException("bad request"), Judgement.FAILURE),
                Arguments.of(new CompletionException(null, null), Judgement.FAILURE),
                Arguments.of(new InterruptedException(), Judgement.IGNORED),
                Arguments.of(new InterruptedIOException(), Judgement.IGNORED),
                Arguments.of(new ClosedByInterruptException(), Judgement.IGNORED),
                Arguments.of(new CancellationException(), Judgement.IGNORED),
                Arguments.of(new CallInterruptedException("inner", "a pause"), Judgement.IGNORED),
                Arguments.of(new AssertionError(), Judgement.IGNORED),
                Arguments.of(refusal(), refusedElsewhere),
                Arguments.of(new HttpRefusedException(request("GET"), refusal()), refusedElsewhere));
    }

    @ParameterizedTest
    @MethodSource("errors")
    @DisplayName("CB-13 RT-2 CA-8 what each error means and whether it is retried")
    void error_meansWhatTheTableSays(Throwable error, Judgement expected) {
        assertThat(HttpClassifier.standard().judge(Outcome.threw(error))).isEqualTo(expected);
    }

    @Test
    @DisplayName("A value that is not an answer is a success, null too")
    void value_thatIsNoAnswer_isASuccess() {
        assertThat(HttpClassifier.standard().judge(Outcome.returned("text"))).isEqualTo(Judgement.SUCCESS);
        assertThat(HttpClassifier.standard().judge(Outcome.returned(null))).isEqualTo(Judgement.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 599})
    @DisplayName("RT-4 Retry-After of a bad answer is passed on, unshortened")
    void retryAfter_ofABadAnswer_isPassedOn(int status) {
        assertThat(judge(status, "Retry-After", "7").retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(judge(status, "Retry-After", "301").retryAfter()).contains(Duration.ofSeconds(301));
        assertThat(judge(status, "Retry-After", "0").retryAfter()).contains(Duration.ZERO);
        assertThat(judge(status, "Retry-After", "soon").retryAfter()).isEmpty();
        assertThat(judge(
                                status,
                                "Date",
                                "Tue, 03 Mar 2015 12:00:00 GMT",
                                "retry-after",
                                "Tue, 03 Mar 2015 13:00:00 GMT")
                        .retryAfter())
                .contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 404, 413})
    @DisplayName("RT-4 Retry-After of an answer that is not bad changes nothing")
    void retryAfter_ofAGoodAnswer_isLeftOut(int status) {
        assertThat(judge(status, "Retry-After", "7").retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    @DisplayName("RT-3 idempotent methods are repeated")
    void request_ofAnIdempotentMethod_mayBeRepeated(String method) {
        HttpClassifier classifier = HttpClassifier.of(request(method), STAYING);
        assertThat(classifier.judge(Outcome.threw(new IOException()))).isEqualTo(Judgement.TRANSIENT);
        assertThat(classifier.judge(Outcome.returned(Received.of(503, ""))).repeat())
                .isEqualTo(Repeat.IF_IDEMPOTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "get", "PROPPATCH"})
    @DisplayName("RT-3 other requests are repeated only when nothing was sent")
    void request_ofAnotherMethod_isNotRepeated(String method) {
        HttpClassifier classifier = HttpClassifier.of(request(method), STAYING);
        for (int status = 400; status < 600; status++) {
            Judgement judgement = classifier.judge(Outcome.returned(Received.of(status, "")));
            assertThat(judgement.repeat()).isIn(Repeat.NEVER, Repeat.NOT_IDEMPOTENT);
            assertThat(judgement.verdict()).isEqualTo(judge(status).verdict());
        }
        assertThat(classifier.judge(Outcome.threw(new IOException())).repeat()).isEqualTo(Repeat.NOT_IDEMPOTENT);
        assertThat(classifier.judge(Outcome.threw(new HttpTimeoutException(""))).repeat())
                .isEqualTo(Repeat.NOT_IDEMPOTENT);
        assertThat(classifier.judge(Outcome.threw(new IllegalStateException())).repeat())
                .isEqualTo(Repeat.NOT_IDEMPOTENT);
        assertThat(classifier.judge(Outcome.threw(new ConnectException()))).isEqualTo(Judgement.UNSENT);
        assertThat(classifier.judge(Outcome.threw(new HttpConnectTimeoutException(""))))
                .isEqualTo(Judgement.UNSENT);
    }

    @Test
    @DisplayName("RT-3 a POST with an Idempotency-Key is repeated, a blank one is none")
    void request_withAKey_mayBeRepeated() {
        Outcome busy = Outcome.returned(Received.of(503, Received.fields("Retry-After", "2")));
        assertThat(HttpClassifier.of(request("POST", "idempotency-key", "k1"), STAYING)
                        .judge(busy))
                .isEqualTo(Judgement.OVERLOAD.withRetryAfter(Duration.ofSeconds(2)));
        assertThat(HttpClassifier.of(request("POST", "Idempotency-Key", " "), STAYING)
                        .judge(busy))
                .isEqualTo(Judgement.of(Verdict.OVERLOAD, Repeat.NOT_IDEMPOTENT).withRetryAfter(Duration.ofSeconds(2)));
    }

    @Test
    @DisplayName("RT-3 where redirects are followed, a failed connection does not prove that a POST had no effect")
    void request_thatMayHaveBeenRedirected_isNotRepeated() {
        Outcome refused = Outcome.threw(new ConnectException());
        assertThat(HttpClassifier.of(request("POST"), FOLLOWING).judge(refused))
                .isEqualTo(Judgement.of(Verdict.FAILURE, Repeat.NOT_IDEMPOTENT));
        assertThat(HttpClassifier.of(request("GET"), FOLLOWING).judge(refused)).isEqualTo(Judgement.UNSENT);
    }

    @Test
    @DisplayName("RT-3 what may have been thrown by who reads the answer does not prove that a POST had no effect")
    void error_thatMayBeOfTheReader_provesNothing() {
        HttpClassifier classifier = HttpClassifier.of(request("POST"), STAYING);
        Outcome elsewhere = Outcome.threw(new UncheckedIOException(new ConnectException()));
        assertThat(classifier.judge(Outcome.threw(refusal())))
                .isEqualTo(Judgement.of(Verdict.IGNORED, Repeat.NOT_IDEMPOTENT));
        assertThat(classifier.judge(elsewhere)).isEqualTo(Judgement.of(Verdict.FAILURE, Repeat.NOT_IDEMPOTENT));
        HttpClassifier ofGet = HttpClassifier.of(request("GET"), STAYING);
        assertThat(ofGet.judge(Outcome.threw(refusal()))).isEqualTo(Judgement.REFUSED_ELSEWHERE);
        assertThat(ofGet.judge(elsewhere)).isEqualTo(Judgement.UNSENT);
    }

    @Test
    @DisplayName("RT-3 the standard classifier sees the method in the answer, before any redirect")
    void standard_seesTheRequestInTheAnswer() {
        Received<String> toPost = Received.to(request("POST"), 500);
        Received<String> redirected =
                new Received<>(500, Received.fields(), "", request("GET"), Received.to(request("POST"), 303));
        assertThat(HttpClassifier.standard().judge(Outcome.returned(toPost)).repeat())
                .isEqualTo(Repeat.NOT_IDEMPOTENT);
        assertThat(HttpClassifier.standard().judge(Outcome.returned(redirected)).repeat())
                .isEqualTo(Repeat.NOT_IDEMPOTENT);
    }

    private static RejectedException refusal() {
        return new Rejection("inner", "bulkhead", Rejection.Reason.BULKHEAD_FULL, "10 of 10", Rejection.UNKNOWN)
                .exception(false);
    }

    private static TimeoutExceededException timeout() {
        return new TimeoutExceededException("inner", TimeoutExceededException.Limit.ATTEMPT, 1_000_000, false);
    }

    private static SSLHandshakeException handshake(Throwable cause) {
        SSLHandshakeException failed = new SSLHandshakeException("no handshake");
        failed.initCause(cause);
        return failed;
    }
}
