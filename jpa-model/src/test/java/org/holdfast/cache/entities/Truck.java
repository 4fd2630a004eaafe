package org.holdfast.cache.entities;

import jakarta.persistence.Entity;

@Entity
public class Truck extends Vehicle {
    public int tons;
}
