package dev.plimsoll.console;

import java.security.SecureRandom;

/** What tells a console from all others, and from the one that was there before: so that no page takes one for the other. */
final class Run {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Run() {}

    /** Sixteen hexadecimal digits that nobody else has: neither of this process, nor of others, begun in the same moment. */
    static String next() {
        return String.format("%016x", RANDOM.nextLong());
    }
}
