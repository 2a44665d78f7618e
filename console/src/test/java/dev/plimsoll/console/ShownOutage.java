package dev.plimsoll.console;

import dev.plimsoll.console.Browser.Tab;

/** The page of a console whose process has an {@link Outage}: told by the test, at the outage's last moment. */
abstract class ShownOutage extends InBrowser {

    /** The last moment of the outage, in milliseconds since the epoch. */
    static final long AT = 1_767_225_664_000L;

    /** Gets nothing from the process, and its clock stands still; what there is to see is told by the test. */
    private static final String DEAF =
            "delete Navigator.prototype.locks; window.EventSource = class { addEventListener() {} close() {} };"
                    + " { const at = Date.now(); Date.now = () => at; }";

    /** The page of the outage, at its last moment. */
    static Tab show(Console console, Outage outage) throws InterruptedException {
        return show(console, outage, "UTC");
    }

    static Tab show(Console console, Outage outage, String zone) throws InterruptedException {
        Tab tab = browser().open("about:blank", DEAF);
        tab.zone(zone);
        tab.go(console.address().toString());
        tab.until("typeof heard === 'function' && document.readyState === 'complete'");
        tell(tab, "hello", outage.hello());
        for (String story : outage.stories()) {
            tell(tab, "story", story);
        }
        tell(tab, "overview", outage.overview());
        tab.until(has("#verdict", "payments is in trouble"));
        tab.until(has("#timeline", "shipping is going down"));
        return tab;
    }

    /** Once more, so that the page takes its process for alive. */
    static void present(Tab tab, Outage outage, String overview) {
        tell(tab, "hello", outage.hello());
        tell(tab, "overview", overview);
    }

    static void tell(Tab tab, String kind, String data) {
        Object unused = tab.value("heard('" + kind + "', " + data + "); true");
    }

    /** What a console would send, but for its dependencies. */
    static String overview(int all, Json.Members dependencies) {
        return Json.object(json -> {
            json.writeNumberField("at", AT);
            json.writeNumberField("seconds", 10);
            json.writeFieldName("users");
            json.writeRawValue(
                    "{\"seconds\":10,\"heard\":true,\"calls\":0,\"answered\":0,\"fellBack\":0,\"bad\":0,\"refused\":0,\"measured\":0}");
            json.writeNumberField("attempts", 0);
            json.writeNumberField("begun", 0);
            json.writeNumberField("all", all);
            json.writeArrayFieldStart("dependencies");
            dependencies.write(json);
            json.writeEndArray();
        });
    }
}
