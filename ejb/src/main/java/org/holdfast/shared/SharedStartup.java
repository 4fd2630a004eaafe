package org.holdfast.shared;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;

/** Begins with the application, which a bad value of this feature's configuration stops, and leaves nothing behind. */
@Singleton
@Startup
public class SharedStartup {
    @Inject
    SharedRedis redis;

    @PostConstruct
    void start() {
        redis.start();
    }

    @PreDestroy
    void stop() {
        redis.close();
    }
}
