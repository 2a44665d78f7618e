package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address is, however it is spelt. */
final class AddressTest {

    private static Address of(String url) {
        return Address.of(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://shop/ http://shop HTTP://Shop http://SHOP:80/ http://shop:/ http://shop/#/d/prices"
                        + " http://shop/a/..",
                "https://shop:443/ https://shop HTTPS://SHOP/",
                "http://shop:8099/ http://Shop:8099 http://shop:8099/./ http://shop:8099/#",
                "http://shop/one/ http://shop/one http://shop/two/../one http://SHOP:80/one/#/d/prices",
                "http://[::1]:8099/ http://[::1]:8099"
            })
    @DisplayName("All spellings of an address are the same one")
    void spellings_areOneAddress(String spellings) {
        assertThat(Arrays.stream(spellings.split(" ", -1)).map(AddressTest::of).distinct())
                .hasSize(1);
    }

    @Test
    @DisplayName("What is elsewhere is another one: by scheme, port, path and its capitals")
    void elsewhere_isAnother() {
        String all = "http://shop/ https://shop/ http://shop:81/ http://shop:443/ http://shop/one/ http://shop/One/"
                + " http://shops/";
        assertThat(Arrays.stream(all.split(" ", -1)).map(AddressTest::of).distinct())
                .hasSize(7);
        assertThat(of("http://shop/one").at("events")).isEqualTo(URI.create("http://shop/one/events"));
    }
}
