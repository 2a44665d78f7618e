package dev.plimsoll.window;

import java.math.BigInteger;

/**
 * Divides by a number that is known in advance, without a division instruction: those of 64 bits take 20 to 40 cycles on
 * many machines, this takes some 7.
 *
 * <p><b>Threading:</b> immutable.
 */
final class Divisor {
    /*
     * Let d be the divisor, s = floor(log2 d), so that s >= 1, and m = min(floor(2^(63+s) / d), 2^63 - 1). For
     * 0 <= x < 2^63
     *
     *     guess = floor(x·m / 2^(63+s)) = multiplyHigh(x, m) >> (s - 1)
     *
     * As m > 2^(63+s)/d - 1 (or equal, when d is a power of two), x·m / 2^(63+s) lies in (x/d - 1/2^s, x/d]; so the guess
     * is floor(x/d) or one less, and one comparison of the remainder corrects it.
     *
     * Source: T. Granlund, P. Montgomery, Division by Invariant Integers using Multiplication, PLDI 1994, with the
     * correction step in place of their 65-bit multipliers.
     */
    private final long divisor;
    private final long multiplier;
    private final int shift;

    /** Prepares divisions by {@code divisor}, which is 2 or more. */
    Divisor(long divisor) {
        if (divisor < 2) {
            throw new IllegalArgumentException("divisor must be at least 2: " + divisor);
        }
        this.divisor = divisor;
        int log2 = 63 - Long.numberOfLeadingZeros(divisor);
        this.multiplier = BigInteger.ONE
                .shiftLeft(63 + log2)
                .divide(BigInteger.valueOf(divisor))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
        this.shift = log2 - 1;
    }

    /** {@code x / divisor}, for x of 0 or more. */
    long quotient(long x) {
        long guess = Math.multiplyHigh(x, multiplier) >> shift;
        return x - guess * divisor >= divisor ? guess + 1 : guess;
    }

    /** {@code x % divisor}, for x of 0 or more. */
    long remainder(long x) {
        long rest = x - (Math.multiplyHigh(x, multiplier) >> shift) * divisor;
        return rest >= divisor ? rest - divisor : rest;
    }
}
