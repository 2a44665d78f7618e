/** Less load than is offered: held back before a dependency that is full, and refused by a service that is. */
@NullMarked
package dev.plimsoll.shed;

import org.jspecify.annotations.NullMarked;
