//! The shared counters port: rate windows, short locks, one-time tokens; Redis, and in memory.
//!
//! [`MemoryCounters`] serve one process, [`RedisCounters`] any number of them. Both implement
//! [`postern_domain::ports::Counters`] and pass the same tables of tests in `tests/it`. [`FallbackCounters`] let the
//! platforms' buckets go on in memory while Redis is away.
//!
//! Invariants: a window opens with its first use and closes after its length, whatever happens in between; a
//! refusal takes nothing from the budget; a lock is given back by its holder alone; an answer comes within two
//! seconds or an error does.

mod fallback;
mod memory;
mod redis;

pub use fallback::FallbackCounters;
pub use memory::MemoryCounters;
pub use redis::RedisCounters;
