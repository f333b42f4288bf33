//! Counters in Redis, shared by all processes.

mod buckets;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{
    AsyncConnectionConfig, FromRedisValue, RedisError, Script, ScriptInvocation, cmd,
};
use deadpool_redis::{Connection, Manager, Pool, PoolError, Runtime};
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit, Rng};
use postern_domain::rate::{Admission, Request, Told};
use postern_domain::time::Timestamp;

/// Connections at most; a call holds one for a millisecond or so.
const CONNECTIONS: usize = 8;

/// How long each of waiting for, making and testing a connection may take, and how long an answer.
///
/// Said outright because the client's own limit is shorter than a server that writes to its disk may need.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Characters of the tokens that locks are given back with.
const TOKEN_LENGTH: usize = 22;

/// One from a fixed window. A key without an end, should there ever be one, counts as closed.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local limit = tonumber(ARGV[1])
        local used = tonumber(redis.call('GET', KEYS[1]) or '0')
        local left = redis.call('PTTL', KEYS[1])
        if left <= 0 then
            used = 0
            left = tonumber(ARGV[2])
        end
        if used >= limit then
            return {0, 0, left}
        end
        if used == 0 then
            redis.call('SET', KEYS[1], 1, 'PX', left)
        else
            redis.call('INCR', KEYS[1])
        end
        return {1, limit - used - 1, left}",
    )
});

/// Gives a lock back when it is still this holder's.
static UNLOCK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then
            return redis.call('DEL', KEYS[1])
        end
        return 0",
    )
});

/// Counters under keys that begin with a prefix. Needs Redis 7.0 or later.
pub struct RedisCounters {
    pool: Pool,
    prefix: String,
    rng: Arc<dyn Rng>,
}

impl RedisCounters {
    /// Connects to `url` (`redis://`); an error when the server does not answer now.
    ///
    /// Lost connections are made anew by the next call; while the server is away calls fail at once.
    pub async fn connect(url: &str, prefix: &str, rng: Arc<dyn Rng>) -> Result<Self, CounterError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT));
        let manager = Manager::new_with_config(url, config)
            .map_err(|_| CounterError::Unavailable("the address is no redis:// URL".to_owned()))?;
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(TIMEOUT))
            .create_timeout(Some(TIMEOUT))
            .recycle_timeout(Some(TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| CounterError::Unavailable("no pool of connections".to_owned()))?;
        let counters = Self {
            pool,
            prefix: prefix.to_owned(),
            rng,
        };
        counters.ping().await?;
        Ok(counters)
    }

    async fn connection(&self) -> Result<Connection, CounterError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => unavailable(&error),
            PoolError::Timeout(_) => CounterError::Unavailable("no connection in time".to_owned()),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                CounterError::Unavailable("the pool of connections is closed".to_owned())
            }
        })
    }

    async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, CounterError> {
        let mut connection = self.connection().await?;
        script
            .invoke_async(&mut connection)
            .await
            .map_err(|error| unavailable(&error))
    }

    /// Sets a key that is not there; false when it is.
    async fn set_new(&self, key: &str, value: &str, ttl: Duration) -> Result<bool, CounterError> {
        let mut connection = self.connection().await?;
        let set: Option<String> = cmd("SET")
            .arg(key)
            .arg(value)
            .arg("NX")
            .arg("PX")
            .arg(millis(ttl))
            .query_async(&mut connection)
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(set.is_some())
    }

    fn key(&self, kind: &str, key: &str) -> String {
        format!("{}{kind}:{key}", self.prefix)
    }
}

impl fmt::Debug for RedisCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCounters")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Counters for RedisCounters {
    async fn take(&self, key: &str, limit: RateLimit) -> Result<RateDecision, CounterError> {
        let mut script = TAKE.key(self.key("rate", key));
        script.arg(limit.count).arg(millis(limit.window));
        let (allowed, remaining, reset_millis): (bool, u32, u64) = self.run(&script).await?;
        Ok(RateDecision {
            allowed,
            remaining,
            reset_after: Duration::from_millis(reset_millis),
        })
    }

    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        if request.asks.is_empty() {
            return Ok(Vec::new());
        }
        let answers: Vec<String> = self
            .run(&buckets::admit(request, now, |key| self.key("bucket", key)))
            .await?;
        let read: Option<Vec<Admission>> = answers.iter().map(|answer| buckets::answer(answer)).collect();
        read.filter(|read| read.len() == request.asks.len())
            .ok_or_else(|| CounterError::Unavailable("the server answered nonsense".to_owned()))
    }

    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError> {
        let told: Vec<Told> = told.iter().filter(|word| word.until > now).cloned().collect();
        if told.is_empty() {
            return Ok(());
        }
        let _done: i64 = self
            .run(&buckets::hear(&told, now, |key| self.key("bucket", key)))
            .await?;
        Ok(())
    }

    async fn lock(&self, key: &str, ttl: Duration) -> Result<Option<String>, CounterError> {
        let token = self.rng.token(TOKEN_LENGTH);
        let is_taken = self.set_new(&self.key("lock", key), &token, ttl).await?;
        Ok(is_taken.then_some(token))
    }

    async fn unlock(&self, key: &str, token: &str) -> Result<(), CounterError> {
        let mut script = UNLOCK.key(self.key("lock", key));
        script.arg(token);
        self.run(&script).await
    }

    async fn once(&self, key: &str, ttl: Duration) -> Result<bool, CounterError> {
        self.set_new(&self.key("once", key), "1", ttl).await
    }

    async fn ping(&self) -> Result<(), CounterError> {
        let mut connection = self.connection().await?;
        cmd("PING")
            .query_async(&mut connection)
            .await
            .map_err(|error| unavailable(&error))
    }
}

/// Says what failed without the server's own words, which may hold what was sent.
fn unavailable(error: &RedisError) -> CounterError {
    let what = match error.code() {
        Some(code) => format!("the server answered {code}"),
        None => error.category().to_owned(),
    };
    CounterError::Unavailable(what)
}

/// At least one, for Redis refuses keys that end at once.
fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1)
}
