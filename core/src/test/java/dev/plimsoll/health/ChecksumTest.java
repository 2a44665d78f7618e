package dev.plimsoll.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HL-1: checksums, against their published values. */
final class ChecksumTest {

    private static final byte[] DIGITS = "123456789".getBytes(US_ASCII);

    /** CRC-32C, a bit at a time. */
    private static int naive(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return ~crc;
    }

    @ParameterizedTest
    @CsvSource({
        "CRC32C, e3069283, 4waSgw==",
        "SHA-256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225, "
                + "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="
    })
    @DisplayName("HL-1 the checksum of nine digits is the published one, in hexadecimal digits and in Base64")
    void checksum_isThePublishedOne(String name, String hex, String base64) {
        Checksum kind = Checksum.named(name);
        assertThat(kind).hasToString(name);
        assertThat(kind.of(DIGITS)).isEqualTo(hex);
        assertThat(kind.matches(DIGITS, hex)).isTrue();
        assertThat(kind.matches(DIGITS, " " + hex.toUpperCase(Locale.ROOT))).isTrue();
        assertThat(kind.matches(DIGITS, base64)).isTrue();
        assertThat(kind.matches("12345678".getBytes(US_ASCII), hex)).isFalse();
    }

    @Property(tries = 200)
    @Label("HL-1 CRC32C is that of the twin, and what is flipped anywhere is found")
    void crc_findsFlips(@ForAll byte[] bytes, @ForAll int where) {
        String sum = Checksum.CRC32C.of(bytes);
        assertThat(sum).isEqualTo(HexFormat.of().toHexDigits(naive(bytes)));
        if (bytes.length > 0) {
            byte[] flipped = bytes.clone();
            flipped[Math.floorMod(where, bytes.length)] ^= 0x10;
            for (Checksum kind : Checksum.values()) {
                assertThat(kind.matches(bytes, kind.of(bytes))).isTrue();
                assertThat(kind.matches(flipped, kind.of(bytes))).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HL-1 what is no checksum matches nothing")
    void matches_whenGarbage_isFalse(Checksum kind) {
        for (String garbage :
                new String[] {"", "=", "no checksum", kind.of(DIGITS).substring(2), "zz".repeat(32)}) {
            assertThat(kind.matches(DIGITS, garbage)).as(garbage).isFalse();
        }
        String otherKind = Base64.getEncoder().encodeToString(new byte[16]);
        assertThat(kind.matches(DIGITS, otherKind)).isFalse();
    }

    @Test
    @DisplayName("HL-1 names are those of headers and of the JDK")
    void named_takesAllSpellings() {
        assertThat(Checksum.named("sha256")).isEqualTo(Checksum.SHA_256);
        assertThat(Checksum.named("sha-256")).isEqualTo(Checksum.SHA_256);
        assertThat(Checksum.named("crc32c")).isEqualTo(Checksum.CRC32C);
        assertThatThrownBy(() -> Checksum.named("MD5"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must be CRC32C or SHA-256: \"MD5\"");
    }
}
