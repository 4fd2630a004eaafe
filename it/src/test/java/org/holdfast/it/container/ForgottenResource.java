package org.holdfast.it.container;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A resource whose author forgot to say who may call it. */
@Path("forgotten")
public class ForgottenResource {
    @GET
    public String get() {
        return "everybody got in";
    }
}
