package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

@Entity
@Table(schema = "cachetest", name = "shape")
@Inheritance(strategy = InheritanceType.JOINED)
public class Shape {
    @Id
    public long id;

    @Version
    public long version;

    public String color = "";
}
