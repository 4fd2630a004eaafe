package org.holdfast.it.container;

import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A transactional resource that promises to commit, and does not. */
final class FailingResource implements XAResource {
    static void enlist(TransactionManager transactions) {
        try {
            transactions.getTransaction().enlistResource(new FailingResource());
        } catch (SystemException | RollbackException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public int prepare(Xid xid) {
        return XA_OK;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        throw new XAException(XAException.XA_HEURRB);
    }

    @Override
    public void rollback(Xid xid) {
        // Nothing was done.
    }

    @Override
    public void start(Xid xid, int flags) {
        // Nothing to be joined.
    }

    @Override
    public void end(Xid xid, int flags) {
        // Nothing to be left.
    }

    @Override
    public void forget(Xid xid) {
        // Nothing is remembered.
    }

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
