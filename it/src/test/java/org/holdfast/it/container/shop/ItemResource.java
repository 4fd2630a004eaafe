package org.holdfast.it.container.shop;

import jakarta.enterprise.context.RequestScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.holdfast.cache.CacheSnapshot;
import org.holdfast.cache.EntityCache;

/** Items by their number, and what the cache counts. */
@Path("items")
@RequestScoped
@Transactional
@Produces(MediaType.TEXT_PLAIN)
public class ItemResource {
    @PersistenceContext
    private EntityManager entities;

    /** The item's name. */
    @GET
    @Path("{id}")
    public String name(@PathParam("id") long id) {
        return item(id).name();
    }

    /** Renames it. */
    @PUT
    @Path("{id}")
    public void rename(@PathParam("id") long id, String name) {
        item(id).rename(name);
    }

    private Item item(long id) {
        Item item = entities.find(Item.class, id);
        if (item == null) {
            throw new NotFoundException();
        }
        return item;
    }

    /** Whether the cache is used; its hits in this process and in Redis. */
    @GET
    @Path("cache")
    public String cache() {
        CacheSnapshot snapshot = EntityCache.of(entities).orElseThrow().snapshot();
        CacheSnapshot.RegionCounts items = snapshot.regions().get(0);
        return snapshot.isTrusted() + " " + items.nearHits() + " " + items.redisHits();
    }
}
