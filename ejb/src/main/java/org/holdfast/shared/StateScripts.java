package org.holdfast.shared;

/**
 * The scripts. Those that change a value have two keys, the value and its shard's log. A value is a hash, or a sorted set;
 * of two texts of a field, and of two scores of a member, the greater one stays: so merging is idempotent, commutative and
 * associative.
 */
final class StateScripts {
    // Strictly increasing, so that what comes later is behind every cursor, also when the clock was set back. In
    // microseconds, which a double holds exactly until the year 2255.
    private static final String LOG = """
            local t = redis.call('TIME')
            local micros = t[1] * 1000000 + t[2]
            local function changed(most)
              most = tonumber(most)
              if most == 0 then return end
              local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
              local at = micros
              if last[2] and tonumber(last[2]) >= at then at = tonumber(last[2]) + 1 end
              redis.call('ZADD', KEYS[2], string.format('%.0f', at), KEYS[1])
              local count = redis.call('ZCARD', KEYS[2])
              if count > most then redis.call('ZREMRANGEBYRANK', KEYS[2], 0, count - most - 1) end
              redis.call('PEXPIRE', KEYS[2], 172800000)
            end
            """;

    /** Merges fields into a hash. ARGV: most entries of the log or 0 for none, life in ms, then field and text by turns. */
    static final String MERGE = LOG + """
            local isChanged = false
            for i = 3, #ARGV, 2 do
              local old = redis.call('HGET', KEYS[1], ARGV[i])
              if not old or ARGV[i + 1] > old then
                redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
                isChanged = true
              end
            end
            if isChanged then
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
              changed(ARGV[1])
            end
            return isChanged and 1 or 0
            """;

    /** Merges members into a sorted set, of which the greatest stay. ARGV: as above, how many stay, then score and member. */
    static final String MERGE_SORTED = LOG + """
            local count = 0
            for i = 4, #ARGV, 2 do
              count = count + redis.call('ZADD', KEYS[1], 'GT', 'CH', ARGV[i], ARGV[i + 1])
            end
            redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[3]))
            if count > 0 then
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
              changed(ARGV[1])
            end
            return count
            """;

    // A window is ten slots of time; each site counts up in fields of its own, one for what was taken and
    // one for what was given back. Slots of a site whose clock is ahead count too.
    private static final String SLOTS = LOG + """
            local site, length, slots = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
            local millis = math.floor(micros / 1000)
            local now = math.floor(millis / length)
            local counts, sum = {}, 0
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
              local slot, sign = string.match(all[i], '^(%d+):%w+([+-])$')
              slot = tonumber(slot)
              if not slot or slot <= now - slots or slot > now + slots then
                redis.call('HDEL', KEYS[1], all[i])
              else
                local count = tonumber(all[i + 1])
                counts[slot] = (counts[slot] or 0) + (sign == '+' and count or -count)
              end
            end
            for slot, count in pairs(counts) do
              if count < 0 then counts[slot] = 0 end
              sum = sum + counts[slot]
            end
            local function add(slot, sign, more)
              local field = string.format('%.0f:%s%s', slot, site, sign)
              local old = tonumber(redis.call('HGET', KEYS[1], field) or 0)
              redis.call('HSET', KEYS[1], field, string.format('%016.0f', old + more))
            end
            local function done()
              redis.call('PEXPIRE', KEYS[1], length * (slots + 1))
              changed(ARGV[1])
            end
            """;

    /** Takes one if fewer than so many were. ARGV: log, site, slot in ms, slots, most. Answers 0, or how long to wait in ms. */
    static final String TAKE = SLOTS + """
            local most = tonumber(ARGV[5])
            if sum < most then
              add(now, '+', 1)
              done()
              return 0
            end
            for slot = now - slots + 1, now + slots do
              sum = sum - (counts[slot] or 0)
              if sum < most then return (slot + slots) * length - millis end
            end
            return length * slots
            """;

    /** Gives back one, the newest, or all. ARGV: log, site, slot in ms, slots, how many at most. */
    static final String GIVE_BACK = SLOTS + """
            local left = tonumber(ARGV[5])
            local isChanged = false
            for slot = now + slots, now - slots + 1, -1 do
              local back = math.min(left, counts[slot] or 0)
              if back > 0 then
                add(slot, '-', back)
                left = left - back
                isChanged = true
              end
            end
            if isChanged then done() end
            return isChanged and 1 or 0
            """;

    /** What is behind the cursor, key and place by turns. ARGV: cursor, how many at most. A cursor of the future counts as none. */
    static final String CHANGES = """
            local t = redis.call('TIME')
            local cursor = tonumber(ARGV[1])
            local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
            if not last[2] then return {} end
            if cursor > tonumber(last[2]) and cursor > t[1] * 1000000 + t[2] then cursor = 0 end
            return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', cursor), '+inf',
              'WITHSCORES', 'LIMIT', 0, ARGV[2])
            """;

    /** A value: its life in ms, its type, and what is in it; nothing when it is gone. */
    static final String READ = """
            local kind = redis.call('TYPE', KEYS[1]).ok
            local life = redis.call('PTTL', KEYS[1])
            if life <= 0 then return {} end
            local answer = {tostring(life), kind}
            local content = kind == 'hash' and redis.call('HGETALL', KEYS[1])
              or kind == 'zset' and redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES') or {}
            for i = 1, #content do answer[#answer + 1] = content[i] end
            return answer
            """;

    /** Whether the lease is, or becomes, this instance's. ARGV: instance, life in ms. */
    static final String LEASE = """
            local holder = redis.call('GET', KEYS[1])
            if holder and holder ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
            """;

    private StateScripts() {}
}
