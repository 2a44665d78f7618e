package dev.plimsoll.cli.watch;

/**
 * The signs that a picture is made of; they differ in shape, so that they can be told apart without colours.
 *
 * @param ok a good call
 * @param failed a bad call
 * @param refused a refused call
 * @param full a part of a bar that is filled
 * @param rest a part of a bar that is not
 * @param arrow from one state to another
 * @param ellipsis something is left out
 */
record Signs(String ok, String failed, String refused, String full, String rest, String arrow, String ellipsis) {
    static final Signs UNICODE = new Signs("●", "✖", "○", "█", "░", "→", "…");
    static final Signs ASCII = new Signs("o", "x", "-", "#", ".", "->", "~");

    String of(Result result) {
        return switch (result) {
            case OK -> ok;
            case FAILED -> failed;
            case REFUSED -> refused;
        };
    }
}
