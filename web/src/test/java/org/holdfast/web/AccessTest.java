package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
    static class Silent {
        public void forgotten() {}

        @PermitAll
        public void open() {}

        @DenyAll
        public void denied() {}

        @RolesAllowed("admin")
        public void admins() {}

        @RolesAllowed({})
        public void emptyRoles() {}
    }

    @DenyAll
    static class Closed {
        public void forgotten() {}

        @PermitAll
        public void open() {}
    }

    @RolesAllowed({"agent", "viewer"})
    static class ForAgents {
        public void forgotten() {}

        @DenyAll
        public void denied() {}

        @RolesAllowed("admin")
        public void admins() {}
    }

    @PermitAll
    static class Open {
        public void forgotten() {}

        @DenyAll
        public void denied() {}
    }

    @ParameterizedTest
    @CsvSource({
        "Silent, forgotten, nobody",
        "Silent, open, anybody",
        "Silent, denied, nobody",
        "Silent, admins, admin",
        "Silent, emptyRoles, nobody",
        "Closed, forgotten, nobody",
        "Closed, open, anybody",
        "ForAgents, forgotten, agent viewer",
        "ForAgents, denied, nobody",
        "ForAgents, admins, admin",
        "Open, forgotten, anybody",
        "Open, denied, nobody"
    })
    void theMethodSaysElseItsClassElseNobody(String resource, String method, String allowed) throws Exception {
        Class<?> type = Class.forName(AccessTest.class.getName() + "$" + resource);

        Access access = Access.of(type, type.getMethod(method));

        assertThat(access.isForNobody()).isEqualTo(allowed.equals("nobody"));
        assertThat(access.isOpen()).isEqualTo(allowed.equals("anybody"));
        if (!access.isForNobody() && !access.isOpen()) {
            assertThat(access.roles()).isEqualTo(Set.of(allowed.split(" ", -1)));
        }
    }
}
