package org.holdfast.cache;

import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.sessions.Session;

/** Which classes share an identity: those below the same root, unless each has a table of its own. */
final class Roots {
    private Roots() {}

    /** The root of an entity's inheritance tree, also before descriptors are initialised. */
    static ClassDescriptor of(ClassDescriptor descriptor, Session session) {
        ClassDescriptor root = descriptor;
        while (root.hasInheritance() && root.getInheritancePolicy().getParentClass() != null) {
            ClassDescriptor parent =
                    session.getDescriptor(root.getInheritancePolicy().getParentClass());
            if (parent == null || parent == root) {
                return root;
            }
            root = parent;
        }
        return root;
    }
}
