package org.holdfast.web;

import jakarta.annotation.security.DeclareRoles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.auth.LoginConfig;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** The API. Resources and providers are found by their annotations. */
@ApplicationScoped
@ApplicationPath("api")
@LoginConfig(authMethod = "MP-JWT")
@DeclareRoles({Roles.ADMIN, Roles.OPERATOR, Roles.AGENT, Roles.VIEWER})
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Holdfast",
                        version = "1",
                        description = "The data tier for applications whose agents must not forget.",
                        license =
                                @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0.txt")),
        security = @SecurityRequirement(name = "bearer"))
@SecurityScheme(
        securitySchemeName = "bearer",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT",
        description = "The access token that POST /api/auth/login answers.")
public class HoldfastApplication extends Application {
    @Override
    public Map<String, Object> getProperties() {
        return Map.of(
                // Jersey takes the JSON library of this name, and the server has none: JsonBody is the only one left.
                "jersey.config.jsonFeature", "StrictJson",
                // The API is described by /openapi alone.
                "jersey.config.server.wadl.disableWadl", true,
                // An error without a body stays Jersey's own, so that the container puts no page of its own
                // in its place.
                "jersey.config.server.response.setStatusOverSendError", true);
    }
}
