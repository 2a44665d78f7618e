package dev.plimsoll.cli;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.cli.amplification.AmplificationCommand;
import dev.plimsoll.cli.checkout.CheckoutCommand;
import dev.plimsoll.cli.console.ConsoleCommand;
import dev.plimsoll.cli.demo.DemoCommand;
import dev.plimsoll.cli.flaky.FlakyCommand;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.option.ExitCode;
import dev.plimsoll.cli.overload.OverloadCommand;
import dev.plimsoll.cli.watch.WatchCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's front door: {@code plimsoll} alone prints what it can do; the work is in its subcommands. */
@Command(
        name = "plimsoll",
        description = "Keeps a JVM service afloat when what it depends on fails, slows down or is asked for too much.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT, // the standard options, for every command
        subcommands = {
            DemoCommand.class,
            ConsoleCommand.class,
            WatchCommand.class,
            FlakyCommand.class,
            CheckoutCommand.class,
            AmplificationCommand.class,
            OverloadCommand.class
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Option(names = "--json", description = "list the commands as JSON")
    private boolean json;

    /** Creates the top command; picocli fills it. */
    public Main() {}

    /**
     * Runs the program and ends the JVM with its exit code: 0 when the command did what was asked, 1 when it could not, 2
     * when the command line makes no sense.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs the program within the JVM, with the given streams, and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine program = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler(Main::failed);
        layOut(program);
        int exitCode = program.execute(args);
        if (out.checkError() && exitCode == ExitCode.OK) {
            err.println("What was to be printed could not be written: the output is closed, or its disk is full.");
            return ExitCode.COULD_NOT;
        }
        return exitCode;
    }

    /** Prints the usage text, or the names of the commands as JSON. */
    @Override
    public void run() {
        CommandLine program = spec.commandLine();
        if (json) {
            List<String> names = List.copyOf(program.getSubcommands().keySet());
            program.getOut().println(Json.line(line -> line.texts("commands", names)));
        } else {
            program.usage(program.getOut());
        }
    }

    private static void layOut(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.sortOptions(false);
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(ExitCode.meanings());
        command.getSubcommands().values().forEach(Main::layOut);
    }

    /** The command line has the wrong form. */
    private static int misused(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        complain(command, e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            UnmatchedArgumentException.printSuggestions(unmatched, command.getErr());
        }
        pointToHelp(command);
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        if (e instanceof ConfigurationException wrong) {
            wrong.problems().forEach(problem -> complain(command, problem));
            pointToHelp(command);
            return ExitCode.USAGE;
        }
        if (e instanceof CommandFailure) {
            complain(command, e.getMessage());
            return ExitCode.COULD_NOT;
        }
        throw e;
    }

    private static void complain(CommandLine command, @Nullable String line) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
    }

    private static void pointToHelp(CommandLine command) {
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
}
