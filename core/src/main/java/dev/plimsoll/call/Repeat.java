package dev.plimsoll.call;

/** May the work be run again after an outcome? The answer of a {@link Classifier}, separate from its verdict. */
public enum Repeat {
    /** Never: the caller's mistake, an interruption, an {@link Error}, a refusal by the own guard, a dependency that wants no other. */
    NEVER,
    /** Never, for it may have taken effect and must not do so twice; no retry's setting overrides it. */
    NOT_IDEMPOTENT,
    /** Only when the retry's {@code retryOn} or {@code retryOnResult} names it; a good result, too. */
    IF_NAMED,
    /** When the work may be repeated, which naming a retry declares: it may or may not have taken effect. */
    IF_IDEMPOTENT,
    /** Always: it surely never reached the other side. */
    ALWAYS
}
