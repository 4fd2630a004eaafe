package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.security.PermitAll;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
    static class Silent {
        public void forgotten() {}

        @PermitAll
        public void open() {}

        @AllowedTo("admin")
        public void admins() {}

        @AllowedTo({})
        public void emptyRoles() {}
    }

    @AllowedTo({"agent", "viewer"})
    static class ForAgents {
        public void forgotten() {}

        @AllowedTo("admin")
        public void admins() {}
    }

    @PermitAll
    static class Open {
        public void forgotten() {}

        @AllowedTo("admin")
        public void admins() {}
    }

    @ParameterizedTest
    @CsvSource({
        "Silent, forgotten, nobody",
        "Silent, open, anybody",
        "Silent, admins, admin",
        "Silent, emptyRoles, nobody",
        "ForAgents, forgotten, agent viewer",
        "ForAgents, admins, admin",
        "Open, forgotten, anybody",
        "Open, admins, admin"
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
