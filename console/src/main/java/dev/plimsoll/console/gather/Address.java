package dev.plimsoll.console.gather;

import dev.plimsoll.call.ConfigurationException.Check;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Where a console is. Also behind a proxy that gives it a path of its own.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param base ends with a slash
 */
public record Address(URI base) {

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int MOST_PORT = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Says what is wrong with a URL. Who names a user in it has put a password where everybody can read it.
     *
     * @param check hears of it
     * @param field what it is given as
     * @param given the URL
     * @return whether nothing is
     */
    public static boolean check(Check check, String field, URI given) {
        boolean hasUser = given.getRawUserInfo() != null;
        String scheme = given.getScheme();
        boolean leads = scheme != null
                && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))
                && given.getHost() != null
                && given.getPort() <= MOST_PORT;
        boolean bare = !hasUser && given.getRawQuery() == null;
        String rule =
                leads ? "must have neither a user nor a query" : "must begin with http:// or https:// and name a host";
        check.that(leads && bare, field, rule, hasUser ? "(not shown)" : "'" + given + "'");
        return leads && bare;
    }

    /**
     * The address of a URL that was checked. All spellings of one address are the same: of scheme and host in capitals or not,
     * with the port that is meant anyway, with steps up in the path, with a slash at the end.
     *
     * @param given the URL; a fragment, as of the link to one dependency, is left out
     * @return where its console is
     */
    public static Address of(URI given) {
        String scheme = given.getScheme().toLowerCase(Locale.ROOT);
        String host = given.getHost().toLowerCase(Locale.ROOT);
        int port = given.getPort();
        boolean usual = port < 0 || port == (scheme.equals("https") ? HTTPS_PORT : HTTP_PORT);
        String path = given.normalize().getRawPath();
        String slash = path.endsWith("/") ? "" : "/";
        return new Address(URI.create(scheme + "://" + host + (usual ? "" : ":" + port) + path + slash));
    }

    /** What is there under a path. */
    URI at(String path) {
        return URI.create(base + path);
    }

    /** Host and port. */
    String host() {
        return base.getRawAuthority();
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
