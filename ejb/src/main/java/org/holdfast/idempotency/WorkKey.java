package org.holdfast.idempotency;

/**
 * The name of one write session within its tenant, and what it must be the same for.
 *
 * @param ordinal counts the write sessions of the request from 0
 * @param requestHash 64 hexadecimal digits
 */
record WorkKey(String actor, String key, int ordinal, String requestHash) {}
