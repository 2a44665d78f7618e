/** The inbound edge of a servlet application. Needs the Jakarta Servlet API, which this module does not bring. */
@NullMarked
package dev.plimsoll.http.servlet;

import org.jspecify.annotations.NullMarked;
