package dev.plimsoll.health;

/**
 * How unlikely it is that a heartbeat is merely late: phi, the negative decimal logarithm of the probability that a normal
 * distribution gives to an interval of at least this length. 1 means one chance in ten, 8 one in a hundred million.
 *
 * <p><b>Threading:</b> pure functions.
 */
final class Suspicion {
    /*
     * Where y is how many standard deviations the silence is longer than the mean, φ the density and Q the upper tail:
     *
     *      |y| < 2   Q = 1/2 − φ(y)·(y + y³/3 + y⁵/(3·5) + y⁷/(3·5·7) + …)       nothing is lost: Q is not small there
     *       y ≥ 2    Q = φ(y) / (y + 1/(y + 2/(y + 3/(y + …))))                  its logarithm is taken term by term
     *       y ≤ −2   Q = 1 − Q(−y)
     *
     * so that the tail neither underflows (Q itself does at y = 38, phi = 320) nor is cut off where 1 − Q rounds to 1.
     *
     * Sources: N. Hayashibara, X. Défago, R. Yared, T. Katayama, The φ Accrual Failure Detector, 2004; the series: G.
     * Marsaglia, Evaluating the Normal Distribution, 2004; the fraction: P.-S. Laplace. Akka approximates the tail by a
     * logistic function, which is a little larger there, and infinite from about y = 21 on.
     */
    private static final double LN_ROOT_TWO_PI = 0.9189385332046727;
    private static final double LN_10 = Math.log(10);
    private static final double TAIL = 2;
    private static final int DEPTH = 80;

    private Suspicion() {}

    /**
     * phi.
     *
     * @param y by how many standard deviations the silence is longer than the mean interval; less than zero when it is
     *     shorter
     * @return 0 or more, never NaN; grows with y
     */
    static double phi(double y) {
        if (y >= TAIL) {
            return (y * y / 2 + LN_ROOT_TWO_PI + Math.log(fraction(y))) / LN_10;
        }
        double below = y <= -TAIL ? Math.pow(10, -phi(-y)) : 0.5 + density(y) * series(y);
        return Math.max(0, -Math.log1p(-below) / LN_10);
    }

    private static double density(double y) {
        return Math.exp(-y * y / 2 - LN_ROOT_TWO_PI);
    }

    private static double series(double y) {
        double sum = y;
        double term = y;
        for (int odd = 3; sum + term != sum || odd == 3; odd += 2) {
            term *= y * y / odd;
            sum += term;
        }
        return sum;
    }

    private static double fraction(double y) {
        double value = y;
        for (int k = DEPTH; k >= 1; k--) {
            value = y + k / value;
        }
        return value;
    }
}
