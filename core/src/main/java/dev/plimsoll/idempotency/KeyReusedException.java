package dev.plimsoll.idempotency;

/**
 * The same key was used for something else: what the caller asks for has another fingerprint than what was asked for under
 * this key before. Nothing was done.
 */
public final class KeyReusedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String first;
    private final String now;

    KeyReusedException(String name, String key, String first, String now) {
        super(name + ": the key " + key + " was used before for " + quoted(first) + ", now for " + quoted(now));
        this.key = key;
        this.first = first;
        this.now = now;
    }

    private static String quoted(String fingerprint) {
        return fingerprint.isEmpty() ? "no fingerprint" : "\"" + fingerprint + "\"";
    }

    /**
     * The key.
     *
     * @return as the caller gave it
     */
    public String key() {
        return key;
    }

    /**
     * What the key was used for first.
     *
     * @return a fingerprint; empty when none was given
     */
    public String firstFingerprint() {
        return first;
    }

    /**
     * What it was used for now.
     *
     * @return a fingerprint; empty when none was given
     */
    public String fingerprint() {
        return now;
    }
}
