package org.holdfast.cache.entities;

import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.holdfast.model.InstantConverter;
import org.holdfast.model.JsonText;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "cachetest", name = "person")
public class Person {
    public enum Mood {
        FINE,
        TIRED
    }

    @Id
    public UUID id = UUID.randomUUID();

    @Version
    public long version;

    public String name = "";

    @Enumerated(EnumType.STRING)
    public @Nullable Mood mood;

    public @Nullable BigDecimal salary;

    public @Nullable LocalDate born;

    @Convert(converter = InstantConverter.class)
    @Column(name = "seen_at")
    public @Nullable Instant seenAt;

    @Convert(converter = JsonText.class)
    public @Nullable String extra;

    @Embedded
    public Address home = new Address();

    @ElementCollection
    @CollectionTable(schema = "cachetest", name = "person_tag", joinColumns = @JoinColumn(name = "person_id"))
    @Column(name = "tag")
    public Set<String> tags = new HashSet<>();

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "team_id")
    public @Nullable Team team;

    @OneToOne(mappedBy = "owner", fetch = FetchType.LAZY, cascade = CascadeType.ALL)
    public @Nullable Passport passport;

    public Person() {}

    public Person(String name) {
        this.name = name;
    }

    public void rename(String newName) {
        this.name = newName;
    }

    public void moveTo(String newCity) {
        Address address = new Address();
        address.city = newCity;
        this.home = address;
    }

    public void join(@Nullable Team newTeam) {
        this.team = newTeam;
    }

    public @Nullable Team team() {
        return team;
    }

    public @Nullable Passport passport() {
        return passport;
    }

    public Set<String> tags() {
        return tags;
    }
}
