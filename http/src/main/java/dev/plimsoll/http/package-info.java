/** Adapters between Plimsoll and HTTP: the client, the classifier of answers, the headers. */
@NullMarked
package dev.plimsoll.http;

import org.jspecify.annotations.NullMarked;
