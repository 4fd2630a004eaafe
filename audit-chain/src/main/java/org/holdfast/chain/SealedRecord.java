package org.holdfast.chain;

/** A sealed entry. */
public record SealedRecord(AuditRecord record, Seal seal) {}
