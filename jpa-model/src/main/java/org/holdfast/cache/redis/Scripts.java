package org.holdfast.cache.redis;

/**
 * The scripts. Each touches one key, so that they run on a cluster too. A value is one byte of kind ({@code R} row, {@code T}
 * tombstone) and eight bytes of version in an order that unsigned comparison keeps; of a row also eight bytes for its form,
 * and its values.
 */
final class Scripts {
    private static final String NEWER = """
            local function newer(x, xat, y, yat)
              local a, b = struct.unpack('>I4I4', x, xat)
              local c, d = struct.unpack('>I4I4', y, yat)
              return a > c or (a == c and b > d)
            end
            """;

    private static final String NOW = """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            """;

    /**
     * Keeps a row unless something newer is there. ARGV: row, life in ms, latest moment by this server's clock, servers that
     * may keep what a lagging node said (or nothing when the node does not lag), first moment for that. Answers {@code ok},
     * {@code same}, or why not.
     */
    static final String PUT = NEWER + NOW + """
            if now > tonumber(ARGV[3]) then return 'late' end
            local old = redis.call('GET', KEYS[1])
            if old then
              if newer(old, 2, ARGV[1], 2) then return 'older' end
              if string.byte(old) == 82 and not newer(ARGV[1], 2, old, 2) and string.sub(old, 10, 17) == string.sub(ARGV[1], 10, 17)
              then return 'same' end
            end
            if ARGV[4] ~= '' then
              if now < tonumber(ARGV[5]) then return 'quarantine' end
              local server = redis.pcall('INFO', 'server')
              local stats = redis.pcall('INFO', 'stats')
              if type(server) ~= 'string' or type(stats) ~= 'string' then return 'unwatched' end
              local id = string.match(server, 'run_id:(%x+)')
              local evicted = string.match(stats, 'evicted_keys:(%d+)')
              if not id or not evicted then return 'unwatched' end
              local seen = id .. '=' .. evicted .. ';'
              if not string.find(ARGV[4], seen, 1, true) then return 'server ' .. seen end
            end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 'ok'
            """;

    /** Leaves a tombstone unless something as new is there. ARGV: version, life in ms, topic, message or nothing. */
    static final String TOMBSTONE = NEWER + """
            local old = redis.call('GET', KEYS[1])
            if old and not newer(ARGV[1], 1, old, 2) then
              if string.byte(old) == 84 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            else
              redis.call('SET', KEYS[1], 'T' .. ARGV[1], 'PX', ARGV[2])
            end
            if ARGV[4] ~= '' then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
            return 1
            """;

    /** How an epoch's id begins: its microseconds, or one more than the epoch before has. */
    private static final String ORDER = """
            local function order(old)
              local before = old and string.match(old, '^(%d+)%.') or '0'
              return string.format('%.0f', math.max(now * 1000, tonumber(before) + 1)) .. '.'
            end
            """;

    /**
     * The epochs of regions, made where they are missing; all of them anew when this is not the server process that made
     * them, because it may have come back with old rows. ARGV: unique id, window in ms, topic, beat, message for all when
     * epochs were made, regions. Answers the time, the id of all that is kept since, and the epochs.
     */
    static final String PROBE = NOW + ORDER + """
            local server = redis.pcall('INFO', 'server')
            local id = type(server) == 'string' and string.match(server, 'run_id:(%x+)') or 'unknown'
            local known = redis.call('HGET', KEYS[1], 'server')
            if known ~= id then
              redis.call('DEL', KEYS[1])
              redis.call('HSET', KEYS[1], 'server', id, '!space', ARGV[1])
            end
            local answer = {string.format('%.0f', now), redis.call('HGET', KEYS[1], '!space') or ''}
            local made = false
            for i = 6, #ARGV do
              local epoch = redis.call('HGET', KEYS[1], ARGV[i])
              if not epoch then
                epoch = order() .. ARGV[1] .. i .. ':' .. string.format('%.0f', now) .. ':' .. string.format('%.0f', now + tonumber(ARGV[2]))
                redis.call('HSET', KEYS[1], ARGV[i], epoch)
                made = true
              end
              answer[#answer + 1] = epoch
            end
            if made then redis.call('PUBLISH', ARGV[3], ARGV[5]) end
            redis.call('PUBLISH', ARGV[3], ARGV[4])
            return answer
            """;

    /**
     * Gives a region another epoch. ARGV: region, id, freeze in ms, window in ms, topic, message, id of the freeze that this
     * ends or nothing. The freeze of another change goes on; without a freeze the same id again changes nothing. Answers the
     * epoch.
     */
    static final String DROP = NOW + ORDER + """
            local from = now + tonumber(ARGV[3])
            local old = redis.call('HGET', KEYS[1], ARGV[1])
            if old then
              local id, frozen = string.match(old, '^([^:]*):(%d+):')
              id = id and (string.match(id, '^%d+%.(.*)$') or id)
              if id == ARGV[2] and ARGV[3] == '0' then return old end
              if id and id ~= ARGV[7] and tonumber(frozen) > from then from = tonumber(frozen) end
            end
            local epoch = order(old) .. ARGV[2] .. ':' .. string.format('%.0f', from) .. ':' .. string.format('%.0f', from + tonumber(ARGV[4]))
            redis.call('HSET', KEYS[1], ARGV[1], epoch)
            redis.call('PUBLISH', ARGV[5], ARGV[6])
            return epoch
            """;

    private Scripts() {}
}
