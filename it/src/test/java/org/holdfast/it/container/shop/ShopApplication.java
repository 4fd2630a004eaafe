package org.holdfast.it.container.shop;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** All resources of the archive. */
@ApplicationPath("/")
public class ShopApplication extends Application {}
