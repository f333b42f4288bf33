//! Buckets in Redis: the arithmetic of `postern_domain::rate`, done where the sums are.
//!
//! A bucket is one hash. Its fields: `c` closed until, `l` the line until, `r` and `u` how many more the platform
//! takes until when, and `WINDOW:PART` how many were counted in a part of a window. Instants and windows are whole
//! microseconds; they and all sums stay below 2^53, where Lua's numbers are exact. The tests of this crate play the
//! same histories here and in memory.

use std::sync::LazyLock;
use std::time::Duration;

use deadpool_redis::redis::{Script, ScriptInvocation};
use postern_domain::rate::{Admission, PARTS, Request, Told};
use postern_domain::time::Timestamp;

/// KEYS: the buckets. ARGV: now, parts of a window; for each bucket how many allowances it has and each one's count
/// and window; then for each ask what is wanted, how many buckets it has and their places from 1.
static ADMIT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now, parts = tonumber(ARGV[1]), tonumber(ARGV[2])
        local at = 2
        local function next_number()
            at = at + 1
            return tonumber(ARGV[at])
        end
        local function whole(number)
            return string.format('%.0f', number)
        end

        local buckets = {}
        for place, key in ipairs(KEYS) do
            local bucket = {key = key, windows = {}, dropped = {}, changed = false, counted = false}
            for i = 1, next_number() do
                local count, window = math.max(next_number(), 1), next_number()
                local length = math.max(math.ceil(window / parts), 1)
                bucket.windows[whole(window)] = {
                    count = count, length = length, current = math.floor(now / length),
                    order = {}, used = {}, sum = 0, span = window + length,
                }
            end
            local fields = redis.call('HGETALL', key)
            for i = 1, #fields, 2 do
                local name, value = fields[i], tonumber(fields[i + 1])
                local window, part = string.match(name, '^(%d+):(-?%d+)$')
                if window then
                    local own = bucket.windows[window]
                    part = tonumber(part)
                    if own and part >= own.current - parts then
                        own.used[part] = value
                        own.sum = own.sum + value
                        table.insert(own.order, part)
                    else
                        table.insert(bucket.dropped, name)
                    end
                else
                    bucket[name] = value
                end
            end
            for _, own in pairs(bucket.windows) do
                table.sort(own.order)
            end
            buckets[place] = bucket
        end

        local function room_at(own, wanted)
            local missing = own.sum + math.min(wanted, own.count) - own.count
            for _, part in ipairs(own.order) do
                if missing <= 0 then
                    return now
                end
                missing = missing - own.used[part]
                if missing <= 0 then
                    return math.max(now, (part + parts + 1) * own.length)
                end
            end
            return now
        end
        local function earliest(bucket, wanted)
            local room = math.max(now, bucket.c or 0)
            if wanted == 0 then
                return room
            end
            room = math.max(room, bucket.l or 0)
            if bucket.u and bucket.u > now and bucket.r < wanted then
                room = math.max(room, bucket.u)
            end
            for _, own in pairs(bucket.windows) do
                room = math.max(room, room_at(own, wanted))
            end
            return room
        end
        local function take(bucket, wanted)
            bucket.changed, bucket.counted = true, true
            for _, own in pairs(bucket.windows) do
                local counted = math.min(wanted, own.count)
                if not own.used[own.current] then
                    own.used[own.current] = 0
                    table.insert(own.order, own.current)
                    table.sort(own.order)
                end
                own.used[own.current] = own.used[own.current] + counted
                own.sum = own.sum + counted
            end
            if bucket.r then
                bucket.r = math.max(bucket.r - wanted, 0)
            end
        end

        local answers = {}
        while at < #ARGV do
            local wanted, places, rooms, latest = next_number(), {}, {}, now
            for i = 1, next_number() do
                places[i] = next_number()
                rooms[i] = earliest(buckets[places[i]], wanted)
                latest = math.max(latest, rooms[i])
            end
            if wanted > 0 then
                for i, place in ipairs(places) do
                    local bucket = buckets[place]
                    if latest <= now then
                        take(bucket, wanted)
                    elseif rooms[i] > now then
                        bucket.l = math.max(bucket.l or 0, rooms[i])
                        bucket.changed = true
                    end
                end
            end
            table.insert(answers, latest <= now and '' or whole(latest))
        end

        for _, bucket in ipairs(buckets) do
            if bucket.changed then
                if #bucket.dropped > 0 then
                    redis.call('HDEL', bucket.key, unpack(bucket.dropped))
                end
                local ends = math.max(bucket.c or 0, bucket.l or 0, bucket.u or 0)
                local written = {}
                local function write(name, value)
                    table.insert(written, name)
                    table.insert(written, whole(value))
                end
                for _, name in ipairs({'c', 'l', 'r', 'u'}) do
                    if bucket[name] then
                        write(name, bucket[name])
                    end
                end
                for window, own in pairs(bucket.windows) do
                    if bucket.counted then
                        write(window .. ':' .. whole(own.current), own.used[own.current])
                    end
                    ends = math.max(ends, now + own.span)
                end
                if #written > 0 then
                    redis.call('HSET', bucket.key, unpack(written))
                    redis.call('PEXPIRE', bucket.key, whole(math.max(math.ceil((ends - now) / 1000), 1)))
                end
            end
        end
        return answers",
    )
});

/// KEYS: the buckets. ARGV: now, the slack between two ends of one window, then for each bucket what remains and
/// until when.
static HEAR: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now, slack = tonumber(ARGV[1]), tonumber(ARGV[2])
        for place, key in ipairs(KEYS) do
            local remaining, ends = tonumber(ARGV[2 * place + 1]), tonumber(ARGV[2 * place + 2])
            if remaining == 0 then
                local closed = tonumber(redis.call('HGET', key, 'c') or '0')
                redis.call('HSET', key, 'c', string.format('%.0f', math.max(closed, ends)))
            else
                local told = redis.call('HMGET', key, 'r', 'u')
                local known, known_ends = tonumber(told[1] or ''), tonumber(told[2] or '')
                if known and known_ends and known_ends > now and known_ends + slack >= ends then
                    remaining, ends = math.min(known, remaining), known_ends
                end
                redis.call('HSET', key, 'r', string.format('%.0f', remaining), 'u', string.format('%.0f', ends))
            end
            local left = math.max(math.ceil((ends - now) / 1000), 1)
            if redis.call('PTTL', key) < left then
                redis.call('PEXPIRE', key, string.format('%.0f', left))
            end
        end
        return 0",
    )
});

/// How far apart two ends may be that a platform tells of the same window.
const SLACK: Duration = Duration::from_secs(2);

/// The call that asks; `key` names a bucket's hash.
pub(super) fn admit(
    request: &Request,
    now: Timestamp,
    key: impl Fn(&str) -> String,
) -> ScriptInvocation<'static> {
    let mut script = ADMIT.prepare_invoke();
    script.arg(now.as_micros()).arg(PARTS);
    for bucket in &request.buckets {
        script.key(key(&bucket.key)).arg(bucket.allowances.len());
        for allowance in &bucket.allowances {
            script.arg(allowance.count).arg(micros(allowance.window));
        }
    }
    for ask in &request.asks {
        script.arg(ask.wanted).arg(ask.buckets.len());
        for place in &ask.buckets {
            script.arg(place + 1);
        }
    }
    script
}

/// What the script answered: nothing, or an instant.
pub(super) fn answer(text: &str) -> Option<Admission> {
    if text.is_empty() {
        return Some(Admission::Now);
    }
    let micros = text.parse().ok()?;
    Some(Admission::NotBefore(Timestamp::from_micros(micros)))
}

/// The call that passes on what platforms said.
pub(super) fn hear(told: &[Told], now: Timestamp, key: impl Fn(&str) -> String) -> ScriptInvocation<'static> {
    let mut script = HEAR.prepare_invoke();
    script.arg(now.as_micros()).arg(micros(SLACK));
    for word in told {
        script
            .key(key(&word.key))
            .arg(word.remaining)
            .arg(word.until.as_micros());
    }
    script
}

/// Whole microseconds; a window of more than a century is one of a century, so that sums stay exact.
fn micros(span: Duration) -> u64 {
    const CENTURY: u64 = 100 * 366 * 86_400 * 1_000_000;
    u64::try_from(span.as_micros()).unwrap_or(CENTURY).min(CENTURY)
}
