package org.holdfast.cache.entities;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

@Entity
@Table(schema = "cachetest", name = "booking")
public class Booking {
    @EmbeddedId
    public BookingId id = new BookingId();

    @Version
    public long version;

    public String guest = "";
}
