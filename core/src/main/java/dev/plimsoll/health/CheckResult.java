package dev.plimsoll.health;

/** What one health check has shown. */
enum CheckResult {
    /** The dependency answered, and well. */
    GOOD,
    /** It said no, failed, or did not answer in time. */
    BAD,
    /** It was not asked, for a reason that lies with us: no thread was free, say. */
    NOT_RUN,
    /** It did not answer well, and this process itself had stood still meanwhile. */
    SPOILT
}
