package dev.plimsoll.call;

/**
 * The dependency answered, and the answer is wrong: it does not fit its checksum, or breaks a rule about it. The value
 * itself was dropped, so that nobody takes it for good.
 *
 * <p>The {@linkplain Classifier#standard() standard classifier} takes it for a failure that is likely to pass: idempotent
 * work is tried again.
 */
public final class InvalidAnswerException extends GuardException {

    private static final long serialVersionUID = 1L;

    /**
     * Made by whoever looked at the answer.
     *
     * @param dependency whose answer it is
     * @param problem what is wrong with it, such as "the CRC32C is 0a1b2c3d, and not 4e5f6071"
     */
    public InvalidAnswerException(String dependency, String problem) {
        super(dependency, dependency + ": a wrong answer: " + problem, false);
    }
}
