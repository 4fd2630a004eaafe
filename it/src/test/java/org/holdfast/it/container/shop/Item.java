package org.holdfast.it.container.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** Something that is sold. */
@Entity
@Table(schema = "shop", name = "item")
public class Item {
    @Id
    private long id;

    @Version
    private long version;

    private String name = "";

    /** Its number, which never changes. */
    public long id() {
        return id;
    }

    /** What customers call it. */
    public String name() {
        return name;
    }

    /** Gives it another name. */
    public void rename(String newName) {
        name = newName;
    }
}
