package org.holdfast.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a resource method, or all those of a class that do not say it themselves. In place of {@code RolesAllowed},
 * for whose sake the server asks each request for its caller a second time: that looks for a class which is not there, in
 * all of the application and under its class loader's lock, and was an eighth of a short request's processor time.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface AllowedTo {
    /** Names of {@link Roles}, of which the caller needs one; with none nobody may. */
    String[] value();
}
