package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(schema = "cachetest", name = "circle")
public class Circle extends Shape {
    public double radius;
}
