package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import java.lang.module.Configuration;
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
    @DisplayName("The module resolves with nothing but core and the JDK, and offers its package")
    void module_inALayer_offersItsPackage() throws Exception {
        ModuleFinder modules = ModuleFinder.of(placeOf(GuardedHttpClient.class), placeOf(Guard.class));
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(modules, ModuleFinder.of(), Set.of("dev.plimsoll.http"));
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();
        Module http = layer.findModule("dev.plimsoll.http").orElseThrow();
        Class<?> client = Class.forName(http, GuardedHttpClient.class.getName());
        assertThat(client.getModule().isExported("dev.plimsoll.http")).isTrue();
        assertThat(client.getModule().isExported("dev.plimsoll.http.servlet")).isTrue();
        assertThat(client.getMethods()).extracting("name").contains("of", "send", "judgedBy", "withoutDeadlineHeaders");
        assertThat(layer.modules())
                .extracting(Module::getName)
                .containsExactlyInAnyOrder("dev.plimsoll.http", "dev.plimsoll.core");
        assertThat(http.getDescriptor().requires())
                .filteredOn(requires ->
                        requires.modifiers().contains(java.lang.module.ModuleDescriptor.Requires.Modifier.TRANSITIVE))
                .extracting(java.lang.module.ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("dev.plimsoll.core", "java.net.http");
    }
}
