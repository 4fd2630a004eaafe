package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** Without version. */
@Entity
@Table(schema = "cachetest", name = "team")
public class Team {
    @Id
    public long id;

    public String name = "";

    @OneToMany(mappedBy = "team")
    public List<Person> members = new ArrayList<>();

    public Team() {}

    public Team(long id, String name) {
        this.id = id;
        this.name = name;
    }

    public void rename(String newName) {
        this.name = newName;
    }

    public List<Person> members() {
        return members;
    }
}
