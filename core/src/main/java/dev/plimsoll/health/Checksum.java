package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A way to find out whether bytes are still what they were.
 *
 * <p><b>Threading:</b> immutable.
 */
public enum Checksum {
    /** CRC-32C (Castagnoli), 4 bytes: against accidents on the way. Not against people. */
    CRC32C("CRC32C"),
    /** SHA-256, 32 bytes: nobody makes other bytes that fit. Whether they may be trusted is for who gave the checksum. */
    SHA_256("SHA-256");

    private final String algorithm;

    Checksum(String algorithm) {
        this.algorithm = algorithm;
    }

    /**
     * The checksum of a name, as headers and configuration have it.
     *
     * @param name such as "CRC32C", "crc32c", "SHA-256", "sha256"
     * @return the one that is meant
     * @throws dev.plimsoll.call.ConfigurationException when there is none of that name
     */
    public static Checksum named(String name) {
        Check check = new Check("checksum");
        if (check.given("name", name)) {
            String plain = plain(name);
            for (Checksum each : values()) {
                if (plain(each.algorithm).equals(plain)) {
                    return each;
                }
            }
            check.that(false, "name", "must be CRC32C or SHA-256", "\"" + name + "\"");
        }
        check.done();
        throw new AssertionError(name);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /**
     * The checksum of bytes.
     *
     * @param bytes all of them
     * @return in hexadecimal digits, small ones, the most significant byte first
     */
    public String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest(Objects.requireNonNull(bytes, "bytes")));
    }

    /**
     * Whether bytes have a checksum.
     *
     * @param bytes all of them
     * @param expected in hexadecimal digits, or in Base64 as HTTP's headers have it
     * @return false also when that is no checksum of this kind
     */
    public boolean matches(byte[] bytes, String expected) {
        byte[] wanted = parsed(Objects.requireNonNull(expected, "expected").strip());
        return MessageDigest.isEqual(digest(Objects.requireNonNull(bytes, "bytes")), wanted);
    }

    private byte[] digest(byte[] bytes) {
        if (this == CRC32C) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) crc.getValue())
                    .array();
        }
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    /** Hexadecimal digits are twice as many as bytes; Base64 is shorter, and for 4 bytes ends with two equals signs. */
    private byte[] parsed(String text) {
        int bytes = this == CRC32C ? 4 : 32;
        try {
            return text.length() == 2 * bytes && !text.endsWith("=")
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException neither) {
            return new byte[0];
        }
    }

    /** Its name, as it is written elsewhere. */
    @Override
    public String toString() {
        return algorithm;
    }
}
