package org.holdfast.cache.redis;

/**
 * The scripts for tags. A tag is {@code id:usable from:lagging from:changes}, times in ms by the server's clock; a change is
 * {@code name=end of its freeze,}. Each script touches one key.
 */
final class TagScripts {
    private static final String NOW = """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            """;

    /**
     * Gives a tag another id, and opens or ends a change. The freezes of other changes go on. ARGV: id, name of the change,
     * freeze in ms or 0 to end it, window in ms, life in ms, topic, message. The message is not sent when a freeze ends that
     * was still in force: nobody can have kept anything since it began.
     */
    static final String CHANGE = NOW + """
            local open, frozen, ended = '', 0, false
            for name, till in string.gmatch(redis.call('GET', KEYS[1]) or '', '([^:=,]+)=(%d+),') do
              if tonumber(till) > now then
                if name == ARGV[2] then
                  ended = ARGV[3] == '0'
                else
                  open = open .. name .. '=' .. till .. ','
                  frozen = math.max(frozen, tonumber(till))
                end
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
            if not ended then redis.call('PUBLISH', ARGV[6], ARGV[7]) end
            return 1
            """;

    /**
     * Answers a tag, made where it is missing. Nobody knows then what was changed within the window. ARGV: id, window in ms,
     * life in ms.
     */
    static final String MAKE = NOW + """
            local old = redis.call('GET', KEYS[1])
            if old then return old end
            local tag = ARGV[1] .. ':0:' .. string.format('%.0f', now + tonumber(ARGV[2])) .. ':'
            redis.call('SET', KEYS[1], tag, 'PX', ARGV[3])
            return tag
            """;

    private TagScripts() {}
}
