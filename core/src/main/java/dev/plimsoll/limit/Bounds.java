package dev.plimsoll.limit;

/**
 * The lowest and the highest limit there may be.
 *
 * @param min at least 1
 * @param max at least {@code min}
 */
record Bounds(int min, int max) {

    Bounds {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("no bounds: " + min + " to " + max);
        }
    }

    int clamp(int limit) {
        return Math.max(min, Math.min(max, limit));
    }

    double clamp(double limit) {
        return Math.max(min, Math.min(max, limit));
    }
}
