package org.holdfast.failover;

/**
 * A column of a replicated table.
 *
 * @param typeId the OID of its type
 * @param isKey whether it belongs to the replica identity, which is the primary key unless the table says otherwise
 */
record SalvagedColumn(String name, int typeId, boolean isKey) {}
