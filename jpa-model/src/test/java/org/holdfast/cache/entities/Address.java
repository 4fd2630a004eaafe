package org.holdfast.cache.entities;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

@Embeddable
public class Address {
    @Column(name = "street")
    public @Nullable String street;

    @Column(name = "city")
    public @Nullable String city;
}
