package dev.plimsoll.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version that the build wrote next to this class, and the JVM it runs on. */
final class Version implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    Version() {}

    @Override
    public String[] getVersion() throws IOException {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException(RESOURCE + " is missing from the program");
            }
            built.load(in);
        }
        return new String[] {
            "plimsoll " + built.getProperty("version"),
            "java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")"
        };
    }
}
