package dev.plimsoll.architecture.planted.util;

final class Drawer {
    private Drawer() {}
}
