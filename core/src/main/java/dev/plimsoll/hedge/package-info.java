/** A second leg for attempts that are slower than usual: the first answer counts. */
@NullMarked
package dev.plimsoll.hedge;

import org.jspecify.annotations.NullMarked;
