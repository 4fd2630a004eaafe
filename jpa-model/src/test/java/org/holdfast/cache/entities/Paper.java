package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

@Entity
@Table(schema = "cachetest", name = "paper")
@Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
public class Paper {
    @Id
    public long id;

    @Version
    public long version;

    public String title = "";
}
