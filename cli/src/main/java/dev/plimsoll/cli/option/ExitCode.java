package dev.plimsoll.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the program's exit codes mean, the same for every command. */
public final class ExitCode {
    /** The command did what was asked. */
    public static final int OK = 0;
    /** It could not: a port is taken, the output was closed, a demonstration did not end as it should. */
    public static final int COULD_NOT = 1;
    /** The command line makes no sense. */
    public static final int USAGE = 2;

    private ExitCode() {}

    /**
     * The codes in words, for help texts.
     *
     * @return code to meaning, in ascending order
     */
    public static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(" 0", "it did what was asked");
        meanings.put(" 1", "it could not: a port is taken, the output was closed, a demonstration went wrong");
        meanings.put(" 2", "the command line makes no sense");
        meanings.put("130", "interrupted with Ctrl-C (143: by SIGTERM)");
        return meanings;
    }
}
