package org.holdfast.it.bench.search.peer;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** All resources of the archive. */
@ApplicationPath("/")
public class PeerApplication extends Application {}
