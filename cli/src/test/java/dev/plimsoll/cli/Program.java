package dev.plimsoll.cli;

import dev.plimsoll.Rendezvous;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The real program in a process of its own, on the class path of the tests. Its output lines are kept as they come, so
 * that a test can wait for one of them.
 */
final class Program implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Process process;
    private final List<Thread> readers;

    private Program(Process process) {
        this.process = process;
        this.readers = List.of(reader(process.getInputStream(), lines), reader(process.getErrorStream(), complaints));
    }

    /** Starts {@code plimsoll} with the arguments. */
    static Program start(String... args) throws IOException {
        return start(Map.of(), args);
    }

    /** Starts {@code plimsoll} with the arguments, and with these variables in its environment. */
    static Program start(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1"); // it does not live long enough for the second compiler
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Program program = new Program(builder.start());
        program.readers.forEach(Thread::start);
        return program;
    }

    private static Thread reader(InputStream stream, List<String> lines) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        reader.lines().forEach(lines::add);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "program-output");
        thread.setDaemon(true);
        return thread;
    }

    /** What it has printed so far, an element for each line. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** What it has complained of so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Waits for the number-th line that contains the text, from 1, and returns it. */
    String line(int number, String text) {
        return line(lines, number, text);
    }

    /** Waits until it says where its page is, and returns that address. */
    String page() {
        return line(complaints, 1, "Watch it: ").replaceFirst("^Watch it: ", "");
    }

    private String line(List<String> where, int number, String text) {
        Rendezvous.await(
                () -> matching(where, text).size() >= number || !process.isAlive(),
                "line " + number + " with " + text + " among " + where.size());
        List<String> found = matching(where, text);
        if (found.size() < number) {
            readers.forEach(Rendezvous::join);
            found = matching(where, text);
        }
        if (found.size() < number) {
            throw new AssertionError("It ended without line " + number + " with " + text + ":\n"
                    + String.join("\n", lines) + String.join("\n", complaints));
        }
        return found.get(number - 1);
    }

    private static List<String> matching(List<String> where, String text) {
        return where.stream().filter(line -> line.contains(text)).toList();
    }

    /** Asks it to end, as Ctrl-C or a service manager does, and waits; returns the exit code. */
    int stop() {
        terminate();
        return exit();
    }

    /** Asks it to end by SIGTERM, and does not wait. */
    void terminate() {
        process.toHandle().destroy(); // the process's own method would close its output as well
    }

    /** Kills it as {@code kill -9} does, and waits. */
    void kill() {
        process.toHandle().destroyForcibly();
        exit();
    }

    /** Waits until it has ended and all its output is here; returns the exit code. */
    int exit() {
        int code = Rendezvous.exit(process);
        readers.forEach(Rendezvous::join);
        return code;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Sends a request and returns the body of the answer. */
    static String send(String method, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return CLIENT.send(request, BodyHandlers.ofString()).body().trim();
    }
}
