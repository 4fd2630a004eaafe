package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(schema = "cachetest", name = "square")
public class Square extends Shape {
    public double side;
}
