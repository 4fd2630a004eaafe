package org.holdfast.cache.redis;

/**
 * The scripts for tags. A tag is {@code id:usable from:lagging from:changes}, times in ms by the server's clock; a change is
 * {@code name=end of its freeze,}. Each script touches one key.
 */
final class TagScripts {
    /**
     * A tag that is gone may have been frozen by a change that goes on: it is made frozen for twice as long as a change relies on
     * its freeze before it begins to commit.
     */
    private static final String KNOWN = """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local function known(window)
              return redis.call('GET', KEYS[1]) or 'gone=' .. string.format('%.0f', now + math.min(window / 4, 500)) .. ','
            end
            """;

    /**
     * Gives a tag another id, and opens a change. The freezes of other changes go on. ARGV: id, name of the change, freeze in ms
     * or 0 for none, window in ms, life in ms, topic, message.
     */
    static final String CHANGE = KNOWN + """
            local open, frozen = '', 0
            for name, till in string.gmatch(known(tonumber(ARGV[4])), '([^:=,]+)=(%d+),') do
              if tonumber(till) > now and name ~= ARGV[2] then
                open = open .. name .. '=' .. till .. ','
                frozen = math.max(frozen, tonumber(till))
              end
            end
            if tonumber(ARGV[3]) > 0 then
              local till = now + tonumber(ARGV[3])
              open = open .. ARGV[2] .. '=' .. string.format('%.0f', till) .. ','
              frozen = math.max(frozen, till)
            end
            local tag = ARGV[1] .. ':' .. string.format('%.0f', frozen) .. ':'
              .. string.format('%.0f', math.max(now, frozen) + tonumber(ARGV[4])) .. ':' .. open
            redis.call('SET', KEYS[1], tag, 'PX', ARGV[5])
            redis.call('PUBLISH', ARGV[6], ARGV[7])
            return 1
            """;

    /**
     * Gives a tag another id, and ends changes. The freezes of other changes go on. ARGV: id, window in ms, life in ms, topic,
     * message, names of the changes. The message is sent only when the freeze of one of them was not in force any more:
     * otherwise nobody can have kept anything since they began.
     */
    static final String END = KNOWN + """
            local ends, awaited = {}, 0
            for i = 6, #ARGV do
              ends[ARGV[i]] = true
              awaited = awaited + 1
            end
            local open, frozen = '', 0
            for name, till in string.gmatch(known(tonumber(ARGV[2])), '([^:=,]+)=(%d+),') do
              if tonumber(till) > now then
                if ends[name] then
                  awaited = awaited - 1
                else
                  open = open .. name .. '=' .. till .. ','
                  frozen = math.max(frozen, tonumber(till))
                end
              end
            end
            local tag = ARGV[1] .. ':' .. string.format('%.0f', frozen) .. ':'
              .. string.format('%.0f', math.max(now, frozen) + tonumber(ARGV[2])) .. ':' .. open
            redis.call('SET', KEYS[1], tag, 'PX', ARGV[3])
            if awaited > 0 then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
            return 1
            """;

    /**
     * Answers a tag, made where it is missing. Nobody knows then what was changed within the window. ARGV: id, window in ms,
     * life in ms.
     */
    static final String MAKE = KNOWN + """
            local old = known(tonumber(ARGV[2]))
            local gone = string.match(old, '^gone=(%d+),')
            if not gone then return old end
            local tag = ARGV[1] .. ':' .. gone .. ':' .. string.format('%.0f', gone + tonumber(ARGV[2])) .. ':' .. old
            redis.call('SET', KEYS[1], tag, 'PX', ARGV[3])
            return tag
            """;

    private TagScripts() {}
}
