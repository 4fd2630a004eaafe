package org.holdfast.failover;

/**
 * What a salvage found.
 *
 * @param transactions transactions that the other cluster never received
 * @param changes the changes of tenants' tables in them
 * @param added those changes that no earlier salvage had stored
 */
public record SalvageReport(long transactions, long changes, long added) {
    static final SalvageReport NOTHING = new SalvageReport(0, 0, 0);

    SalvageReport plus(SalvageReport other) {
        return new SalvageReport(transactions + other.transactions, changes + other.changes, added + other.added);
    }
}
