package org.holdfast.cache.entities;

import jakarta.persistence.Entity;

@Entity
public class Car extends Vehicle {
    public int seats;
}
