package org.holdfast.cache.entities;

import jakarta.persistence.Embeddable;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Embeddable
public class BookingId implements Serializable {
    private static final long serialVersionUID = 1;

    public String room = "";
    public int day;

    public BookingId() {}

    public BookingId(String room, int day) {
        this.room = room;
        this.day = day;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BookingId that && room.equals(that.room) && day == that.day;
    }

    @Override
    public int hashCode() {
        return Objects.hash(room, day);
    }
}
