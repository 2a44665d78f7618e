package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ModuleTest {

    private static Path placeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    @DisplayName(
            "The module resolves with nothing but core and the JDK, and the flight recorder works without the others")
    void module_inALayer_needsNeitherMicrometerNorOpenTelemetry() throws Exception {
        ModuleFinder modules = ModuleFinder.of(placeOf(GuardFlight.class), placeOf(Guard.class));
        Configuration configuration = ModuleLayer.boot()
                .configuration()
                .resolve(modules, ModuleFinder.of(), Set.of("dev.plimsoll.telemetry"));
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();
        Module telemetry = layer.findModule("dev.plimsoll.telemetry").orElseThrow();
        Class<?> flight = Class.forName(telemetry, GuardFlight.class.getName());
        assertThat(flight.getMethods()).extracting("name").contains("start", "close");
        assertThat(layer.modules())
                .extracting(Module::getName)
                .containsExactlyInAnyOrder("dev.plimsoll.telemetry", "dev.plimsoll.core");
        assertThat(telemetry.getDescriptor().requires())
                .filteredOn(requires -> requires.modifiers().contains(Requires.Modifier.STATIC))
                .extracting(Requires::name)
                .containsExactlyInAnyOrder(
                        "io.opentelemetry.api",
                        "io.opentelemetry.context",
                        "jdk.jfr",
                        "micrometer.core",
                        "org.jspecify");
    }
}
