/** What has changed and is still to be told. */
@NullMarked
package dev.plimsoll.news;

import org.jspecify.annotations.NullMarked;
