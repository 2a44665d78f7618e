package dev.plimsoll.cli.option;

/** Why a command could not do what was asked, in one line for the user: exit code {@link ExitCode#COULD_NOT}. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Creates a failure that nothing else caused.
     *
     * @param line what went wrong and what can be done, without the program's name
     */
    public CommandFailure(String line) {
        super(line);
    }

    /**
     * Creates the failure.
     *
     * @param line what went wrong and what can be done, without the program's name
     * @param cause what it came from
     */
    public CommandFailure(String line, Throwable cause) {
        super(line, cause);
    }
}
