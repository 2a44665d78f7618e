package dev.plimsoll.fallback;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Something to be done later: a key by which its receiver sees that it has done it already, and what it needs to do it.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class Later {

    /** How long the key may be, in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 1 << 10;

    /** How large key and body may be together, in bytes. */
    public static final int MAX_BYTES = 1 << 24;

    private final String key;
    private final byte[] body;

    private Later(String key, byte[] body) {
        this.key = key;
        this.body = body;
    }

    /**
     * Something to be done later.
     *
     * @param key the idempotency key, the same whenever the same is meant; not empty, at most {@link #MAX_KEY_BYTES}
     * @param body copied; with the key at most {@link #MAX_BYTES}
     * @return an item
     * @throws IllegalArgumentException when it is too large, or the key is empty
     */
    public static Later of(String key, byte[] body) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(body, "body");
        int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (keyBytes == 0 || keyBytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("key must have 1 … " + MAX_KEY_BYTES + " bytes: " + keyBytes);
        }
        if ((long) keyBytes + body.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "key and body must have at most " + MAX_BYTES + " bytes: " + ((long) keyBytes + body.length));
        }
        return new Later(key, body.clone());
    }

    /**
     * Something to be done later that text describes.
     *
     * @param key the idempotency key, as in {@link #of(String, byte[])}
     * @param body kept as UTF-8
     * @return an item
     * @throws IllegalArgumentException when it is too large, or the key is empty
     */
    public static Later of(String key, String body) {
        return of(key, Objects.requireNonNull(body, "body").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * By which its receiver sees that it has done it already.
     *
     * @return as given
     */
    public String key() {
        return key;
    }

    /**
     * What it needs.
     *
     * @return a copy
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * What it needs, as text.
     *
     * @return the body read as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body itself, for those who only read it. */
    byte[] bodyItself() {
        return body;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Later later && key.equals(later.key) && Arrays.equals(body, later.body);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(body);
    }

    /** The key and the size; what is in the body may be nobody's business. */
    @Override
    public String toString() {
        return key + " (" + body.length + " bytes)";
    }
}
