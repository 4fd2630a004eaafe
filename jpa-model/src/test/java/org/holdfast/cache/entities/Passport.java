package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "cachetest", name = "passport")
public class Passport {
    @Id
    public UUID id = UUID.randomUUID();

    @Version
    public int version;

    public String number = "";

    @OneToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "owner_id")
    public @Nullable Person owner;

    public Passport() {}

    public Passport(Person owner, String number) {
        this.owner = owner;
        this.number = number;
    }

    public @Nullable Person owner() {
        return owner;
    }
}
