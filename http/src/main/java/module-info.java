import org.jspecify.annotations.NullMarked;

/** Adapters between Plimsoll and HTTP. */
@NullMarked
module dev.plimsoll.http {
    requires transitive dev.plimsoll.core;
    requires static org.jspecify;
}
