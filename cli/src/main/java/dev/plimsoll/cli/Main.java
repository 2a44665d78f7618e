package dev.plimsoll.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program's front door: {@code plimsoll} alone prints what it can do; the work is in its subcommands. */
@Command(
        name = "plimsoll",
        description = "Keeps a JVM service afloat when what it depends on fails, slows down or is asked for too much.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    /** Creates the top command; picocli fills it. */
    public Main() {}

    /**
     * Runs the program and ends the JVM with its exit code: 0 when the command did what was asked, 1 when it failed, 2
     * when the command line makes no sense.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs the program within the JVM, with the given streams, and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Main()).setOut(out).setErr(err).execute(args);
    }

    /** Prints the usage text. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
